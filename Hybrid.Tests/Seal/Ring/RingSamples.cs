using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Ring;

/// <summary>Primes, kernels and polynomials that the tests of the ring share.</summary>
internal static class RingSamples
{
    /// <summary>The widths that these tables and this machine allow, the portable one first.</summary>
    public static IEnumerable<KernelWidth> Widths(NttTables tables)
    {
        yield return KernelWidth.Portable;
        if (tables.Degree >= 64 && tables.Modulus.BitCount <= 50)
        {
            if (DoubleLanes256.IsSupported)
            {
                yield return KernelWidth.Vector256;
            }

            if (DoubleLanes512.IsSupported)
            {
                yield return KernelWidth.Vector512;
            }
        }
    }

    /// <summary>The tables of the largest prime of a length that serves a degree.</summary>
    public static NttTables Tables(int degree, int bits) => new(NttPrimes.Find(degree, bits, 1)[0], degree);

    public static ulong[] Random(int length, Modulus modulus, int seed)
    {
        var random = new Random(seed);
        var residues = new ulong[length];
        for (int i = 0; i < length; i++)
        {
            residues[i] = (ulong)random.NextInt64((long)modulus.Value);
        }

        return residues;
    }

    /// <summary>Polynomials that press on the bounds of lazy arithmetic: the ends and the middle of the range, alone and in patterns.</summary>
    public static IEnumerable<ulong[]> Extremes(int length, Modulus modulus)
    {
        ulong p = modulus.Value;
        ulong[] ends = [0, 1, p / 2, p / 2 + 1, p - 1];
        foreach (ulong end in ends)
        {
            ulong[] constant = new ulong[length];
            Array.Fill(constant, end);
            yield return constant;
        }

        ulong[] alternating = new ulong[length];
        ulong[] last = new ulong[length];
        ulong[] mixed = new ulong[length];
        var random = new Random(length);
        for (int i = 0; i < length; i++)
        {
            alternating[i] = i % 2 == 0 ? p - 1 : 0;
            mixed[i] = ends[random.Next(ends.Length)];
        }

        last[^1] = p - 1;
        yield return alternating;
        yield return last;
        yield return mixed;
    }

    /// <summary>a b in Z_p[X] / (X^N + 1), coefficient by coefficient.</summary>
    public static ulong[] Schoolbook(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ulong p)
    {
        var product = new ulong[a.Length];
        for (int k = 0; k < product.Length; k++)
        {
            UInt128 sum = 0;
            for (int i = 0; i < a.Length; i++)
            {
                ulong factor = i <= k ? b[k - i] : (p - b[a.Length + k - i]) % p;
                sum = (sum + (UInt128)a[i] * factor) % p;
            }

            product[k] = (ulong)sum;
        }

        return product;
    }

    /// <summary>a(x) mod p by Horner's rule, with no code of the library's.</summary>
    public static ulong Evaluate(ReadOnlySpan<ulong> a, ulong x, ulong p)
    {
        UInt128 value = 0;
        for (int i = a.Length - 1; i >= 0; i--)
        {
            value = (value * x + a[i]) % p;
        }

        return (ulong)value;
    }
}
