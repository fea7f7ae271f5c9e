using System.Numerics;
using Hybrid.Numerics;
using Hybrid.Seal.Encoding;

namespace Hybrid.Tests.Seal.Encoding;

[TestClass]
public sealed class SlotTransformTests
{
    private const int Seed = 40;

    [TestMethod]
    public void Slot_i_is_the_polynomial_at_the_power_3_to_the_i_of_the_root()
    {
        foreach (SlotTransform transform in EveryWidth(4, 8, 16, 32, 64, 128, 256))
        {
            double[] coefficients = EncodingSamples.Numbers(transform.Degree, 1, Seed);
            Complex[] expected = Evaluate(coefficients);
            var real = new double[transform.SlotCount];
            var imaginary = new double[transform.SlotCount];
            transform.ToSlots(coefficients, 0.25, real, imaginary);
            for (int i = 0; i < transform.SlotCount; i++)
            {
                double error = (new Complex(real[i], imaginary[i]) - 0.25 * expected[i]).Magnitude;
                Assert.IsLessThan(1e-13, error, $"slot {i}, {At(transform)}");
            }
        }
    }

    [TestMethod]
    public void Coefficients_have_the_slots_given_and_zeros_after()
    {
        foreach (SlotTransform transform in EveryWidth(4, 8, 16, 32, 64, 128, 256))
        {
            int all = transform.SlotCount;
            foreach (int given in new[] { 0, 1, all / 2, all - 1, all })
            {
                foreach (bool complex in new[] { true, false })
                {
                    double[] real = EncodingSamples.Numbers(given, 1, Seed);
                    double[] imaginary = complex ? EncodingSamples.Numbers(given, 1, Seed + 1) : [];
                    var coefficients = new double[transform.Degree];
                    Array.Fill(coefficients, double.NaN);
                    transform.ToCoefficients(real, imaginary, 8, coefficients);
                    Complex[] slots = Evaluate(coefficients);
                    for (int i = 0; i < all; i++)
                    {
                        Complex expected = i < given ? new Complex(real[i], complex ? imaginary[i] : 0) : Complex.Zero;
                        double error = (slots[i] / 8 - expected).Magnitude;
                        Assert.IsLessThan(1e-13, error, $"slot {i} of {given}, complex: {complex}, {At(transform)}");
                    }
                }
            }
        }
    }

    /// <summary>X has the value zeta^(3^i) in slot i: for N = 8 the angles 1, 3, 9, 27 = 11 in sixteenths of a turn.</summary>
    [TestMethod]
    public void X_shows_the_order_of_the_slots()
    {
        foreach (SlotTransform transform in EveryWidth(8))
        {
            double[] x = [0, 1, 0, 0, 0, 0, 0, 0];
            var real = new double[4];
            var imaginary = new double[4];
            transform.ToSlots(x, 1, real, imaginary);
            int[] angles = [1, 3, 9, 11];
            for (int i = 0; i < 4; i++)
            {
                Assert.AreEqual(Math.Cos(Math.PI * angles[i] / 8), real[i], 1e-15, $"slot {i}, {At(transform)}");
                Assert.AreEqual(Math.Sin(Math.PI * angles[i] / 8), imaginary[i], 1e-15, $"slot {i}, {At(transform)}");
            }
        }
    }

    [TestMethod]
    public void X_to_the_3_rotates_slots_and_X_to_the_minus_1_conjugates_them()
    {
        foreach (SlotTransform transform in EveryWidth(8, 64, 1024))
        {
            int slots = transform.SlotCount;
            double[] real = EncodingSamples.Numbers(slots, 1, Seed);
            double[] imaginary = EncodingSamples.Numbers(slots, 1, Seed + 1);
            var coefficients = new double[transform.Degree];
            transform.ToCoefficients(real, imaginary, 1, coefficients);
            var rotatedReal = new double[slots];
            var rotatedImaginary = new double[slots];
            transform.ToSlots(Substitute(coefficients, 3), 1, rotatedReal, rotatedImaginary);
            var conjugateReal = new double[slots];
            var conjugateImaginary = new double[slots];
            transform.ToSlots(Substitute(coefficients, 2 * transform.Degree - 1), 1, conjugateReal, conjugateImaginary);
            for (int i = 0; i < slots; i++)
            {
                Assert.AreEqual(real[(i + 1) % slots], rotatedReal[i], 1e-13, $"slot {i}, {At(transform)}");
                Assert.AreEqual(imaginary[(i + 1) % slots], rotatedImaginary[i], 1e-13, $"slot {i}, {At(transform)}");
                Assert.AreEqual(real[i], conjugateReal[i], 1e-13, $"slot {i}, {At(transform)}");
                Assert.AreEqual(-imaginary[i], conjugateImaginary[i], 1e-13, $"slot {i}, {At(transform)}");
            }
        }
    }

