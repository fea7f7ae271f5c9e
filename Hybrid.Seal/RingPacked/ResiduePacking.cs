using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.RingPacked;

/// <summary>Residues as bytes, each as long as its prime, the lowest bits first.</summary>
internal static class ResiduePacking
{
    // A residue of up to 61 bits lies within nine bytes.
    private const int Reach = 9;

    /// <summary>Bytes of so many residues of so many bits.</summary>
    public static int Bytes(int count, int bits) => checked((int)((((long)count * bits) + 7) / 8));

    /// <summary>Writes residues of at most <paramref name="bits"/> bits, 2 to 61, without the lowest <paramref name="dropped"/>; returns how many bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Write(ReadOnlySpan<ulong> residues, int bits, Span<byte> destination, int dropped = 0)
    {
        bits -= dropped;
        int bytes = Bytes(residues.Length, bits);
        destination = destination[..bytes];
        ulong pending = 0;
        int held = 0;
        int at = 0;
        foreach (ulong whole in residues)
        {
            ulong residue = whole >> dropped;
            pending |= residue << held;
            held += bits;
            if (held >= 64)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(destination[at..], pending);
                at += 8;
                held -= 64;
                pending = residue >> (bits - held);
            }
        }

        for (; at < bytes; at++, pending >>= 8)
        {
            destination[at] = (byte)pending;
        }

        return bytes;
    }

    /// <summary>Reads residues modulo a prime, written without their lowest <paramref name="dropped"/> bits, which become 0; returns how many bytes they were.</summary>
    /// <exception cref="FormatRefusedException">A residue is not below the prime, or bits behind the last are not 0.</exception>
    public static int Read(ReadOnlySpan<byte> source, Modulus modulus, Span<ulong> residues, int dropped = 0)
    {
        int bits = modulus.BitCount - dropped;
        int bytes = Bytes(residues.Length, bits);
        source = source[..bytes];

        // Those near the end are read from a copy with zeros behind it.
        int direct = bytes < Reach ? 0 : (int)(8L * (bytes - Reach) / bits);
        int from = (int)((long)direct * bits / 8);
        Span<byte> end = stackalloc byte[4 * Reach];
        end.Clear();
        source[from..].CopyTo(end);
        bool isCanonical = Read(source, 0, bits, modulus.Value, dropped, residues[..direct]);
        isCanonical &= Read(end, (int)((long)direct * bits % 8), bits, modulus.Value, dropped, residues[direct..]);
        int unused = (int)((8L * bytes) - ((long)residues.Length * bits));
        if (!isCanonical || (bytes > 0 && source[^1] >> (8 - unused) != 0))
        {
            throw new FormatRefusedException($"A ciphertext has a residue that is not below its prime, {modulus}, or bits behind its last; the peer must send canonical residues.");
        }

        return bytes;
    }

    // Reads residues from a bit on, and says whether all are below the prime.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Read(ReadOnlySpan<byte> source, int firstBit, int bits, ulong p, int dropped, Span<ulong> residues)
    {
        ulong mask = (1UL << bits) - 1;
        ulong beyond = 0;
        long bit = firstBit;
        for (int i = 0; i < residues.Length; i++, bit += bits)
        {
            int at = (int)(bit >> 3);
            int shift = (int)(bit & 7);
            ulong low = BinaryPrimitives.ReadUInt64LittleEndian(source[at..]) >> shift;
            ulong high = (ulong)source[at + 8] << 1 << (63 - shift);
            ulong residue = ((low | high) & mask) << dropped;
            beyond |= (p - 1 - residue) >> 63;
            residues[i] = residue;
        }

        return beyond == 0;
    }
}
