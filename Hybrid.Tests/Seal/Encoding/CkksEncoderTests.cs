using System.Numerics;
using Hybrid.Numerics;
using Hybrid.Seal;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Seal.Encoding;

[TestClass]
public sealed class CkksEncoderTests
{
    private const int Seed = 50;

    private static readonly (int Degree, int[] Bits)[] Sets =
        [(16, [45, 30, 30]), (32, [60, 40]), (64, [50, 40, 40, 50]), (256, [60, 40, 40, 60]), (1024, [36, 36, 37]), (128, [20])];

    [TestMethod]
    public void Numbers_come_back_at_every_level()
    {
        foreach (CkksEncoder encoder in Encoders())
        {
            CkksContext context = encoder.Context;
            double[] real = EncodingSamples.Numbers(context.SlotCount, 1, Seed);
            double[] imaginary = EncodingSamples.Numbers(context.SlotCount, 1, Seed + 1);
            var realBack = new double[context.SlotCount];
            var imaginaryBack = new double[context.SlotCount];
            using var plaintext = new Plaintext(context);
            for (int level = 0; level <= context.MaximumLevel; level++)
            {
                double scale = Math.ScaleB(1, Math.Min(30, (int)context.BitsAt(level) - 4));
                double error = Rounding(context, scale);
                string at = $"{context.Parameters}, level {level}";
                encoder.Encode(real, imaginary, scale, level, plaintext);
                Assert.AreEqual(level, plaintext.Level, at);
                Assert.AreEqual(scale, plaintext.Scale, at);
                encoder.Decode(plaintext, realBack, imaginaryBack);
                AssertClose(real, realBack, error, $"{at}: real parts");
                AssertClose(imaginary, imaginaryBack, error, $"{at}: imaginary parts");

                encoder.Encode(real, scale, level, plaintext);
                encoder.Decode(plaintext, realBack, imaginaryBack);
                AssertClose(real, realBack, error, $"{at}: real numbers");
                AssertClose(new double[real.Length], imaginaryBack, error, $"{at}: no imaginary parts");
            }
        }
    }

    [TestMethod]
    public void Slots_are_the_values_at_the_roots_of_the_definition()
    {
        var encoder = new CkksEncoder(new CkksContext(CkksParameters.Create(16, [50], SecurityLevel.None)));
        double[] real = EncodingSamples.Numbers(8, 1, Seed);
        double[] imaginary = EncodingSamples.Numbers(8, 1, Seed + 1);
        using var plaintext = new Plaintext(encoder.Context);
        double scale = Math.ScaleB(1, 40);
        encoder.Encode(real, imaginary, scale, 0, plaintext);
        var coefficients = new double[16];
        encoder.DecodeCoefficients(plaintext, coefficients);
        for (int i = 0, exponent = 1; i < 8; i++, exponent = exponent * 3 % 32)
        {
            Complex value = Complex.Zero;
            for (int k = 0; k < 16; k++)
            {
                value += coefficients[k] * Complex.FromPolarCoordinates(1, Math.PI * exponent * k / 16);
                Assert.AreEqual(Math.Round(coefficients[k] * scale), coefficients[k] * scale, $"coefficient {k} is an integer over the scale");
            }

            Assert.AreEqual(real[i], value.Real, 1e-11, $"slot {i}");
            Assert.AreEqual(imaginary[i], value.Imaginary, 1e-11, $"slot {i}");
        }
    }

    [TestMethod]
    public void At_degree_8192_and_scale_2_to_the_40_thirty_bits_and_more_are_kept()
    {
        var encoder = new CkksEncoder(new CkksContext(CkksParameters.Degree8192()));
        foreach (double largest in new[] { 1e-3, 1, 200 })
        {
            double[] values = EncodingSamples.Numbers(4096, largest, Seed);
            using Plaintext plaintext = encoder.Encode(values, Math.ScaleB(1, 40));
            double error = values.Zip(encoder.Decode(plaintext), (x, y) => Math.Abs(x - y)).Max();
            Assert.IsLessThan(Math.ScaleB(1, -30), error / Math.Max(1, largest), $"numbers to {largest}");
        }
    }