    [TestMethod]
    public void Every_width_gives_the_same_bits()
    {
        for (int degree = 16; degree <= 1 << 15; degree *= 2)
        {
            SlotTransform[] transforms = [.. EveryWidth(degree)];
            foreach ((double[] real, double[] imaginary) in Samples(degree / 2))
            {
                double[]? firstCoefficients = null;
                double[]? firstReal = null;
                double[]? firstImaginary = null;
                foreach (SlotTransform transform in transforms)
                {
                    var coefficients = new double[degree];
                    var realSlots = new double[degree / 2];
                    var imaginarySlots = new double[degree / 2];
                    transform.ToCoefficients(real, imaginary, 1e12, coefficients);
                    transform.ToSlots(coefficients, 1e-12, realSlots, imaginarySlots);
                    firstCoefficients ??= coefficients;
                    firstReal ??= realSlots;
                    firstImaginary ??= imaginarySlots;
                    Assert.IsTrue(EncodingSamples.SameBits(firstCoefficients, coefficients), $"coefficients, {At(transform)}");
                    Assert.IsTrue(EncodingSamples.SameBits(firstReal, realSlots), $"real parts, {At(transform)}");
                    Assert.IsTrue(EncodingSamples.SameBits(firstImaginary, imaginarySlots), $"imaginary parts, {At(transform)}");
                }
            }
        }
    }

    [TestMethod]
    public void Round_trips_lose_a_few_units_in_the_last_place()
    {
        foreach (SlotTransform transform in EveryWidth(1 << 13, 1 << 17))
        {
            double[] real = EncodingSamples.Numbers(transform.SlotCount, 1, Seed);
            double[] imaginary = EncodingSamples.Numbers(transform.SlotCount, 1, Seed + 1);
            Assert.IsLessThan(Math.ScaleB(1, -48), RoundTrip(transform, real, imaginary, rounded: false), At(transform));
        }
    }

    [TestMethod]
    public void Rounding_at_scale_2_to_the_40_leaves_30_bits_of_every_slot()
    {
        foreach (SlotTransform transform in EveryWidth(1 << 13))
        {
            double[] real = EncodingSamples.Numbers(transform.SlotCount, 1, Seed);
            double[] imaginary = EncodingSamples.Numbers(transform.SlotCount, 1, Seed + 1);
            Assert.IsLessThan(Math.ScaleB(1, -30), RoundTrip(transform, real, imaginary, rounded: true), At(transform));
        }
    }

    [TestMethod]
    public void A_constant_in_all_slots_is_a_constant_polynomial()
    {
        foreach (SlotTransform transform in EveryWidth(64, 4096))
        {
            var real = new double[transform.SlotCount];
            Array.Fill(real, 0.75);
            var coefficients = new double[transform.Degree];
            transform.ToCoefficients(real, [], 1 << 20, coefficients);
            Assert.AreEqual(0.75 * (1 << 20), coefficients[0], At(transform));
            Assert.IsFalse(coefficients.AsSpan(1).ContainsAnyExcept(0.0), At(transform));
        }
    }

    [TestMethod]
    public void Some_slots_are_the_first_of_all_and_nothing_else_is_written()
    {
        foreach (SlotTransform transform in EveryWidth(64))
        {
            double[] coefficients = EncodingSamples.Numbers(64, 1, Seed);
            var all = new double[32];
            var allImaginary = new double[32];
            transform.ToSlots(coefficients, 1, all, allImaginary);
            for (int count = 0; count <= 32; count++)
            {
                var real = new double[33];
                var imaginary = new double[33];
                Array.Fill(real, 7);
                Array.Fill(imaginary, 7);
                transform.ToSlots(coefficients, 1, real.AsSpan(0, count), imaginary.AsSpan(0, count));
                Assert.IsTrue(EncodingSamples.SameBits(all.AsSpan(0, count), real.AsSpan(0, count)), At(transform));
                Assert.IsTrue(EncodingSamples.SameBits(allImaginary.AsSpan(0, count), imaginary.AsSpan(0, count)), At(transform));
                Assert.IsFalse(real.AsSpan(count).ContainsAnyExcept(7.0), At(transform));
                Assert.IsFalse(imaginary.AsSpan(count).ContainsAnyExcept(7.0), At(transform));
                Array.Fill(real, 8);
                transform.ToSlots(coefficients, 1, real.AsSpan(0, count), []);
                Assert.IsTrue(EncodingSamples.SameBits(all.AsSpan(0, count), real.AsSpan(0, count)), At(transform));
            }
        }
    }

