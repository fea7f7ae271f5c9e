using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using AesInstructions = System.Runtime.Intrinsics.X86.Aes;

namespace Hybrid.Security;

/// <summary>The counter blocks by the processor's AES instructions, eight at a time; its time depends on the length alone.</summary>
/// <remarks>
/// A round's instruction takes some cycles, but one or two start every cycle: eight independent blocks keep them busy.
/// Source: FIPS 197, and Gueron, "Intel Advanced Encryption Standard (AES) New Instructions Set" (2010), for the key schedule.
/// </remarks>
internal sealed class AesInstructionsCipher : CounterCipher
{
    private const int Rounds = 10;

    private readonly SecretBuffer<byte> _roundKeys = new((Rounds + 1) * BlockBytes);

    public AesInstructionsCipher(ReadOnlySpan<byte> key)
    {
        Span<Vector128<byte>> keys = MemoryMarshal.Cast<byte, Vector128<byte>>(_roundKeys.Span);
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
    public static bool IsSupported => AesInstructions.IsSupported && Ssse3.IsSupported;

    /// <inheritdoc/>
    public override unsafe void Write(ulong stream, ulong firstBlock, Span<byte> destination)
    {
        fixed (byte* keys = _roundKeys.Span, start = destination)
        {
            Write((Vector128<byte>*)keys, stream, firstBlock, (Vector128<byte>*)start, destination.Length / BlockBytes);
        }

        // The span above does not keep the keys alive.
        GC.KeepAlive(_roundKeys);
    }

    /// <inheritdoc/>
    public override void Dispose() => _roundKeys.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Write(Vector128<byte>* keys, ulong stream, ulong firstBlock, Vector128<byte>* destination, int blocks)
    {
        ulong high = BinaryPrimitives.ReverseEndianness(stream);
        ulong block = firstBlock;
        int left = blocks;
        for (; left >= 8; left -= 8, block += 8, destination += 8)
        {
            Vector128<byte> key = keys[0];
            Vector128<byte> b0 = Counter(high, block) ^ key;
            Vector128<byte> b1 = Counter(high, block + 1) ^ key;
            Vector128<byte> b2 = Counter(high, block + 2) ^ key;
            Vector128<byte> b3 = Counter(high, block + 3) ^ key;
            Vector128<byte> b4 = Counter(high, block + 4) ^ key;
            Vector128<byte> b5 = Counter(high, block + 5) ^ key;
            Vector128<byte> b6 = Counter(high, block + 6) ^ key;
            Vector128<byte> b7 = Counter(high, block + 7) ^ key;
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

            key = keys[Rounds];
            destination[0] = AesInstructions.EncryptLast(b0, key);
            destination[1] = AesInstructions.EncryptLast(b1, key);
            destination[2] = AesInstructions.EncryptLast(b2, key);
            destination[3] = AesInstructions.EncryptLast(b3, key);
            destination[4] = AesInstructions.EncryptLast(b4, key);
            destination[5] = AesInstructions.EncryptLast(b5, key);
            destination[6] = AesInstructions.EncryptLast(b6, key);
            destination[7] = AesInstructions.EncryptLast(b7, key);
        }

        for (; left > 0; left--, block++, destination++)
        {
            Vector128<byte> b = Counter(high, block) ^ keys[0];
            for (int round = 1; round < Rounds; round++)
            {
                b = AesInstructions.Encrypt(b, keys[round]);
            }

            *destination = AesInstructions.EncryptLast(b, keys[Rounds]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Counter(ulong high, ulong block) =>
        Vector128.Create(high, BinaryPrimitives.ReverseEndianness(block)).AsByte();

    // Each word of the next round's key is the sum of the words up to it and of the assisting word.
    private static Vector128<byte> Expand(Vector128<byte> key, Vector128<byte> assist)
    {
        Vector128<byte> sums = key ^ Sse2.ShiftLeftLogical128BitLane(key, 4);
        sums ^= Sse2.ShiftLeftLogical128BitLane(sums, 8);
        return sums ^ Sse2.Shuffle(assist.AsInt32(), 0b11_11_11_11).AsByte();
    }
}