    [TestMethod]
    public void The_slots_behind_the_numbers_given_hold_zero_and_the_first_ones_can_be_read_alone()
    {
        foreach (CkksEncoder encoder in Encoders())
        {
            int slots = encoder.SlotCount;
            double scale = encoder.Context.Parameters.DefaultScale;
            double[] values = EncodingSamples.Numbers(slots, 1, Seed);
            foreach (int length in new[] { 0, 1, 3, slots - 1 })
            {
                using Plaintext plaintext = encoder.Encode(values.AsSpan(0, length), scale);
                double[] expected = [.. values.Take(length), .. new double[slots - length]];
                AssertClose(expected, encoder.Decode(plaintext), Rounding(encoder.Context, scale), $"{encoder.Context.Parameters}, {length} numbers");

                var first = new double[length];
                encoder.Decode(plaintext, first);
                CollectionAssert.AreEqual(encoder.Decode(plaintext)[..length], first, $"the first {length}");

                using var complex = new Plaintext(encoder.Context);
                encoder.Encode(values.AsSpan(0, length), values.AsSpan(slots - length), scale, encoder.Context.MaximumLevel, complex);
                AssertClose(expected, encoder.Decode(complex), Rounding(encoder.Context, scale), $"{encoder.Context.Parameters}, {length} complex numbers");
            }
        }
    }

    [TestMethod]
    public void A_constant_is_a_constant_polynomial_and_the_same_number_in_every_slot()
    {
        foreach (CkksEncoder encoder in Encoders())
        {
            double scale = encoder.Context.Parameters.DefaultScale;
            using var plaintext = new Plaintext(encoder.Context);
            foreach (double value in new[] { 0, 1, -1, 0.3, -1.75 })
            {
                encoder.EncodeConstant(value, scale, encoder.Context.MaximumLevel, plaintext);
                var coefficients = new double[encoder.Context.Degree];
                encoder.DecodeCoefficients(plaintext, coefficients);
                Assert.AreEqual(Math.Round(value * scale) / scale, coefficients[0], $"{encoder.Context.Parameters}, {value}");
                Assert.IsFalse(coefficients.AsSpan(1).ContainsAnyExcept(0.0), $"{encoder.Context.Parameters}, {value}");
                foreach (double slot in encoder.Decode(plaintext))
                {
                    Assert.AreEqual(value, slot, (0.5 / scale) + 1e-15, $"{encoder.Context.Parameters}");
                }
            }
        }
    }

    [TestMethod]
    public void Coefficients_come_back_exactly()
    {
        foreach (CkksEncoder encoder in Encoders())
        {
            int degree = encoder.Context.Degree;
            for (int level = 0; level <= encoder.Context.MaximumLevel; level++)
            {
                double largest = Math.ScaleB(1, Math.Min(50, (int)encoder.Context.BitsAt(level) - 2));
                double[] integers = [.. EncodingSamples.Numbers(degree, largest, Seed).Select(x => Math.Round(x))];
                using var plaintext = new Plaintext(encoder.Context);
                var back = new double[degree];
                encoder.EncodeCoefficients(integers, 1, level, plaintext);
                encoder.DecodeCoefficients(plaintext, back);
                CollectionAssert.AreEqual(integers, back, $"{encoder.Context.Parameters}, level {level}");

                encoder.EncodeCoefficients(integers.AsSpan(0, 3), 0.5, level, plaintext);
                encoder.DecodeCoefficients(plaintext, back.AsSpan(0, 5));
                double[] expected = [.. integers.Take(3).Select(x => Math.Round(x / 2, MidpointRounding.ToEven) * 2), 0, 0];
                CollectionAssert.AreEqual(expected, back[..5], $"{encoder.Context.Parameters}, level {level}, three at scale 1/2");
            }
        }
    }

