using Hybrid.Mpc.Sharing;

namespace Hybrid.Tests.Mpc.Sharing;

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
    [DataRow(-2.0, 62, long.MinValue)]
    [DataRow(-9223372036854775808.0, 0, long.MinValue)]
    [DataRow(9223372036854774784.0, 0, 9223372036854774784L)]
    public void Numbers_round_to_the_nearest_word_and_ties_to_even(double value, int fractionBits, long expected)
    {
        var words = new ulong[1];
        FixedPointEncoding.Encode([value], fractionBits, words);
        Assert.AreEqual(expected, unchecked((long)words[0]));
    }

    [TestMethod]
    public void Decoding_is_within_half_a_unit_of_what_was_encoded()
    {
        double[] values = new RandomWords(seed: 3).NextReals(1000, bound: 1000);
        var words = new ulong[values.Length];
        var decoded = new double[values.Length];
        foreach (int fractionBits in new[] { 0, 1, 16, 30, 48 })
        {
            FixedPointEncoding.Encode(values, fractionBits, words);
            FixedPointEncoding.Decode(words, fractionBits, decoded);
            double half = Math.ScaleB(0.5, -fractionBits);
            for (int index = 0; index < values.Length; index++)
                Assert.AreEqual(values[index], decoded[index], half, $"seed 3, element {index}, {fractionBits} fraction bits");
        }
    }

    [TestMethod]
    [DataRow(double.NaN, 16, "not a number")]
    [DataRow(double.PositiveInfinity, 16, "infinite")]
    [DataRow(double.NegativeInfinity, 0, "infinite")]
    [DataRow(9223372036854775808.0, 0, "too large")]
    [DataRow(-9223372036854777856.0, 0, "too large")]
    [DataRow(140737488355328.0, 16, "too large")]
    [DataRow(2.0, 62, "too large")]
    [DataRow(double.MaxValue, 62, "too large")]
    public void What_does_not_fit_is_refused_by_index_and_not_by_value(double value, int fractionBits, string problem)
    {
        var error = Assert.ThrowsExactly<ParameterException>(
            () => FixedPointEncoding.Encode([0.25, -0.25, 1, value, 1], fractionBits, new ulong[5]));
        Assert.AreEqual(ParameterFault.OutOfRange, error.Fault);
        int bits = 63 - fractionBits;
        Assert.AreEqual(
            $"Element 3 (counted row by row) is {problem}: {fractionBits} fraction bits hold numbers from -2^{bits} to below 2^{bits}.",
            error.Message);
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(63)]
    public void Impossible_fraction_bits_are_refused(int fractionBits)
    {
        Assert.ThrowsExactly<ParameterException>(() => FixedPointEncoding.Encode([1], fractionBits, new ulong[1]));
        Assert.ThrowsExactly<ParameterException>(() => FixedPointEncoding.Decode([1], fractionBits, new double[1]));
    }
}
