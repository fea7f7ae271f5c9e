using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hybrid.Tests.Mpc.FunctionSharing;

/// <summary>One comparison key by the papers' formulas, node by node, with the platform's AES: what the kernels are held against.</summary>
internal sealed class NaiveComparisonKey : IDisposable
{
    private readonly Aes _aes = Aes.Create();
    private readonly int _bits;
    private readonly int _leafBits;

    public NaiveComparisonKey(ulong[] hashKey, int bits)
    {
        var key = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(key, hashKey[0]);
        BinaryPrimitives.WriteUInt64LittleEndian(key.AsSpan(8), hashKey[1]);
        _aes.Key = key;
        _bits = bits;
        _leafBits = Math.Min(bits, 7);
    }

    /// <summary>The corrections, from the root to the leaf.</summary>
    public UInt128[] Deal(UInt128 root0, UInt128 root1, ulong threshold)
    {
        (UInt128 seed0, UInt128 seed1) = (Root(root0, 0), Root(root1, 1));
        UInt128 difference = seed0 ^ seed1;
        var corrections = new UInt128[_bits - _leafBits + 1];
        for (int level = 0; level < corrections.Length - 1; level++)
        {
            bool right = Bit(threshold, level);
            corrections[level] = Hash(seed0) ^ Hash(seed1) ^ (right ? 0 : difference);
            seed0 = Child(seed0, corrections[level], right);
            seed1 = Child(seed1, corrections[level], right);
        }

        int place = (int)(threshold & ((1UL << _leafBits) - 1));
        corrections[^1] = Hash(seed0) ^ Hash(seed1) ^ ((UInt128.One << place) - 1);
        return corrections;
    }

    /// <summary>A party's share of [point &lt; threshold].</summary>
    public ulong Evaluate(int party, UInt128 root, UInt128[] corrections, ulong point)
    {
        UInt128 seed = Root(root, party);
        ulong share = 0;
        for (int level = 0; level < corrections.Length - 1; level++)
        {
            bool right = Bit(point, level);
            if (!right)
            {
                share ^= Control(Child(seed, corrections[level], right: true));
            }

            seed = Child(seed, corrections[level], right);
        }

        int place = (int)(point & ((1UL << _leafBits) - 1));
        return share ^ (ulong)((Child(seed, corrections[^1], right: false) >> place) & 1);
    }

    public UInt128 Hash(UInt128 value)
    {
        (ulong left, ulong right) = ((ulong)(value >> 64), (ulong)value);
        UInt128 mixed = new(left ^ right, left);
        var block = new byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(block, mixed);
        return BinaryPrimitives.ReadUInt128LittleEndian(_aes.EncryptEcb(block, PaddingMode.None)) ^ mixed;
    }

    public void Dispose() => _aes.Dispose();

    private static UInt128 Root(UInt128 root, int party) => (root & (UInt128.MaxValue >> 1)) | ((UInt128)party << 127);

    private static ulong Control(UInt128 seed) => (ulong)(seed >> 127);

    private UInt128 Child(UInt128 seed, UInt128 correction, bool right) =>
        Hash(seed) ^ (Control(seed) == 1 ? correction : 0) ^ (right ? seed : 0);

    private bool Bit(ulong word, int level) => ((word >> (_bits - 1 - level)) & 1) != 0;
}
