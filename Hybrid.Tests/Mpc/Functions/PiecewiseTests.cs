using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Functions;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Core;
using Hybrid.Tests.Mpc.Circuits;

namespace Hybrid.Tests.Mpc.Functions;

[TestClass]
public sealed class PiecewiseTests
{
    private const int Count = 300;

    [TestMethod]
    [DataRow(ComparisonMethod.Tree, 2)]
    [DataRow(ComparisonMethod.Tree, 3)]
    [DataRow(ComparisonMethod.Tree, 4)]
    [DataRow(ComparisonMethod.FunctionSharing, 2)]
    public async Task Functions_of_one_number_are_exact(ComparisonMethod method, int parties)
    {
        foreach (int bits in new[] { 3, 20, 59 })
        {
            long[] x = Numbers(111, bits);
            long[][] z = await Parties.ComputeManyAsync(
                Of(method, parties), w => [w[0].Relu(), w[0].Abs(), w[0].Sign(), w[0].Clip(-3, 1), .. bits < 40 ? [w[0].LeakyRelu(0.25)] : Array.Empty<Wire>()],
                Feed.Of(0, new Shape(Count), 1, x, WordRange.OfBits(bits)));
            CollectionAssert.AreEqual(x.Select(a => Math.Max(a, 0)).ToArray(), z[0]);
            CollectionAssert.AreEqual(x.Select(Math.Abs).ToArray(), z[1]);
            CollectionAssert.AreEqual(x.Select(a => (long)Math.Sign(a)).ToArray(), z[2]);
            CollectionAssert.AreEqual(x.Select(a => Math.Clamp(a, -6, 2)).ToArray(), z[3]);
            for (int i = 0; bits < 40 && i < Count; i++)
                Assert.AreEqual(x[i] >= 0 ? x[i] : x[i] / 4.0, z[4][i], 1.0, $"{x[i]}");
        }
    }

    [TestMethod]
    [DataRow(ComparisonMethod.Tree, 2)]
    [DataRow(ComparisonMethod.Tree, 3)]
    [DataRow(ComparisonMethod.FunctionSharing, 2)]
    public async Task A_truncation_and_what_follows_share_an_opening(ComparisonMethod method, int parties)
    {
        foreach ((int bits, int lost) in new[] { (3, 1), (20, 7), (38, 16), (62, 16), (62, 61), (50, 40) })
        {
            long[] x = Numbers(112, bits);
            long[][] z = await Parties.ComputeManyAsync(
                Of(method, parties),
                w =>
                {
                    (Wire truncated, Wire relu) = w[0].TruncateWithRelu(0);
                    (Wire again, Wire clipped) = w[0].TruncateWithClip(0, -1, 1);
                    return [relu, truncated, clipped, again];
                },
                Feed.Of(0, new Shape(Count), lost, x, WordRange.OfBits(bits)));
            for (int i = 0; i < Count; i++)
            {
                // Rounded up or down, and it is what it is rounded to that is compared.
                Assert.IsInRange(x[i] >> lost, (x[i] >> lost) + 1, z[1][i]);
                Assert.AreEqual(Math.Max(0, z[1][i]), z[0][i], $"{x[i]} by {lost}");
                Assert.IsInRange(x[i] >> lost, (x[i] >> lost) + 1, z[3][i]);
                Assert.AreEqual(Math.Clamp(z[3][i], -1, 1), z[2][i], $"{x[i]} by {lost}");
            }
        }
    }

    [TestMethod]
    [DataRow(ComparisonMethod.Tree)]
    [DataRow(ComparisonMethod.FunctionSharing)]
    public void A_shared_opening_costs_what_a_relu_alone_does(ComparisonMethod method)
    {
        CircuitCost CostOf(Func<Wire, Wire> build)
        {
            var circuit = new Circuit(Of(method, 2));
            circuit.Open(build(circuit.SharedInput(new Shape(640), 16, WordRange.OfBits(40))));
            return circuit.Cost;
        }

        CircuitCost alone = CostOf(x => x.Relu());
        CircuitCost shared = CostOf(x => x.TruncateWithRelu(0).Relu);
        CircuitCost apart = CostOf(x => x.Rescale(0).Relu());
        Assert.AreEqual(alone.Rounds, shared.Rounds);
        Assert.IsTrue(alone.BytesFrom.Zip(shared.BytesFrom).All(bytes => bytes.Second <= bytes.First), $"{shared.BytesFrom[0]} bytes, alone {alone.BytesFrom[0]}");
        Assert.AreEqual(apart.Rounds - 1, shared.Rounds);
    }

    [TestMethod]
    [DataRow(ComparisonMethod.Tree, 2)]
    [DataRow(ComparisonMethod.Tree, 3)]
    [DataRow(ComparisonMethod.FunctionSharing, 2)]
    public async Task The_greater_and_the_less_of_two_broadcast(ComparisonMethod method, int parties)
    {
        long[] x = [.. Enumerable.Range(-6, 12).Select(i => (long)i * i * i)];
        long[] y = [-10, 0, 60];
        long[][] z = await Parties.ComputeManyAsync(
            Of(method, parties), w => [w[0].Max(w[1]), w[0].Min(w[1]), w[1].Max(w[0])],
            Feed.Of(0, new Shape(4, 3), 2, x), Feed.Of(1, new Shape(3), 2, y));
        CollectionAssert.AreEqual(x.Select((a, i) => Math.Max(a, y[i % 3])).ToArray(), z[0]);
        CollectionAssert.AreEqual(x.Select((a, i) => Math.Min(a, y[i % 3])).ToArray(), z[1]);
        CollectionAssert.AreEqual(z[0], z[2]);
    }

