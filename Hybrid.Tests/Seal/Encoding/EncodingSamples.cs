using System.Numerics;
using System.Runtime.InteropServices;
using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Encoding;

/// <summary>Widths, numbers and primes that the tests of encoding share.</summary>
internal static class EncodingSamples
{
    /// <summary>The widths that this machine allows, the portable one first.</summary>
    public static IEnumerable<KernelWidth> Widths(bool fits256 = true, bool fits512 = true)
    {
        yield return KernelWidth.Portable;
        if (fits256 && DoubleLanes256.IsSupported)
        {
            yield return KernelWidth.Vector256;
        }

        if (fits512 && DoubleLanes512.IsSupported)
        {
            yield return KernelWidth.Vector512;
        }
    }

    /// <summary>Numbers in [-largest, largest).</summary>
    public static double[] Numbers(int length, double largest, int seed)
    {
        var random = new Random(seed);
        var numbers = new double[length];
        for (int i = 0; i < length; i++)
        {
            numbers[i] = (2 * random.NextDouble() - 1) * largest;
        }

        return numbers;
    }

    /// <summary>Whether two arrays have the same bits, for which signs of zeros count.</summary>
    public static bool SameBits(ReadOnlySpan<double> a, ReadOnlySpan<double> b) =>
        MemoryMarshal.Cast<double, long>(a)
            .SequenceEqual(MemoryMarshal.Cast<double, long>(b));

    /// <summary>x mod p in [0, p).</summary>
    public static ulong Residue(BigInteger x, Modulus modulus)
    {
        BigInteger residue = BigInteger.Remainder(x, modulus.Value);
        return (ulong)(residue.Sign < 0 ? residue + modulus.Value : residue);
    }
}
