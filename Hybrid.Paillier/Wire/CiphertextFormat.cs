using Hybrid.Paillier.Arithmetic;

namespace Hybrid.Paillier;

/// <summary>
/// Ciphertexts as bytes: each the integer c in [1, n²), big endian, of exactly <see cref="PaillierPublicKey.CiphertextBytes"/>
/// bytes, one after the other with nothing between.
/// </summary>
public static class CiphertextFormat
{
    /// <summary>Writes ciphertexts.</summary>
    public static byte[] Write(CiphertextVector ciphertexts)
    {
        ArgumentNullException.ThrowIfNull(ciphertexts);
        int size = ciphertexts.Key.CiphertextBytes;
        int limbs = ciphertexts.Key.SquareLimbs;
        ulong[] integers = ciphertexts.ToIntegers(Environment.ProcessorCount);
        var bytes = new byte[ciphertexts.Count * size];
        for (int i = 0; i < ciphertexts.Count; i++)
        {
            Limbs.ToBigEndian(bytes.AsSpan(i * size, size), integers.AsSpan(i * limbs, limbs));
        }

        return bytes;
    }

    /// <summary>Reads ciphertexts, checking that every one is a unit modulo n² in canonical form.</summary>
    /// <param name="key">The key they must be under.</param>
    /// <param name="bytes">All of the bytes.</param>
    /// <param name="count">How many there must be.</param>
    /// <exception cref="FormatRefusedException">The length is wrong, or a ciphertext is zero, too large, or shares a factor with n.</exception>
    public static CiphertextVector Read(PaillierPublicKey key, ReadOnlySpan<byte> bytes, int count)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int size = key.CiphertextBytes;
        if (bytes.Length != (long)count * size)
        {
            throw new FormatRefusedException($"{count} ciphertexts of {size} bytes take {(long)count * size} bytes, but {bytes.Length} are there: the message was cut short or altered.");
        }

        int limbs = key.SquareLimbs;
        var integers = new ulong[count * limbs];
        var square = new ulong[2 * key.ModulusLimbs];
        Limbs.Multiply(square, key.Modulus, key.Modulus);
        for (int i = 0; i < count; i++)
        {
            Span<ulong> integer = integers.AsSpan(i * limbs, limbs);
            Limbs.FromBigEndian(integer, bytes.Slice(i * size, size));
            if (Limbs.IsZero(integer) || Limbs.Compare(integer, square) >= 0)
            {
                throw new FormatRefusedException($"Ciphertext {i} is not between 0 and n²: it was altered, or made with another key.");
            }
        }

        CiphertextVector ciphertexts = FromIntegers(key, integers, Environment.ProcessorCount);
        if (!RowInversion.AreUnits(key.Ring, ciphertexts.Rows.Span))
        {
            int first = 0;
            while (RowInversion.AreUnits(key.Ring, ciphertexts.Row(first)))
            {
                first++;
            }

            throw new FormatRefusedException($"Ciphertext {first} shares a factor with its key's modulus: it was altered, or made with another key.");
        }

        return ciphertexts;
    }

    // Integers below n², limbs one after the other, into rows of the key's ring.
    internal static CiphertextVector FromIntegers(PaillierPublicKey key, ulong[] integers, int parallelism)
    {
        LaneRing ring = key.Ring;
        int limbs = key.SquareLimbs;
        int count = integers.Length / limbs;
        var rows = new ulong[count * ring.RowWords];
        LaneBlocks.For(ring, count, LaneRing.Lanes, parallelism, (first, here, workspace) =>
        {
            var block = new ulong[ring.BlockWords];
            ring.Import(block, integers.AsSpan(first * limbs, here * limbs), limbs, 1, workspace);
            ring.Store(rows, first, here, block);
        });
        return new CiphertextVector(key, rows);
    }
}
