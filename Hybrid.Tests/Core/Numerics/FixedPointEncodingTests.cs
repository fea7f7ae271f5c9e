using Hybrid.Numerics;

namespace Hybrid.Tests.Core.Numerics;

[TestClass]
public sealed class FixedPointEncodingTests
{
    [TestMethod]
    [DataRow(1.0, 16, 65536L)]
    [DataRow(-1.0, 16, -65536L)]
    [DataRow(0.5, 0, 0L)]
    [DataRow(1.5, 0, 2L)]
    [DataRow(2.5, 0, 2L)]
    [DataRow(-0.5, 0, 0L)]
    [DataRow(-1.5, 0, -2L)]
    [DataRow(3.14159, 16, 205887L)]
    [DataRow(-0.0, 16, 0L)]
    [DataRow(double.Epsilon, 62, 0L)]
    [DataRow(1.0, 62, 1L << 62)]
    [DataRow(-1.0, 62, -(1L << 62))]
    [DataRow(-4611686018427387904.0, 0, -(1L << 62))]
    [DataRow(4611686018427387392.0, 0, 4611686018427387392L)]
    public void Numbers_round_to_the_nearest_integer_and_ties_to_even(double value, int fractionBits, long expected)
    {
        var encoded = new long[1];
        FixedPointFormat.Widest(fractionBits).Encode([value], encoded);
        Assert.AreEqual(expected, encoded[0]);
    }

    [TestMethod]
    public void Decoding_is_within_half_a_unit_of_what_was_encoded()
    {
        var random = new Random(3);
        double[] values = [.. Enumerable.Range(0, 1000).Select(_ => (random.NextDouble() - 0.5) * 2000)];
        var encoded = new long[values.Length];
        foreach (int fractionBits in new[] { 0, 1, 16, 30, 48 })
        {
            FixedPointFormat.Widest(fractionBits).Encode(values, encoded);
            double half = Math.ScaleB(0.5, -fractionBits);
            for (int index = 0; index < values.Length; index++)
            {
                double decoded = FixedPointFormat.Decode(encoded[index], fractionBits);
                Assert.AreEqual(values[index], decoded, half, $"seed 3, element {index}, {fractionBits} fraction bits");
            }
        }
    }

    [TestMethod]
    [DataRow(double.NaN, 16, "not a number")]
    [DataRow(double.PositiveInfinity, 16, "infinite")]
    [DataRow(double.NegativeInfinity, 0, "infinite")]
    [DataRow(4611686018427388928.0, 0, "too large")]
    [DataRow(-4611686018427388928.0, 0, "too large")]
    [DataRow(70368744177664.5, 16, "too large")]
    [DataRow(2.0, 62, "too large")]
    [DataRow(double.MaxValue, 62, "too large")]
    public void What_does_not_fit_is_refused_by_index_and_not_by_value(double value, int fractionBits, string problem)
    {
        var error = Assert.ThrowsExactly<ParameterException>(
            () => FixedPointFormat.Widest(fractionBits).Encode([0.25, -0.25, 1, value, 1], new long[5]));
        Assert.AreEqual(ParameterFault.OutOfRange, error.Fault);
        int bits = 62 - fractionBits;
        Assert.AreEqual(
            $"Element 3 (counted row by row) is {problem}: with {fractionBits} fraction bits, numbers go from -2^{bits} to 2^{bits}.",
            error.Message);
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(63)]
    [DataRow(int.MaxValue)]
    public void Impossible_fraction_bits_are_refused(int fractionBits)
    {
        Assert.ThrowsExactly<ParameterException>(() => FixedPointFormat.Widest(fractionBits));
    }
}
