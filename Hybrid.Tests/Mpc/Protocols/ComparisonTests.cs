using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Functions;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Core;
using Hybrid.Tests.Mpc.Circuits;

namespace Hybrid.Tests.Mpc.Protocols;

/// <summary>Comparisons, by tree and by function sharing, of narrow and of wide ranges, at their ends and on the thresholds.</summary>
[TestClass]
public sealed class ComparisonTests
{
    [TestMethod]
    [DataRow(ComparisonMethod.Tree, 2)]
    [DataRow(ComparisonMethod.Tree, 3)]
    [DataRow(ComparisonMethod.Tree, 4)]
    [DataRow(ComparisonMethod.FunctionSharing, 2)]
    public async Task Every_width_compares_rightly(ComparisonMethod method, int parties)
    {
        var random = new RandomWords(81);

        // n − 1 of the comparisons' width n; all of them for two parties.
        int[] widths = parties == 2 ? [.. Enumerable.Range(0, 63)] : [0, 1, 4, 5, 16, 17, 40, 62];
        Feed[] feeds = [.. widths.Select(bits => Feed.Of(bits % parties, new Shape(130), 0, Around(random, bits, 130), WordRange.OfBits(bits)))];
        long[] thresholds = [.. widths.Select(bits => bits == 0 ? 0 : ((long)random.Next(1)[0] >> (63 - bits)) + (bits == 62 ? 1 : 0))];
        long[][] less = await Parties.ComputeManyAsync(
            new CircuitOptions { Comparison = method, Parties = parties },
            wires => [.. wires.Select((wire, index) => Comparing.Compare(wire, [thresholds[index]], 0).Bits[0].ToWire())], feeds);
        for (int index = 0; index < widths.Length; index++)
        {
            CollectionAssert.AreEqual(
                feeds[index].Integers.Select(x => x < thresholds[index] ? 1L : 0).ToArray(), less[index], $"{widths[index]} bits, below {thresholds[index]}");
        }
    }

    [TestMethod]
    [DataRow(ComparisonMethod.Tree, 1)]
    [DataRow(ComparisonMethod.Tree, 63)]
    [DataRow(ComparisonMethod.Tree, 8192)]
    [DataRow(ComparisonMethod.Tree, 8193)]
    [DataRow(ComparisonMethod.Tree, 20_000)]
    [DataRow(ComparisonMethod.FunctionSharing, 1)]
    [DataRow(ComparisonMethod.FunctionSharing, 8193)]
    public async Task Any_number_compares_rightly_in_every_way(ComparisonMethod method, int count)
    {
        var random = new RandomWords(82);
        long[] x = [.. random.Next(count).Select(word => (long)word >> 30)];
        long[] y = [.. random.Next(count).Select((word, i) => i % 4 == 0 ? x[i] : (long)word >> 30)];
        long[][] bits = await Parties.ComputeManyAsync(
            new CircuitOptions { Comparison = method },
            w =>
            [
                w[0].Less(w[1]).ToWire(), w[0].LessOrEqual(w[1]).ToWire(), w[0].Greater(w[1]).ToWire(), w[0].GreaterOrEqual(w[1]).ToWire(), w[0].EqualTo(w[1]).ToWire(),
            ],
            Feed.Of(0, x), Feed.Of(1, y));
        Func<long, long, bool>[] plain = [(a, b) => a < b, (a, b) => a <= b, (a, b) => a > b, (a, b) => a >= b, (a, b) => a == b];
        for (int which = 0; which < plain.Length; which++)
            CollectionAssert.AreEqual(x.Zip(y, (a, b) => plain[which](a, b) ? 1L : 0).ToArray(), bits[which], $"comparison {which}");
    }

    [TestMethod]
    [DataRow(ComparisonMethod.Tree)]
    [DataRow(ComparisonMethod.FunctionSharing)]
    public async Task Several_thresholds_share_one_opening(ComparisonMethod method)
    {
        long[] x = [-20, -11, -10, -9, -1, 0, 1, 7, 8, 9, 19, 20];
        Int128[] thresholds = [-10, 0, 8, 20, -20, 21, -21, (Int128)1 << 80];
        int draws = 0;
        long[][] less = await Parties.ComputeManyAsync(
            new CircuitOptions { Comparison = method },
            wires =>
            {
                var bits = Comparing.Compare(wires[0], thresholds, 0).Bits;
                draws = wires[0].Circuit.Cost.Demand.Draws.Count(draw => draw.Kind is ComparisonMask);
                return [.. bits.Select(bit => bit.ToWire())];
            },
            Feed.Of(0, x));
        Assert.AreEqual(1, draws);
        for (int which = 0; which < thresholds.Length; which++)
            CollectionAssert.AreEqual(x.Select(integer => integer < thresholds[which] ? 1L : 0).ToArray(), less[which], $"below {thresholds[which]}");
    }

    [TestMethod]
    public void What_the_range_settles_costs_nothing()
    {
        var circuit = new Circuit();
        Wire x = circuit.Input(0, new Shape(100), 4, new WordRange(-16, 31));
        x.Less(-1);
        x.Less(-5);
        x.Less(2);
        x.Less(double.PositiveInfinity);
        x.Less(double.NegativeInfinity);
        x.GreaterOrEqual(1e300);
        x.EqualTo(7);
        x.EqualTo(-1.5);
        Assert.AreEqual(0, circuit.Cost.Bytes);
        Assert.IsTrue(circuit.Cost.Demand.Draws.IsEmpty);
        x.Less(1.9);
        Assert.AreEqual(1, circuit.Cost.Demand.Draws.Count(draw => draw.Kind is ComparisonMask));
        Sentences.Refused<ParameterException>(() => x.Less(double.NaN), "comparison with a number that is none");
    }

