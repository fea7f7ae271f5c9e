using System.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Wire;

/// <summary>Decryption and decoding as the paper writes them, slowly and by nothing of the library but transforms and products modulo a prime.</summary>
internal static class PlainArithmetic
{
    /// <summary>sum of c_i s^i, as coefficients modulo each prime of the pair's level.</summary>
    /// <param name="ring">The primes.</param>
    /// <param name="secret">The secret's residues, prime by prime, transformed.</param>
    /// <param name="polynomials">Residues polynomial by polynomial, prime by prime, transformed.</param>
    /// <param name="size">How many polynomials.</param>
    public static ulong[][] Phase(RnsRing ring, ReadOnlySpan<ulong> secret, ReadOnlySpan<ulong> polynomials, int size)
    {
        int degree = ring.Degree;
        int primes = polynomials.Length / size / degree;
        var phase = new ulong[primes][];
        for (int prime = 0; prime < primes; prime++)
        {
            Modulus modulus = ring.Modulus(prime);
            var sum = new ulong[degree];
            for (int j = 0; j < degree; j++)
            {
                // Horner's rule in s.
                for (int i = size - 1; i >= 0; i--)
                {
                    ulong c = polynomials[(((i * primes) + prime) * degree) + j];
                    sum[j] = modulus.AddMod(modulus.MulMod(sum[j], secret[(prime * degree) + j]), c);
                }
            }

            ring.Primes[prime].Inverse(sum);
            phase[prime] = sum;
        }

        return phase;
    }

    /// <summary>The integers nearest to zero that have these residues.</summary>
    public static BigInteger[] Lift(RnsRing ring, ulong[][] residues)
    {
        BigInteger product = BigInteger.One;
        for (int prime = 0; prime < residues.Length; prime++)
        {
            product *= ring.Modulus(prime).Value;
        }

        var lifted = new BigInteger[ring.Degree];
        for (int prime = 0; prime < residues.Length; prime++)
        {
            BigInteger p = ring.Modulus(prime).Value;
            BigInteger rest = product / p;
            BigInteger unit = rest * BigInteger.ModPow(rest % p, p - 2, p);
            for (int j = 0; j < lifted.Length; j++)
            {
                lifted[j] += unit * residues[prime][j];
            }
        }

        for (int j = 0; j < lifted.Length; j++)
        {
            lifted[j] %= product;
            lifted[j] = 2 * lifted[j] > product ? lifted[j] - product : lifted[j];
        }

        return lifted;
    }

    /// <summary>The real parts of the slots: slot i is the polynomial at zeta^(3^i), zeta = exp(pi i / N), over the scale.</summary>
    public static double[] Decode(BigInteger[] coefficients, double scale)
    {
        int degree = coefficients.Length;
        double[] real = [.. coefficients.Select(coefficient => (double)coefficient / scale)];
        var slots = new double[degree / 2];
        ulong exponent = 1;
        for (int i = 0; i < slots.Length; i++)
        {
            Complex root = Complex.FromPolarCoordinates(1, Math.PI * exponent / degree);
            Complex value = Complex.Zero;
            for (int j = degree - 1; j >= 0; j--)
            {
                value = (value * root) + real[j];
            }

            slots[i] = value.Real;
            exponent = exponent * 3 % (2 * (ulong)degree);
        }

        return slots;
    }

    /// <summary>The largest difference.</summary>
    public static double Distance(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        Assert.HasCount(a.Count, b);
        return Enumerable.Range(0, a.Count).Max(i => Math.Abs(a[i] - b[i]));
    }
}
