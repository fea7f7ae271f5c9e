using System.Numerics;

namespace Hybrid.Seal;

/// <summary>The longest modulus that a degree allows: the table of the homomorphic encryption standard.</summary>
/// <remarks>
/// Albrecht et al., "Homomorphic Encryption Security Standard", HomomorphicEncryption.org, 2018, table 1: ternary secret, errors of
/// standard deviation 3.2, classical attacks. Bits of the product of all primes, the special one included.
/// </remarks>
public static class SecurityBound
{
    private const int SmallestDegree = 1024;

    private static ReadOnlySpan<short> Bits128 => [27, 54, 109, 218, 438, 881];

    private static ReadOnlySpan<short> Bits192 => [19, 37, 75, 152, 305, 611];

    private static ReadOnlySpan<short> Bits256 => [14, 29, 58, 118, 237, 476];

    /// <summary>Bits that the product of all primes may have.</summary>
    /// <param name="degree">N, a power of two.</param>
    /// <param name="level">What is asked for.</param>
    /// <returns>The bound; 0 where the standard has none for the degree; <see cref="int.MaxValue"/> for <see cref="SecurityLevel.None"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The level is not one of the enumeration's values.</exception>
    public static int MaximumBits(int degree, SecurityLevel level)
    {
        ReadOnlySpan<short> row = level switch
        {
            SecurityLevel.None => [],
            SecurityLevel.Classical128 => Bits128,
            SecurityLevel.Classical192 => Bits192,
            SecurityLevel.Classical256 => Bits256,
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, "There is no such security level; use one of the enumeration's values."),
        };
        if (level == SecurityLevel.None)
        {
            return int.MaxValue;
        }

        int index = BitOperations.Log2((uint)degree) - BitOperations.Log2(SmallestDegree);
        return degree >= SmallestDegree && index < row.Length ? row[index] : 0;
    }

    /// <summary>The least degree at which so many bits are secure; 0 if there is none.</summary>
    public static int LeastDegree(int bits, SecurityLevel level)
    {
        for (int degree = SmallestDegree; degree <= SmallestDegree << (Bits128.Length - 1); degree *= 2)
        {
            if (bits <= MaximumBits(degree, level))
            {
                return degree;
            }
        }

        return 0;
    }
}
