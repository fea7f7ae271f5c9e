using System.Buffers.Binary;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.RingPacked;

/// <summary>Residues as bytes, each as long as its prime, the lowest bits first.</summary>
internal static class ResiduePacking
{
    /// <summary>Bytes of so many residues of so many bits.</summary>
    public static int Bytes(int count, int bits) => checked((int)((((long)count * bits) + 7) / 8));

    /// <summary>Writes residues of at most <paramref name="bits"/> bits, 2 to 61; returns how many bytes.</summary>
    public static int Write(ReadOnlySpan<ulong> residues, int bits, Span<byte> destination)
    {
        int bytes = Bytes(residues.Length, bits);
        destination = destination[..bytes];
        UInt128 pending = 0;
        int held = 0;
        int at = 0;
        foreach (ulong residue in residues)
        {
            pending |= (UInt128)residue << held;
            held += bits;
            if (held >= 64)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(destination[at..], (ulong)pending);
                pending >>= 64;
                held -= 64;
                at += 8;
            }
        }

        for (; at < bytes; at++, pending >>= 8)
        {
            destination[at] = (byte)pending;
        }

        return bytes;
    }

    /// <summary>Reads residues modulo a prime; returns how many bytes they were.</summary>
    /// <exception cref="FormatRefusedException">A residue is not below the prime, or bits behind the last are not 0.</exception>
    public static int Read(ReadOnlySpan<byte> source, Modulus modulus, Span<ulong> residues)
    {
        int bits = modulus.BitCount;
        int bytes = Bytes(residues.Length, bits);
        source = source[..bytes];
        UInt128 pending = 0;
        int held = 0;
        int at = 0;
        ulong mask = (1UL << bits) - 1;
        ulong beyond = 0;
        for (int i = 0; i < residues.Length; i++)
        {
            if (held < bits)
            {
                (ulong word, int taken) = Next(source[at..]);
                pending |= (UInt128)word << held;
                held += 8 * taken;
                at += taken;
            }

            ulong residue = (ulong)pending & mask;
            pending >>= bits;
            held -= bits;
            beyond |= (modulus.Value - 1 - residue) >> 63;
            residues[i] = residue;
        }

        if (beyond != 0 || pending != 0)
        {
            throw new FormatRefusedException($"A ciphertext has a residue that is not below its prime, {modulus}, or bits behind its last; the peer must send canonical residues.");
        }

        return bytes;
    }

    private static (ulong Word, int Bytes) Next(ReadOnlySpan<byte> source)
    {
        if (source.Length >= 8)
        {
            return (BinaryPrimitives.ReadUInt64LittleEndian(source), 8);
        }

        ulong word = 0;
        for (int i = 0; i < source.Length; i++)
        {
            word |= (ulong)source[i] << (8 * i);
        }

        return (word, source.Length);
    }
}