    [TestMethod]
    public async Task Numbers_compare_by_their_fractions()
    {
        // Quarters from −2 to 2.
        long[] x = [.. Enumerable.Range(-8, 17).Select(i => (long)i)];
        double[] p = [-2, -0.3, -0.25, 0, 0.1, 0.25, 1.99, 2];
        long[][] bits = await Parties.ComputeManyAsync(
            CircuitOptions.Default,
            w => [.. p.SelectMany(one => new[] { w[0].Less(one).ToWire(), w[0].GreaterOrEqual(one).ToWire() }), w[0].EqualTo(0.25).ToWire(), w[0].EqualTo(-2).ToWire()],
            Feed.Of(0, new Shape(17), 2, x));
        for (int which = 0; which < p.Length; which++)
        {
            CollectionAssert.AreEqual(x.Select(integer => integer / 4.0 < p[which] ? 1L : 0).ToArray(), bits[2 * which], $"below {p[which]}");
            CollectionAssert.AreEqual(x.Select(integer => integer / 4.0 >= p[which] ? 1L : 0).ToArray(), bits[(2 * which) + 1], $"not below {p[which]}");
        }

        CollectionAssert.AreEqual(x.Select(integer => integer == 1 ? 1L : 0).ToArray(), bits[^2]);
        CollectionAssert.AreEqual(x.Select(integer => integer == -8 ? 1L : 0).ToArray(), bits[^1]);
    }

    [TestMethod]
    public async Task Nothing_is_equal_to_infinity_and_no_number_is_asked_for_as_none()
    {
        long[][] bits = await Parties.ComputeManyAsync(
            CircuitOptions.Default,
            w => [w[0].EqualTo(double.PositiveInfinity).ToWire(), w[0].EqualTo(double.NegativeInfinity).ToWire(), w[0].EqualTo(1e300).ToWire()],
            Feed.Of(0, -1, 0, 1));
        foreach (long[] equal in bits)
            CollectionAssert.AreEqual(new long[3], equal);
        var circuit = new Circuit();
        Sentences.Refused<ParameterException>(() => circuit.Input(0, new Shape(1), 0, WordRange.Within(1)).EqualTo(double.NaN), "comparison with a number that is none");
    }

    [TestMethod]
    [DataRow(ComparisonMethod.Tree)]
    [DataRow(ComparisonMethod.FunctionSharing)]
    public async Task The_ends_of_the_widest_range_compare_rightly(ComparisonMethod method)
    {
        long most = (1L << 62) - 1;
        long[] x = [most, -most - 1, most - 1, -most, 0, -1, 1];
        Int128[] thresholds = [most, -(Int128)most, most - 1, 0, 1];
        long[][] less = await Parties.ComputeManyAsync(
            new CircuitOptions { Comparison = method }, wires => [.. Comparing.Compare(wires[0], thresholds, 0).Bits.Select(bit => bit.ToWire())],
            Feed.Of(1, new Shape(x.Length), 0, x, WordRange.Widest));
        for (int which = 0; which < thresholds.Length; which++)
            CollectionAssert.AreEqual(x.Select(integer => integer < thresholds[which] ? 1L : 0).ToArray(), less[which]);
    }

    [TestMethod]
    public void Narrow_ranges_take_fewer_rounds_and_bytes()
    {
        (int Rounds, long Bytes) Cost(int bits, ComparisonMethod method)
        {
            var circuit = new Circuit(new CircuitOptions { Comparison = method });
            circuit.Input(0, new Shape(64), 0, WordRange.OfBits(bits)).Less(0);
            return (circuit.Cost.Rounds, circuit.Cost.BytesFrom[0]);
        }

        // 8 bytes a word, 8 of a header each round; merges open 27 and 6 planes for 16 digits, 6 for 4, 1 to 3 for fewer.
        Assert.AreEqual((3, 24 + (8 * (64 + 27 + 6))), Cost(62, ComparisonMethod.Tree));
        Assert.AreEqual((2, 16 + (8 * (64 + 6))), Cost(16, ComparisonMethod.Tree));
        Assert.AreEqual((1, 8 + (8 * 64)), Cost(4, ComparisonMethod.Tree));
        Assert.AreEqual((1, 8 + (8 * 64)), Cost(62, ComparisonMethod.FunctionSharing));
        Assert.AreEqual(
            "Function sharing is for two parties, and there are 3: compare by tree.",
            Sentences.Refused<ParameterException>(() => _ = new Circuit(new CircuitOptions { Parties = 3, Comparison = ComparisonMethod.FunctionSharing })).Message);
    }

    // Numbers of the range, its ends and what is next to zero among them.
    private static long[] Around(RandomWords random, int bits, int count)
    {
        long most = (1L << bits) - 1;
        long[] ends = [most, -most - 1, 0, -1, most - (bits > 0 ? 1 : 0), -most];
        return [.. ends, .. random.Next(count - ends.Length).Select(word => (long)word >> (63 - bits))];
    }
}
