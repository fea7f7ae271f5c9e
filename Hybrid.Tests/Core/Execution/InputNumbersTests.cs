using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Execution;

[TestClass]
public sealed class InputNumbersTests
{
    [TestMethod]
    [DataRow(16, 4)]
    [DataRow(0, 20)]
    [DataRow(40, 22)]
    [DataRow(62, 0)]
    public void Numbers_are_rounded_to_the_nearest_ties_to_even(int fractionBits, int integerBits)
    {
        const int Seed = 73;
        var random = new Random(Seed);
        double most = Math.ScaleB(1, integerBits);
        double half = Math.ScaleB(0.5, -fractionBits);
        double[] values = [0, most, -most, half, -half, 3 * half, -3 * half, most - (2 * half), .. Enumerable.Range(0, 3000).Select(_ => ((random.NextDouble() * 2) - 1) * most)];
        using PlainIntegers integers = InputNumbers.Encode(Input(values.Length, fractionBits, integerBits), values);
        for (int i = 0; i < values.Length; i++)
            Assert.AreEqual((Int128)Math.Round(Math.ScaleB(values[i], fractionBits), MidpointRounding.ToEven), integers[i], $"number {i}, seed {Seed}");
        var back = new double[values.Length];
        integers.Decode(fractionBits, back);
        for (int i = 0; i < values.Length; i++)
            Assert.AreEqual(FixedPointFormat.Decode(integers[i], fractionBits), back[i], $"number {i}, seed {Seed}");
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(double.NegativeInfinity)]
    [DataRow(16.00001)]
    [DataRow(-1e300)]
    public void What_does_not_fit_is_named_by_its_place_and_never_shown(double wrong)
    {
        foreach (int at in new[] { 0, 1, 1023, 1024, 2999 })
        {
            var values = new double[3000];
            values[at] = wrong;
            ParameterException refusal = Assert.ThrowsExactly<ParameterException>(() => InputNumbers.Encode(Input(3000, 16, 4), values));
            StringAssert.Contains(refusal.Message, $"Element {at} ");
            StringAssert.Contains(refusal.Message, "±16");
            Assert.DoesNotContain("00001", refusal.Message);
        }
    }

    private static Node Input(int length, int fractionBits, int integerBits) =>
        new OpGraph().Input("x", Party.Client, new Shape(length), new FixedPointFormat(fractionBits, integerBits));
}