    [TestMethod]
    public void Coefficients_are_read_exactly_as_integers()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 50, 40, 30, 50);
        using Plaintext plaintext = ckks.Encode(ckks.Numbers(Seed, 1000), Math.ScaleB(1, 80));
        var exact = new Int128[64];
        ckks.Encoder.ReadCoefficients(plaintext, exact);
        CollectionAssert.AreEqual(ckks.Coefficients(plaintext), exact.Select(x => (BigInteger)x).ToArray());
    }

    [TestMethod]
    public void A_lower_level_has_the_first_primes_of_the_same_polynomial()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 50, 40, 30, 50);
        double[] values = ckks.Numbers(Seed);
        using Plaintext top = ckks.Encode(values, 1 << 30);
        for (int level = 0; level <= 2; level++)
        {
            using Plaintext plaintext = ckks.Encode(values, 1 << 30, level);
            Assert.AreEqual((level + 1) * 64, plaintext.Residues.Length);
            Assert.IsTrue(plaintext.Residues.SequenceEqual(top.Residues[..((level + 1) * 64)]), $"level {level}");
        }
    }

    [TestMethod]
    public void Scales_beyond_a_word_keep_all_a_double_has()
    {
        var encoder = new CkksEncoder(new CkksContext(CkksParameters.Create(256, [60, 60, 50, 60], SecurityLevel.None)));
        double[] values = EncodingSamples.Numbers(128, 1000, Seed);
        foreach (int bits in new[] { 64, 100, 140, 155 })
        {
            using Plaintext plaintext = encoder.Encode(values, Math.ScaleB(1, bits));
            AssertClose(values, encoder.Decode(plaintext), 1000 * Math.ScaleB(1, -48), $"scale 2^{bits}");
        }
    }

    [TestMethod]
    public void A_destination_serves_again_whatever_it_held()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 50, 40, 30, 50);
        using var plaintext = new Plaintext(ckks.Context, 0);
        foreach ((int level, int seed) in new[] { (0, 1), (2, 2), (1, 3), (2, 4), (0, 5) })
        {
            double[] values = ckks.Numbers(seed);
            ckks.Encoder.Encode(values, 1 << 30, level, plaintext);
            using Plaintext fresh = ckks.Encode(values, 1 << 30, level);
            Assert.IsTrue(fresh.Residues.SequenceEqual(plaintext.Residues), $"level {level}");
        }

        ckks.Encoder.EncodeConstant(2, 1 << 20, 1, plaintext);
        Assert.AreEqual(2, ckks.Encoder.Decode(plaintext)[7], 1e-6);
        ckks.Encoder.EncodeCoefficients([7], 1, 0, plaintext);
        Assert.AreEqual(7, ckks.Encoder.Decode(plaintext)[3], 1e-12);
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(double.NegativeInfinity)]
    public void Numbers_that_are_not_finite_are_refused(double bad)
    {
        using CkksInstance ckks = CkksInstance.Small(64, 40, 40);
        double[] values = new double[32];
        values[17] = bad;
        using var plaintext = new Plaintext(ckks.Context);
        Sentences.Refused<ParameterException>(() => ckks.Encoder.Encode(values, 1 << 20), "not finite");
        Sentences.Refused<ParameterException>(() => ckks.Encoder.Encode(new double[32], values, 1 << 20, 0, plaintext), "not finite");
        Sentences.Refused<ParameterException>(() => ckks.Encoder.EncodeConstant(bad, 1 << 20, 0, plaintext), "not finite");
        Sentences.Refused<ParameterException>(() => ckks.Encoder.EncodeCoefficients([bad], 1, 0, plaintext), "not finite");
        Sentences.Refused<ParameterException>(() => ckks.Encoder.EncodeCoefficients([double.MaxValue], 4, 0, plaintext), "not finite");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Encoder.Encode([1], bad));
    }

    [TestMethod]
    public void Numbers_too_large_for_scale_and_level_are_refused_and_the_largest_are_not()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 40, 30, 50);
        using var plaintext = new Plaintext(ckks.Context);
        Sentences.Refused<ParameterException>(() => ckks.Encoder.EncodeConstant(Math.ScaleB(1, 19), 1 << 20, 0, plaintext), "too large", "level 0", "2^20.0", "2^40.0", "higher level");
        Sentences.Refused<ParameterException>(() => ckks.Encoder.Encode([.. Enumerable.Repeat(Math.ScaleB(-1, 19), 32)], 1 << 20, 0), "too large");
        Sentences.Refused<ParameterException>(() => ckks.Encoder.EncodeCoefficients([Math.ScaleB(1, 69)], 1, 1, plaintext), "too large", "level 1");
        foreach (double sign in new[] { 1, -1 })
        {
            double largest = sign * 0.999 * Math.ScaleB(1, 19);
            ckks.Encoder.EncodeConstant(largest, 1 << 20, 0, plaintext);
            Assert.AreEqual(largest, ckks.Encoder.Decode(plaintext)[0], 1e-4);
            ckks.Encoder.EncodeConstant(largest * Math.ScaleB(1, 30), 1 << 20, 1, plaintext);
            Assert.AreEqual(largest, ckks.Encoder.Decode(plaintext)[0] / Math.ScaleB(1, 30), 1e-4);
        }
    }

    [TestMethod]
    public void Too_many_numbers_wrong_levels_and_scales_are_refused()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 40, 30, 50);
        using var plaintext = new Plaintext(ckks.Context);
        Sentences.Refused<ParameterException>(() => ckks.Encoder.Encode(new double[33], 1 << 20), "holds 32 numbers", "33 were given", "split");
        Sentences.Refused<ParameterException>(() => ckks.Encoder.Encode(new double[3], new double[2], 1 << 20, 0, plaintext), "2 imaginary parts for 3");
        Sentences.Refused<ParameterException>(() => ckks.Encoder.EncodeCoefficients(new double[65], 1, 0, plaintext), "64 coefficients", "65 were given");
        Sentences.Refused<ParameterException>(() => ckks.Encoder.Decode(plaintext, new double[33]), "33 were asked for");
        Sentences.Refused<ParameterException>(() => ckks.Encoder.DecodeCoefficients(plaintext, new double[65]), "65 were asked for");
        Sentences.Refused<ParameterException>(() => ckks.Encoder.DecodeForRelease(plaintext, 1, 1, new double[33]), "33 were asked for");
        foreach (int level in new[] { -1, 2, int.MaxValue, int.MinValue })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Encoder.Encode([1], 1 << 20, level), $"level {level}");
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Encoder.EncodeConstant(1, 1 << 20, level, plaintext), $"level {level}");
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new Plaintext(ckks.Context, level), $"level {level}");
        }

        foreach (double scale in new[] { 0, -1, double.NaN, double.PositiveInfinity, Math.ScaleB(1, 40) })
        {
            ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Encoder.Encode([0], scale, 0), $"scale {scale}");
            StringAssert.Contains(error.Message, "take a smaller scale or a higher level");
        }
    }

    [TestMethod]
    public void Plaintexts_of_other_parameters_are_refused()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 40, 30, 50);
        using CkksInstance other = CkksInstance.Small(64, 40, 40, 50);
        using CkksInstance same = CkksInstance.Small(64, 40, 30, 50);
        using var plaintext = new Plaintext(other.Context);
        Sentences.Refused<ParameterException>(() => ckks.Encoder.Encode([1], [], 1 << 20, 0, plaintext), "{40, 40, 50}", "{40, 30, 50}");
        Sentences.Refused<ParameterException>(() => ckks.Encoder.Decode(plaintext), "{40, 40, 50}");
        Sentences.Refused<ParameterException>(() => ckks.Encoder.DecodeForRelease(plaintext, 1, 1, new double[1]), "{40, 40, 50}");
        using Plaintext ours = same.Encode([5]);
        Assert.AreEqual(5, ckks.Encoder.Decode(ours)[0], 1e-6, "equal parameters are the same parameters");
    }

    [TestMethod]
    public void Every_width_encodes_and_decodes_to_the_same_bits()
    {
        foreach ((int degree, int[] bits) in Sets)
        {
            CkksParameters parameters = CkksParameters.Create(degree, bits, SecurityLevel.None);
            double[] values = EncodingSamples.Numbers(degree / 2, 1, Seed);
            ulong[]? residues = null;
            double[]? decoded = null;
            foreach (KernelWidth width in EncodingSamples.Widths().Append(KernelWidth.Auto))
            {
                var encoder = new CkksEncoder(new CkksContext(parameters, width));
                using Plaintext plaintext = encoder.Encode(values, parameters.DefaultScale);
                residues ??= plaintext.Residues.ToArray();
                decoded ??= encoder.Decode(plaintext);
                Assert.IsTrue(residues.AsSpan().SequenceEqual(plaintext.Residues), $"{parameters}, {width}");
                Assert.IsTrue(EncodingSamples.SameBits(decoded, encoder.Decode(plaintext)), $"{parameters}, {width}");
            }
        }
    }

    [TestMethod]
    public void A_plaintext_is_wiped_and_never_shown()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 40, 30, 50);
        Plaintext plaintext = ckks.Encode([42], 1 << 20);
        Assert.AreEqual("CKKS plaintext, level 1, scale 2^20.0", plaintext.ToString());
        plaintext.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => ckks.Encoder.Decode(plaintext));
    }

    // Ten deviations of N roundings, and what doubles lose.
    private static double Rounding(CkksContext context, double scale) => (10 * Math.Sqrt(context.Degree / 12.0) / scale) + 1e-13;

    private static IEnumerable<CkksEncoder> Encoders() =>
        from set in Sets select new CkksEncoder(new CkksContext(CkksParameters.Create(set.Degree, set.Bits, SecurityLevel.None)));

    private static void AssertClose(double[] expected, double[] actual, double error, string at)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], error, $"{at}: slot {i}, seed {Seed}");
        }
    }
}
