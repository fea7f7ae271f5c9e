using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using AesInstructions = System.Runtime.Intrinsics.X86.Aes;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>The hash by the processor's AES instructions, eight values in flight.</summary>
/// <remarks>Source of the key schedule: Gueron, "Intel Advanced Encryption Standard (AES) New Instructions Set" (2010).</remarks>
internal sealed unsafe class InstructionsHash : CorrelationRobustHash
{
    private const int Rounds = 10;

    // The key is public: the array needs no wiping.
    private readonly Vector128<byte>[] _roundKeys = new Vector128<byte>[Rounds + 1];

    public InstructionsHash(ReadOnlySpan<byte> key)
    {
        Span<Vector128<byte>> keys = _roundKeys;
        keys[0] = Vector128.Create(key);
        // The round constants are part of the instructions, so each has a line.
        keys[1] = Expand(keys[0], AesInstructions.KeygenAssist(keys[0], 0x01));
        keys[2] = Expand(keys[1], AesInstructions.KeygenAssist(keys[1], 0x02));
        keys[3] = Expand(keys[2], AesInstructions.KeygenAssist(keys[2], 0x04));
        keys[4] = Expand(keys[3], AesInstructions.KeygenAssist(keys[3], 0x08));
        keys[5] = Expand(keys[4], AesInstructions.KeygenAssist(keys[4], 0x10));
        keys[6] = Expand(keys[5], AesInstructions.KeygenAssist(keys[5], 0x20));
        keys[7] = Expand(keys[6], AesInstructions.KeygenAssist(keys[6], 0x40));
        keys[8] = Expand(keys[7], AesInstructions.KeygenAssist(keys[7], 0x80));
        keys[9] = Expand(keys[8], AesInstructions.KeygenAssist(keys[8], 0x1b));
        keys[10] = Expand(keys[9], AesInstructions.KeygenAssist(keys[9], 0x36));
    }

    /// <summary>Whether this machine has the instructions.</summary>
    public static bool IsSupported => AesInstructions.IsSupported && Sse2.IsSupported;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Hash(ulong* source, ulong* destination, int blocks)
    {
        fixed (Vector128<byte>* keys = _roundKeys)
        {
            Hash(keys, (Vector128<ulong>*)source, (Vector128<byte>*)destination, blocks);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        // Nothing secret is kept.
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Hash(Vector128<byte>* keys, Vector128<ulong>* source, Vector128<byte>* destination, int blocks)
    {
        for (int left = blocks; left > 0; left -= 8, source += 8, destination += 8)
        {
            // What goes into AES also goes over its output; there it waits meanwhile.
            Vector128<byte> b0 = destination[0] = Mix(source[0]);
            Vector128<byte> b1 = destination[1] = Mix(source[1]);
            Vector128<byte> b2 = destination[2] = Mix(source[2]);
            Vector128<byte> b3 = destination[3] = Mix(source[3]);
            Vector128<byte> b4 = destination[4] = Mix(source[4]);
            Vector128<byte> b5 = destination[5] = Mix(source[5]);
            Vector128<byte> b6 = destination[6] = Mix(source[6]);
            Vector128<byte> b7 = destination[7] = Mix(source[7]);
            Vector128<byte> key = keys[0];
            b0 ^= key;
            b1 ^= key;
            b2 ^= key;
            b3 ^= key;
            b4 ^= key;
            b5 ^= key;
            b6 ^= key;
            b7 ^= key;
            for (int round = 1; round < Rounds; round++)
            {
                key = keys[round];
                b0 = AesInstructions.Encrypt(b0, key);
                b1 = AesInstructions.Encrypt(b1, key);
                b2 = AesInstructions.Encrypt(b2, key);
                b3 = AesInstructions.Encrypt(b3, key);
                b4 = AesInstructions.Encrypt(b4, key);
                b5 = AesInstructions.Encrypt(b5, key);
                b6 = AesInstructions.Encrypt(b6, key);
                b7 = AesInstructions.Encrypt(b7, key);
            }

            // AES ends by adding the last round's key, so what else is to be added can go along with it.
            key = keys[Rounds];
            destination[0] = AesInstructions.EncryptLast(b0, key ^ destination[0]);
            destination[1] = AesInstructions.EncryptLast(b1, key ^ destination[1]);
            destination[2] = AesInstructions.EncryptLast(b2, key ^ destination[2]);
            destination[3] = AesInstructions.EncryptLast(b3, key ^ destination[3]);
            destination[4] = AesInstructions.EncryptLast(b4, key ^ destination[4]);
            destination[5] = AesInstructions.EncryptLast(b5, key ^ destination[5]);
            destination[6] = AesInstructions.EncryptLast(b6, key ^ destination[6]);
            destination[7] = AesInstructions.EncryptLast(b7, key ^ destination[7]);
        }
    }

    // σ: the halves swapped, and the upper one added to what is then above.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Mix(Vector128<ulong> x) =>
        (Sse2.Shuffle(x.AsInt32(), 0b01_00_11_10).AsUInt64() ^ (x & Vector128.Create(0, ulong.MaxValue))).AsByte();

    // Each word of the next round's key is the sum of the words up to it and of the assisting word.
    private static Vector128<byte> Expand(Vector128<byte> key, Vector128<byte> assist)
    {
        Vector128<byte> sums = key ^ Sse2.ShiftLeftLogical128BitLane(key, 4);
        sums ^= Sse2.ShiftLeftLogical128BitLane(sums, 8);
        return sums ^ Sse2.Shuffle(assist.AsInt32(), 0b11_11_11_11).AsByte();
    }
}
