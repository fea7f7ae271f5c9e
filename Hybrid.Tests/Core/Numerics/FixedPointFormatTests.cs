using System.Numerics;
using Hybrid.Numerics;

namespace Hybrid.Tests.Core.Numerics;

[TestClass]
public sealed class FixedPointFormatTests
{
    [TestMethod]
    public void Parts_are_not_negative_and_come_to_62_bits_at_most()
    {
        foreach ((int fraction, int integer) in new[] { (0, 0), (62, 0), (0, 62), (31, 31), (20, 42) })
        {
            var format = new FixedPointFormat(fraction, integer);
            Assert.AreEqual(1L << (fraction + integer), format.Magnitude);
            Assert.AreEqual((fraction, integer), (format.FractionBits, format.IntegerBits));
        }

        foreach ((int fraction, int integer) in new[] { (-1, 0), (0, -1), (-1, 63), (63, 0), (0, 63), (32, 31), (int.MaxValue, int.MaxValue), (int.MinValue, int.MinValue) })
        {
            ParameterException e = Assert.ThrowsExactly<ParameterException>(() => new FixedPointFormat(fraction, integer), $"{fraction}, {integer}");
            Assert.AreEqual(ParameterFault.OutOfRange, e.Fault);
        }
    }

    [TestMethod]
    public void Magnitudes_go_up_to_their_bound_inclusive()
    {
        foreach ((int fraction, int integer) in new[] { (0, 0), (0, 62), (62, 0), (16, 10), (30, 20) })
        {
            var format = new FixedPointFormat(fraction, integer);
            double bound = Math.ScaleB(1, integer);
            // The next number that does not round to the bound.
            double beyond = Math.Max(Math.BitIncrement(bound), bound + Math.ScaleB(1, -fraction));
            foreach (int sign in new[] { 1, -1 })
            {
                Assert.IsTrue(format.TryEncode(sign * bound, out long encoded), $"{fraction}, {integer}");
                Assert.AreEqual(sign * format.Magnitude, encoded);
                Assert.IsFalse(format.TryEncode(sign * beyond, out encoded), $"{fraction}, {integer}");
                Assert.AreEqual(0, encoded);
            }
        }
    }

    [TestMethod]
    public void What_is_no_finite_number_is_refused()
    {
        foreach (FixedPointFormat format in new[] { default, new FixedPointFormat(62, 0), new FixedPointFormat(0, 62), new FixedPointFormat(20, 20) })
        {
            foreach (double value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.MinValue })
            {
                Assert.IsFalse(format.TryEncode(value, out long encoded), $"{value} in {format}");
                Assert.AreEqual(0, encoded);
            }

            foreach (double value in new[] { 0.0, -0.0, double.Epsilon, -double.Epsilon })
            {
                Assert.IsTrue(format.TryEncode(value, out long encoded), $"{value} in {format}");
                Assert.AreEqual(0, encoded);
            }
        }
    }

    [TestMethod]
    public void Ties_go_to_even()
    {
        foreach (int fraction in new[] { 0, 1, 7, 40 })
        {
            var format = new FixedPointFormat(fraction, 10);
            foreach ((double halves, long expected) in new[] { (0.5, 0L), (1.5, 2), (2.5, 2), (3.5, 4), (-0.5, 0), (-1.5, -2), (-2.5, -2), (-3.5, -4), (0.75, 1), (2.25, 2), (-1.25, -1) })
            {
                Assert.IsTrue(format.TryEncode(Math.ScaleB(halves, -fraction), out long encoded));
                Assert.AreEqual(expected, encoded, $"{halves} with {fraction} fraction bits");
            }
        }
    }

    [TestMethod]
    public void Encoding_is_the_exact_rounding_of_the_number()
    {
        const int Seed = 21;
        var random = new Random(Seed);
        for (int i = 0; i < 20_000; i++)
        {
            int fraction = random.Next(63);
            int integer = random.Next(63 - fraction);
            var format = new FixedPointFormat(fraction, integer);
            double value = Math.ScaleB((random.NextDouble() * 2) - 1, random.Next(-fraction - 3, integer + 2));
            BigInteger expected = Rounded(value, fraction);
            bool fits = BigInteger.Abs(expected) <= format.Magnitude;
            Assert.AreEqual(fits, format.TryEncode(value, out long encoded), $"{value:r} in {format}, case {i} of seed {Seed}");
            Assert.AreEqual(fits ? expected : 0, (BigInteger)encoded, $"{value:r} in {format}, case {i} of seed {Seed}");
        }
    }

    [TestMethod]
    public void Decoding_undoes_encoding_to_half_a_step()
    {
        const int Seed = 22;
        var random = new Random(Seed);
        for (int i = 0; i < 20_000; i++)
        {
            int fraction = random.Next(54);
            var format = new FixedPointFormat(fraction, 53 - fraction);
            double value = ((random.NextDouble() * 2) - 1) * Math.ScaleB(1, random.Next(54 - fraction));
            Assert.IsTrue(format.TryEncode(value, out long encoded));
            double back = FixedPointFormat.Decode(encoded, fraction);
            Assert.IsLessThanOrEqualTo(Math.ScaleB(1, -fraction - 1), Math.Abs(back - value), $"{value:r} in {format}, case {i} of seed {Seed}");
            Assert.IsTrue(format.TryEncode(back, out long again));
            Assert.AreEqual(encoded, again, $"{value:r} in {format}, case {i} of seed {Seed}");
        }
    }

    [TestMethod]
    public void Decoding_wide_integers_rounds_to_the_nearest_double()
    {
        const int Seed = 23;
        var random = new Random(Seed);
        for (int i = 0; i < 20_000; i++)
        {
            var high = (Int128)random.NextInt64(long.MinValue, long.MaxValue);
            Int128 integer = ((high << 64) | (UInt128RandomLow(random))) >> random.Next(127);
            double decoded = FixedPointFormat.Decode(integer, 70);
            BigInteger scaled = new(Math.ScaleB(decoded, 70));
            BigInteger error = BigInteger.Abs(scaled - (BigInteger)integer);
            BigInteger step = new(Math.BitIncrement(Math.Abs(Math.ScaleB(decoded, 70))) - Math.Abs(Math.ScaleB(decoded, 70)));
            Assert.IsTrue(error * 2 <= step, $"{integer} gave {decoded:r}, case {i} of seed {Seed}");
        }
    }

    private static Int128 UInt128RandomLow(Random random) => (Int128)(ulong)random.NextInt64(long.MinValue, long.MaxValue);

    // round(value · 2^fraction), ties to even, in whole numbers.
    private static BigInteger Rounded(double value, int fraction)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger mantissa = (bits & 0xF_FFFF_FFFF_FFFF) | (exponent == 0 ? 0 : 1L << 52);
        int shift = Math.Max(exponent, 1) - 1075 + fraction;
        BigInteger magnitude = mantissa << Math.Max(shift, 0);
        if (shift < 0)
        {
            BigInteger half = BigInteger.One << (-shift - 1);
            BigInteger rest = mantissa & ((half << 1) - 1);
            magnitude = mantissa >> -shift;
            magnitude += rest > half || (rest == half && !magnitude.IsEven) ? 1 : 0;
        }

        return value < 0 ? -magnitude : magnitude;
    }
}