    [TestMethod]
    public async Task Different_fraction_bits_meet_at_the_larger_number()
    {
        long[] z = await Parties.ComputeAsync(w => w[0].Max(w[1]), Feed.Of(0, new Shape(3), 1, [-5, 3, 8]), Feed.Of(1, new Shape(3), 4, [-41, 25, 63]));
        CollectionAssert.AreEqual(new long[] { -40, 25, 64 }, z);
    }

    [TestMethod]
    [DataRow(-7, -3)]
    [DataRow(-30, -20)]
    [DataRow(20, 30)]
    [DataRow(-30, 2)]
    [DataRow(3, 30)]
    [DataRow(4, 4)]
    [DataRow(-10, 10)]
    [DataRow(-100, 100)]
    [DataRow(-5, double.PositiveInfinity)]
    public async Task Clips_within_across_and_beyond_the_range_are_exact(double low, double high)
    {
        long[] x = [.. Enumerable.Range(-10, 21).Select(i => (long)i)];
        long[] z = await Parties.ComputeAsync(w => w[0].Clip(low, high), Feed.Of(1, x));
        CollectionAssert.AreEqual(x.Select(a => (long)Math.Clamp(a, low, high)).ToArray(), z);
    }

    [TestMethod]
    [DataRow(ComparisonMethod.Tree)]
    [DataRow(ComparisonMethod.FunctionSharing)]
    public async Task Selections_choose_by_secret_bits(ComparisonMethod method)
    {
        var random = new RandomWords(112);
        long[] x = [.. random.Next(8200).Select(word => (long)word >> 10)];
        long[] y = [.. random.Next(8200).Select(word => (long)word >> 10)];
        long[][] z = await Parties.ComputeManyAsync(
            new CircuitOptions { Comparison = method },
            w =>
            {
                BitWire less = w[0].Less(w[1]);
                BitWire odd = w[0].Less(0).Xor(less);
                return [less.Select(w[0], w[1]), less.Times(w[1]), less.Or(odd).ToWire(), BitFunctions.And(less, odd).ToWire(), odd.Not().ToWire()];
            },
            Feed.Of(0, x), Feed.Of(1, y));
        CollectionAssert.AreEqual(x.Zip(y, Math.Min).ToArray(), z[0]);
        CollectionAssert.AreEqual(x.Zip(y, (a, b) => a < b ? b : 0).ToArray(), z[1]);
        CollectionAssert.AreEqual(x.Zip(y, (a, b) => a < b || a < 0 ? 1L : 0).ToArray(), z[2]);
        CollectionAssert.AreEqual(x.Zip(y, (a, b) => a < b && a >= 0 ? 1L : 0).ToArray(), z[3]);
        CollectionAssert.AreEqual(x.Zip(y, (a, b) => a < b == a < 0 ? 1L : 0).ToArray(), z[4]);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(17)]
    public async Task Conjunctions_of_many_bits_are_right(int factors)
    {
        // Each of the numbers −1 … factors is below all of 0 … factors − 1, or not.
        long[] x = [.. Enumerable.Range(-1, factors + 2).Select(i => (long)i)];
        int rounds = 0;
        long[] z = await Parties.ComputeAsync(
            w =>
            {
                BitWire[] bits = [.. Enumerable.Range(0, factors).Select(i => w[0].GreaterOrEqual(i))];
                int before = w[0].Circuit.Cost.Rounds;
                BitWire all = BitFunctions.And(bits);
                rounds = w[0].Circuit.Cost.Rounds - before;
                return all.Reshape(1, factors + 2).ToWire();
            },
            Feed.Of(0, x));
        CollectionAssert.AreEqual(x.Select(a => a >= factors - 1 ? 1L : 0).ToArray(), z);
        Assert.AreEqual(factors == 1 ? 0 : factors <= 4 ? 1 : factors <= 16 ? 2 : 3, rounds);
    }

    [TestMethod]
    public void What_the_range_settles_costs_nothing()
    {
        var circuit = new Circuit();
        Wire x = circuit.Input(0, new Shape(5), 0, new WordRange(0, 100));
        Assert.AreSame(x, x.Relu());
        Assert.AreSame(x, x.Clip(-1, 100));
        Assert.AreEqual(0, circuit.Cost.Bytes);
        Sentences.Refused<ParameterException>(() => x.Clip(2, 1), "clip to [2, 1]", "the low end comes first");
        Sentences.Refused<ParameterException>(() => x.Clip(double.NaN, 1), "clip to");
    }

    private static CircuitOptions Of(ComparisonMethod method, int parties) => new() { Comparison = method, Parties = parties };

    private static long[] Numbers(byte seed, int bits)
    {
        long most = (1L << bits) - 1;
        long[] ends = [most, -most - 1, 0, 1, -1, 2, 3, -6, -7];
        return [.. ends.Where(end => end >= -most - 1 && end <= most).Concat(new RandomWords(seed).Next(Count).Select(word => (long)word >> (63 - bits))).Take(Count)];
    }
}
