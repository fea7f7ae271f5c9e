using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hybrid.Security;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>The hash by the platform's AES, a batch at a time; runs everywhere.</summary>
internal sealed unsafe class PlatformHash : CorrelationRobustHash
{
    private const int BatchBlocks = 128;

    private readonly Aes _aes;
    private readonly SecretBuffer<ulong> _mixed = new(2 * BatchBlocks);
    private readonly SecretBuffer<ulong> _encrypted = new(2 * BatchBlocks);

    public PlatformHash(ReadOnlySpan<byte> key)
    {
        _aes = Aes.Create();
        _aes.SetKey(key);
    }

    /// <inheritdoc/>
    public override void Hash(ulong* source, ulong* destination, int blocks)
    {
        for (int left = blocks; left > 0; left -= BatchBlocks, source += 2 * BatchBlocks, destination += 2 * BatchBlocks)
        {
            int words = 2 * Math.Min(left, BatchBlocks);
            Span<ulong> mixed = _mixed.Span[..words];
            Span<ulong> encrypted = _encrypted.Span[..words];
            for (int word = 0; word < words; word += 2)
            {
                ulong low = source[word];
                ulong high = source[word + 1];
                mixed[word] = high;
                mixed[word + 1] = high ^ low;
            }

            Encrypt(mixed, encrypted);
            for (int word = 0; word < words; word++)
                destination[word] = mixed[word] ^ encrypted[word];
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _mixed.Dispose();
        _encrypted.Dispose();
        _aes.Dispose();
    }

    private void Encrypt(Span<ulong> plain, Span<ulong> encrypted)
    {
        if (BitConverter.IsLittleEndian)
        {
            _aes.EncryptEcb(MemoryMarshal.AsBytes(plain), MemoryMarshal.AsBytes(encrypted), PaddingMode.None);
            return;
        }

        BinaryPrimitives.ReverseEndianness(plain, encrypted);
        _aes.EncryptEcb(MemoryMarshal.AsBytes(encrypted), MemoryMarshal.AsBytes(encrypted), PaddingMode.None);
        BinaryPrimitives.ReverseEndianness(encrypted, encrypted);
    }
}
