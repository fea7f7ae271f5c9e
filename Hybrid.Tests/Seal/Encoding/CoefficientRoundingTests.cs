using System.Numerics;
using Hybrid.Numerics;
using Hybrid.Seal.Encoding;
using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Encoding;

[TestClass]
public sealed class CoefficientRoundingTests
{
    private const int Seed = 50;

    /// <summary>Lengths that are whole vectors, and some that leave a rest.</summary>
    private static readonly int[] Lengths = [0, 1, 7, 8, 64, 77];

    [TestMethod]
    public void Residues_are_those_of_the_rounded_integers_at_every_magnitude()
    {
        foreach (Modulus modulus in Primes())
        {
            foreach (int bits in new[] { 0, 10, 49, 50, 51, 52, 53, 60, 63, 64, 99, 100, 101, 102, 150, 152, 200, 300, 700, 1023 })
            {
                foreach (int length in Lengths)
                {
                    double[] coefficients = EncodingSamples.Numbers(length, Math.ScaleB(1, bits), Seed + bits);
                    AssertResidues(coefficients, modulus, $"{bits} bits");
                }
            }
        }
    }

    [TestMethod]
    public void Residues_are_right_where_parts_begin_and_end()
    {
        var edges = new List<double>();
        foreach (int bits in new[] { 0, 1, 48, 49, 50, 51, 52, 53, 98, 99, 100, 101, 102, 149, 150, 151, 152, 201, 1023 })
        {
            double power = Math.ScaleB(1, bits);
            edges.AddRange([power, Math.BitIncrement(power), Math.BitDecrement(power), power + 0.5, power - 0.5, power + 1, 1.5 * power]);
        }

        edges.AddRange([0, -0.0, double.Epsilon, 0.49999999999999994, double.MaxValue]);
        foreach (Modulus modulus in Primes())
        {
            foreach (double edge in edges)
            {
                // Alone, for as many parts as it needs, and beside a large one, for more.
                AssertResidues([edge, -edge, edge, -edge, edge, -edge, edge, -edge, edge], modulus, $"{edge}");
                AssertResidues([edge, -edge, edge, -edge, edge, -edge, edge, 1e300, edge], modulus, $"{edge} beside 1e300");
            }
        }
    }

    [TestMethod]
    public void Halves_go_to_the_even_neighbour()
    {
        Modulus modulus = NttPrimes.Find(64, 40, 1)[0];
        ulong p = modulus.Value;
        double[] halves = [0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5, -3.5];
        ulong[] expected = [0, 2, 2, 4, 0, p - 2, p - 2, p - 4];
        foreach (KernelWidth width in EncodingSamples.Widths())
        {
            foreach (double largest in new[] { 4.0, 1e30, 1e300 })
            {
                var residues = new ulong[8];
                CoefficientRounding.ToResidues(halves, largest, modulus, residues, width);
                CollectionAssert.AreEqual(expected, residues, $"{width}, as if up to {largest}");
            }
        }
    }

    [TestMethod]
    public void A_single_number_has_the_residue_it_has_among_others()
    {
        foreach (Modulus modulus in Primes())
        {
            foreach (double x in new[] { 0, 1, -1, 0.5, -1.5, 1e9 + 0.25, -1e15, 1e20, -1e50, 1e300, -double.MaxValue })
            {
                ulong expected = EncodingSamples.Residue(new BigInteger(Math.Round(x)), modulus);
                Assert.AreEqual(expected, CoefficientRounding.ToResidue(x, modulus), $"{x} mod {modulus}");
            }
        }
    }

    [TestMethod]
    public void Largest_finds_the_largest_magnitude_anywhere()
    {
        foreach (KernelWidth width in EncodingSamples.Widths())
        {
            foreach (int length in Lengths)
            {
                for (int at = 0; at < length; at++)
                {
                    double[] numbers = EncodingSamples.Numbers(length, 1, Seed);
                    numbers[at] = -2;
                    Assert.AreEqual(2, CoefficientRounding.Largest(numbers, width), $"{width}, {at} of {length}");
                }

                Assert.AreEqual(0, CoefficientRounding.Largest(new double[length], width), $"{width}, {length} zeros");
            }
        }
    }

    [TestMethod]
    public void Largest_is_not_finite_where_a_coefficient_is_not_and_rounding_refuses_it()
    {
        Modulus modulus = NttPrimes.Find(64, 40, 1)[0];
        foreach (KernelWidth width in EncodingSamples.Widths())
        {
            foreach (double bad in new[] { double.NaN, -double.NaN, double.PositiveInfinity, double.NegativeInfinity })
            {
                for (int at = 0; at < 19; at++)
                {
                    double[] numbers = EncodingSamples.Numbers(19, 1e300, Seed);
                    numbers[at] = bad;
                    Assert.AreEqual(Math.Abs(bad), CoefficientRounding.Largest(numbers, width), $"{width}, {bad} at {at}");
                    Assert.ThrowsExactly<ArgumentException>(() => CoefficientRounding.ToResidues(numbers, modulus, new ulong[19], width));
                }

                Assert.ThrowsExactly<ArgumentException>(() => CoefficientRounding.ToResidue(bad, modulus));
            }
        }
    }

    [TestMethod]
    public void Refuses_spans_of_two_lengths_and_kernels_that_do_not_fit()
    {
        Modulus modulus = NttPrimes.Find(64, 51, 1)[0];
        Assert.ThrowsExactly<ArgumentException>(() => CoefficientRounding.ToResidues(new double[8], modulus, new ulong[9]));
        Assert.ThrowsExactly<ParameterException>(
            () => CoefficientRounding.ToResidues(new double[8], modulus, new ulong[8], KernelWidth.Vector256));
    }

    private static Modulus[] Primes() =>
    [
        new(3), new(17), .. NttPrimes.Find(64, 20, 1), .. NttPrimes.Find(64, 36, 1), .. NttPrimes.Find(64, 50, 1),
        .. NttPrimes.Find(64, 51, 1), .. NttPrimes.Find(64, 61, 1),
    ];

    private static void AssertResidues(double[] coefficients, Modulus modulus, string what)
    {
        ulong[] expected = [.. coefficients.Select(x => EncodingSamples.Residue(new BigInteger(Math.Round(x)), modulus))];
        bool fits = modulus.BitCount <= 50;
        foreach (KernelWidth width in EncodingSamples.Widths(fits, fits))
        {
            var residues = new ulong[coefficients.Length];
            CoefficientRounding.ToResidues(coefficients, modulus, residues, width);
            CollectionAssert.AreEqual(expected, residues, $"{what}, {coefficients.Length} numbers mod {modulus}, {width}, seed {Seed}");
        }
    }
}