    [TestMethod]
    public void Slots_that_are_not_numbers_give_coefficients_that_are_refused()
    {
        foreach (SlotTransform transform in EveryWidth(8, 64))
        {
            foreach (double bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue })
            {
                var real = new double[transform.SlotCount];
                real[^1] = bad;
                var coefficients = new double[transform.Degree];
                transform.ToCoefficients(real, [], 1e10, coefficients);
                Assert.IsFalse(double.IsFinite(CoefficientRounding.Largest(coefficients)), $"{bad}, {At(transform)}");
            }
        }
    }

    [TestMethod]
    public void Threads_share_a_transform()
    {
        var transform = new SlotTransform(1024);
        double[] coefficients = EncodingSamples.Numbers(1024, 1, Seed);
        var expected = new double[512];
        transform.ToSlots(coefficients, 1, expected, []);
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            var real = new double[512];
            transform.ToSlots(coefficients, 1, real, []);
            Assert.IsTrue(EncodingSamples.SameBits(expected, real));
        });
    }

    [TestMethod]
    public void Refuses_wrong_degrees_lengths_scales_and_overlap()
    {
        foreach (int degree in new[] { -8, 0, 1, 2, 3, 12, 1 << 18 })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SlotTransform(degree));
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SlotTransform(64, (KernelWidth)9));
        Assert.ThrowsExactly<ParameterException>(() => new SlotTransform(8, KernelWidth.Vector256));
        Assert.ThrowsExactly<ParameterException>(() => new SlotTransform(16, KernelWidth.Vector512));
        var transform = new SlotTransform(64);
        var right = new double[64];
        var slots = new double[32];
        Assert.ThrowsExactly<ArgumentException>(() => transform.ToCoefficients(new double[33], [], 1, right));
        Assert.ThrowsExactly<ArgumentException>(() => transform.ToCoefficients(slots, new double[31], 1, right));
        Assert.ThrowsExactly<ArgumentException>(() => transform.ToCoefficients(slots, [], 1, slots));
        Assert.ThrowsExactly<ArgumentException>(() => transform.ToCoefficients(right.AsSpan(0, 32), [], 1, right));
        Assert.ThrowsExactly<ArgumentException>(() => transform.ToSlots(slots, 1, slots, []));
        Assert.ThrowsExactly<ArgumentException>(() => transform.ToSlots(right, 1, new double[33], []));
        Assert.ThrowsExactly<ArgumentException>(() => transform.ToSlots(right, 1, slots, new double[33]));
        foreach (double scale in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transform.ToCoefficients(slots, [], scale, right));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transform.ToSlots(right, scale, slots, []));
        }
    }

    private static IEnumerable<SlotTransform> EveryWidth(params int[] degrees)
    {
        foreach (int degree in degrees)
        {
            foreach (KernelWidth width in EncodingSamples.Widths(degree >= 16, degree >= 32))
            {
                yield return new SlotTransform(degree, width);
            }
        }
    }

    private static IEnumerable<(double[] Real, double[] Imaginary)> Samples(int slots)
    {
        var single = new double[slots];
        single[slots / 3] = -1;
        yield return (new double[slots], []);
        yield return (single, []);
        yield return (single, single);
        yield return (EncodingSamples.Numbers(slots, 1, Seed), []);
        yield return (EncodingSamples.Numbers(slots, 1, Seed), EncodingSamples.Numbers(slots, 1, Seed + 1));
        yield return (EncodingSamples.Numbers(slots - 1, 1e6, Seed), EncodingSamples.Numbers(slots - 1, 1e-6, Seed + 1));
    }

    /// <summary>The definition: sum over j of c_j zeta^(3^i j), i &lt; N / 2.</summary>
    private static Complex[] Evaluate(double[] coefficients)
    {
        int degree = coefficients.Length;
        var slots = new Complex[degree / 2];
        int power = 1;
        for (int i = 0; i < slots.Length; i++)
        {
            for (int j = 0; j < degree; j++)
            {
                double angle = Math.PI * (power * j % (2 * degree)) / degree;
                slots[i] += coefficients[j] * new Complex(Math.Cos(angle), Math.Sin(angle));
            }

            power = 3 * power % (2 * degree);
        }

        return slots;
    }

    /// <summary>c(X^exponent) modulo X^N + 1.</summary>
    private static double[] Substitute(double[] coefficients, int exponent)
    {
        int degree = coefficients.Length;
        var result = new double[degree];
        for (int j = 0; j < degree; j++)
        {
            int power = (int)((long)j * exponent % (2 * degree));
            result[power % degree] += power < degree ? coefficients[j] : -coefficients[j];
        }

        return result;
    }

    private static double RoundTrip(SlotTransform transform, double[] real, double[] imaginary, bool rounded)
    {
        double scale = Math.ScaleB(1, 40);
        var coefficients = new double[transform.Degree];
        var realAgain = new double[real.Length];
        var imaginaryAgain = new double[real.Length];
        transform.ToCoefficients(real, imaginary, scale, coefficients);
        if (rounded)
        {
            for (int i = 0; i < coefficients.Length; i++)
            {
                coefficients[i] = Math.Round(coefficients[i]);
            }
        }

        transform.ToSlots(coefficients, 1 / scale, realAgain, imaginaryAgain);
        double error = 0;
        for (int i = 0; i < real.Length; i++)
        {
            error = Math.Max(error, new Complex(real[i] - realAgain[i], imaginary[i] - imaginaryAgain[i]).Magnitude);
        }

        return error;
    }

    private static string At(SlotTransform transform) => $"{transform.Width}, degree {transform.Degree}, seed {Seed}";
}
