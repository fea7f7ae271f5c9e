using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Wire;

/// <summary>Residues as they are in files: a SEAL DynArray, that is a count and 64 bits each, little endian, prime by prime.</summary>
internal static class ResidueWords
{
    /// <summary>Bytes of an array of so many residues, header included.</summary>
    public static long SizeOf(long count) => SealHeader.Size + sizeof(ulong) + (count * sizeof(ulong));

    /// <summary>The array that is next: its bytes, after its count has been held against them.</summary>
    /// <param name="reader">The object it is in.</param>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="count">How many residues it has.</param>
    public static ReadOnlySpan<byte> Read(scoped ref SealReader reader, string name, out long count)
    {
        SealReader array = reader.Nested(name);
        ulong announced = array.UInt64("count");
        if (announced * sizeof(ulong) != (ulong)array.Remaining || announced > (ulong)array.Remaining)
        {
            throw array.Refuse($"should have {announced} numbers of 8 bytes, but {array.Remaining} bytes are there: it was cut short or altered");
        }

        count = (long)announced;
        return array.Bytes(array.Remaining, "numbers");
    }

    /// <summary>Takes residues over, of one polynomial: N of each prime in order.</summary>
    /// <param name="bytes">Eight bytes for each.</param>
    /// <param name="ring">The primes.</param>
    /// <param name="destination">A multiple of N residues.</param>
    /// <returns>Whether every residue is below its prime.</returns>
    /// <remarks>Nothing branches on a residue: they may be secret.</remarks>
    public static bool CopyPolynomial(ReadOnlySpan<byte> bytes, RnsRing ring, Span<ulong> destination)
    {
        if (BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(destination));
        }
        else
        {
            for (int i = 0; i < destination.Length; i++)
            {
                destination[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * sizeof(ulong))..]);
            }
        }

        bool canonical = true;
        for (int prime = 0; prime * ring.Degree < destination.Length; prime++)
        {
            canonical &= AreBelow(ring.Slice(destination, prime), ring.Modulus(prime).Value);
        }

        return canonical;
    }

    // r - p has its top bit set just when r is below p, unless r itself has it, for primes have at most 61 bits.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AreBelow(ReadOnlySpan<ulong> residues, ulong prime)
    {
        ReadOnlySpan<Vector<ulong>> vectors = MemoryMarshal.Cast<ulong, Vector<ulong>>(residues);
        var primes = new Vector<ulong>(prime);
        Vector<ulong> below = Vector<ulong>.AllBitsSet;
        foreach (Vector<ulong> r in vectors)
        {
            below &= Vector.AndNot(r - primes, r);
        }

        ulong last = ulong.MaxValue;
        foreach (ulong r in residues[(vectors.Length * Vector<ulong>.Count)..])
        {
            last &= (r - prime) & ~r;
        }

        for (int i = 0; i < Vector<ulong>.Count; i++)
        {
            last &= below[i];
        }

        return last >> 63 == 1;
    }
}
