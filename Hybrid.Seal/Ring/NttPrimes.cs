namespace Hybrid.Seal.Ring;

/// <summary>Finds the primes over which the ring Z_p[X] / (X^N + 1) has a number-theoretic transform: p = 1 mod 2N.</summary>
/// <remarks>
/// The choice and the order are those of Microsoft SEAL (get_primes and CoeffModulus::Create), so that equal requests give equal moduli.
/// Everything here is public: nothing depends on a secret.
/// </remarks>
public static class NttPrimes
{
    /// <summary>The shortest prime that can be asked for, in bits.</summary>
    public const int MinimumBits = 2;

    /// <summary>The largest primes p = 1 mod 2N of exactly <paramref name="bits"/> bits, in falling order.</summary>
    /// <param name="degree">N, a power of two from 2 to 2^17.</param>
    /// <param name="bits">Length of every prime, 2 to 61.</param>
    /// <param name="count">How many, from 0 up.</param>
    /// <remarks>Tries the candidates 2^bits + 1 - 2Nk for k = 1, 2, …; about one in bits / 3 is prime, each costs some microseconds.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The degree, the length or the count is outside its range.</exception>
    /// <exception cref="ParameterException">There are not that many such primes.</exception>
    public static Modulus[] Find(int degree, int bits, int count)
    {
        NttTables.CheckDegree(degree);
        CheckBits(bits, nameof(bits));
        ArgumentOutOfRangeException.ThrowIfNegative(count);

        ulong step = 2 * (ulong)degree;
        ulong limit = 1UL << (bits - 1);
        ulong candidate = ((1UL << bits) - 1) / step * step + 1;
        var found = new List<Modulus>();
        while (found.Count < count && candidate > limit)
        {
            if (Primality.IsPrime(candidate))
            {
                found.Add(new Modulus(candidate));
            }

            // Candidates stay at or above 1, for each is 1 more than a multiple of the step and the limit is at least 2.
            candidate -= step;
        }

        if (found.Count < count)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"Of the {count} primes of {bits} bits asked for that are 1 modulo {step} there are {found.Count}; "
                + "use longer primes or a smaller degree.");
        }

        return [.. found];
    }

    /// <summary>A chain of distinct primes p = 1 mod 2N of the given lengths, as SEAL's CoeffModulus::Create makes it.</summary>
    /// <param name="degree">N, a power of two from 2 to 2^17.</param>
    /// <param name="bitSizes">Length of each prime of the chain, 2 to 61; may be empty.</param>
    /// <returns>
    /// One prime for each length. Where a length occurs k times its primes are the k largest, and the smallest of them comes first.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The degree or a length is outside its range.</exception>
    /// <exception cref="ParameterException">There are not enough primes of one of the lengths.</exception>
    public static Modulus[] Chain(int degree, ReadOnlySpan<int> bitSizes)
    {
        NttTables.CheckDegree(degree);
        Span<int> wanted = stackalloc int[Modulus.MaximumBits + 1];
        wanted.Clear();
        foreach (int bits in bitSizes)
        {
            CheckBits(bits, nameof(bitSizes));
            wanted[bits]++;
        }

        var pools = new Modulus[]?[Modulus.MaximumBits + 1];
        var chain = new Modulus[bitSizes.Length];
        for (int i = 0; i < chain.Length; i++)
        {
            int bits = bitSizes[i];
            Modulus[] pool = pools[bits] ??= Find(degree, bits, wanted[bits]);
            chain[i] = pool[--wanted[bits]];
        }

        return chain;
    }

    private static void CheckBits(int bits, string parameter)
    {
        if (bits is < MinimumBits or > Modulus.MaximumBits)
        {
            throw new ArgumentOutOfRangeException(parameter, bits, $"A prime has {MinimumBits} to {Modulus.MaximumBits} bits.");
        }
    }
}
