using System.Numerics;

namespace Hybrid.Seal.Ring;

/// <summary>Decides whether a 64-bit integer is prime, without chance: no composite passes and no prime fails.</summary>
/// <remarks>
/// Miller-Rabin to the first twelve prime bases, which no composite below 3.3 * 10^24 survives
/// (Sorenson and Webster, "Strong pseudoprimes to twelve prime bases", Mathematics of Computation 86, 2017).
/// Not in constant time: for moduli, which are public, never for the primes of a secret key.
/// </remarks>
public static class Primality
{
    private static ReadOnlySpan<byte> Bases => [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

    /// <summary>Whether <paramref name="value"/> is prime; any value may be asked about, 0 and 1 are not prime.</summary>
    /// <remarks>Costs at most twelve modular powers; a composite is usually found out by the first.</remarks>
    public static bool IsPrime(ulong value)
    {
        foreach (byte prime in Bases)
        {
            if (value % prime == 0)
            {
                return value == prime;
            }
        }

        if (value < 41 * 41)
        {
            return value > 1;
        }

        // value - 1 = odd * 2^twos
        int twos = BitOperations.TrailingZeroCount(value - 1);
        ulong odd = (value - 1) >> twos;
        foreach (byte witness in Bases)
        {
            if (!PassesFor(witness, value, odd, twos))
            {
                return false;
            }
        }

        return true;
    }

    private static bool PassesFor(ulong witness, ulong value, ulong odd, int twos)
    {
        ulong power = Power(witness, odd, value);
        if (power == 1 || power == value - 1)
        {
            return true;
        }

        for (int i = 1; i < twos; i++)
        {
            power = Product(power, power, value);
            if (power == value - 1)
            {
                return true;
            }
        }

        return false;
    }

    private static ulong Power(ulong value, ulong exponent, ulong modulus)
    {
        ulong result = 1;
        for (; exponent != 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
            {
                result = Product(result, value, modulus);
            }

            value = Product(value, value, modulus);
        }

        return result;
    }

    private static ulong Product(ulong a, ulong b, ulong modulus) => (ulong)((UInt128)a * b % modulus);
}
