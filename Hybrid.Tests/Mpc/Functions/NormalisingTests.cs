using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Functions;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Core;
using Hybrid.Tests.Mpc.Circuits;
using static Hybrid.Tests.Mpc.Functions.Numbers;

namespace Hybrid.Tests.Mpc.Functions;

[TestClass]
public sealed class NormalisingTests
{
    private const int Points = 3000;
    private const double Least = 1.0 / 256;
    private const double Greatest = 32767;

    private static readonly WordRange Wide = WordRange.OfBits(31);

    private static readonly long[] Integers =
        [.. SpreadByLogarithm(Least, Greatest, Points, 1), .. Enumerable.Range(8, 23).SelectMany(bit => new[] { 1L << bit, (1L << bit) + 1, (2L << bit) - 1 })];

    [TestMethod]
    public async Task Reciprocals_and_roots_are_right_over_the_whole_domain()
    {
        foreach (CircuitOptions options in Methods)
        {
            AreClose(x => 1 / x, Integers, await ApplyAsync(options, x => x.Reciprocal(32), Integers, Wide), 2e-5, relative: true);
            AreClose(x => 1 / x, Integers, await ApplyAsync(options, x => x.Reciprocal(), Integers, Wide), 1e-4);
            AreClose(Math.Sqrt, Integers, await ApplyAsync(options, x => x.Sqrt(24), Integers, Wide), 1e-5, relative: true);
            AreClose(x => 1 / Math.Sqrt(x), Integers, await ApplyAsync(options, x => x.ReciprocalSqrt(32), Integers, Wide), 1e-5, relative: true);
            AreClose(Math.Log, Integers, await ApplyAsync(options, x => x.Log(), Integers, Wide), 2.5 * Unit);
        }
    }

    [TestMethod]
    public async Task Below_and_above_the_domain_results_are_those_of_its_ends()
    {
        long[] integers = [0, 1, -1, 255, -5_000_000, -(1L << 40), 1L << 31, (1L << 31) + 12345, 1L << 40];
        double[] Expected(Func<double, double> function) =>
            [.. integers.Select(integer => function(integer < 256 ? Least : 32768))];
        WordRange range = WordRange.OfBits(41);
        foreach ((Func<Wire, Wire> function, Func<double, double> exact) in new (Func<Wire, Wire>, Func<double, double>)[]
        {
            (x => x.Reciprocal(32), x => 1 / x), (x => x.Sqrt(), Math.Sqrt), (x => x.ReciprocalSqrt(32), x => 1 / Math.Sqrt(x)), (x => x.Log(), Math.Log),
        })
        {
            double[] results = await ApplyAsync(CircuitOptions.Default, function, integers, range);
            double[] expected = Expected(exact);
            for (int i = 0; i < results.Length; i++)
                Assert.AreEqual(expected[i], results[i], (1e-4 * Math.Abs(expected[i])) + Unit, $"{integers[i]}");
        }
    }

    [TestMethod]
    public async Task Quotients_are_right()
    {
        long[] x = Spread(-1000, 1000, Points, 2);
        long[] y = SpreadByLogarithm(0.25, 1000, Points, 3);
        long[] z = await Parties.ComputeAsync(
            w => w[0].Divide(w[1]), Feed.Of(0, new Shape(Points), FractionBits, x), Feed.Of(1, new Shape(Points), FractionBits, y));
        for (int i = 0; i < Points; i++)
        {
            double exact = (double)x[i] / y[i];
            Assert.AreEqual(exact, z[i] * Unit, (1e-5 * Math.Abs(exact)) + (2 * Unit), $"{x[i]} / {y[i]}");
        }
    }

    [TestMethod]
    public async Task Powers_are_right()
    {
        long[] integers = Spread(-8, 8, 500, 4);
        foreach (int exponent in new[] { 0, 1, 2, 3, 5 })
        {
            double[] results = await ApplyAsync(CircuitOptions.Default, x => x.Power(exponent), integers);
            AreClose(x => Math.Pow(x, exponent), integers, results, 0.2 * Math.Pow(8, Math.Max(0, exponent - 3)) * Math.Max(1, exponent) * Unit * 64);
        }

        long[] positive = Spread(0.5, 30, 500, 5);
        AreClose(x => Math.Pow(x, 0.75), positive, await ApplyAsync(CircuitOptions.Default, x => x.Power(0.75), positive, Wide), 2e-3);
        AreClose(x => 1 / x / x, positive, await ApplyAsync(CircuitOptions.Default, x => x.Power(-2), positive), 4e-4);
    }

    [TestMethod]
    public async Task A_narrow_range_asks_for_few_exponents()
    {
        long[] integers = Spread(1, 10, 500, 6);
        var range = new WordRange(1 << 16, 10 << 16);
        AreClose(x => 1 / x, integers, await ApplyAsync(CircuitOptions.Default, x => x.Reciprocal(), integers, range), 3 * Unit);
        var narrow = new Circuit();
        narrow.Keep(narrow.Input(0, new Shape(1000), 16, range).Reciprocal());
        var wide = new Circuit();
        wide.Keep(wide.Input(0, new Shape(1000), 16, Wide).Reciprocal());
        Assert.IsTrue(narrow.Cost.Bytes < wide.Cost.Bytes);
    }

    [TestMethod]
    public void Of_what_is_never_positive_there_is_no_logarithm()
    {
        var circuit = new Circuit();
        Wire x = circuit.Input(0, new Shape(3), 16, new WordRange(-100, 0));
        Sentences.Refused<ParameterException>(() => x.Log(), "positive");
    }
}
