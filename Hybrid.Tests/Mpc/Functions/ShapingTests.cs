using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Functions;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc.Circuits;

namespace Hybrid.Tests.Mpc.Functions;

/// <summary>Rearranging, broadcasting, sums and public constants, against plain arithmetic.</summary>
[TestClass]
public sealed class ShapingTests
{
    private static readonly Shape Box = new(2, 3, 4);
    private static readonly long[] X = [.. Enumerable.Range(0, 24).Select(i => (long)((i * 37) % 101) - 50)];

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    public async Task Elements_are_rearranged_as_they_should_be(int parties)
    {
        int rounds = -1;
        long[][] z = await Parties.ComputeManyAsync(
            new CircuitOptions { Parties = parties },
            w =>
            {
                Wire[] results =
                [
                    w[0].Transpose(2, 0, 1), w[0].Slice([1, 0, 1], [1, 2, 2], [1, 2, 2]), w[0].Slice(1, 1, 2), Shaping.Concat(1, w[0], w[1], w[0]),
                    w[0].Pad([0, 1, 0], [1, 0, 2], -1.5), w[0].Gather([2, 0, 2], 1), w[0].Reshape(4, 6), w[1].BroadcastTo(new Shape(2, 3, 4)),
                ];
                rounds = w[0].Circuit.Cost.Rounds;
                return results;
            },
            Feed.Of(0, Box, 1, X), Feed.Of(1, new Shape(2, 1, 4), 1, X[..8]));
        Assert.AreEqual(0, rounds);
        long At(int i, int j, int k) => X[(((i * 3) + j) * 4) + k];
        AreEqual(Cells(4, 2, 3, (k, i, j) => At(i, j, k)), z[0]);
        AreEqual(Cells(1, 2, 2, (i, j, k) => At(i + 1, 2 * j, 1 + (2 * k))), z[1]);
        AreEqual(Cells(2, 2, 4, (i, j, k) => At(i, j + 1, k)), z[2]);
        AreEqual(Cells(2, 7, 4, (i, j, k) => j == 3 ? X[(i * 4) + k] : At(i, j < 3 ? j : j - 4, k)), z[3]);
        AreEqual(Cells(3, 4, 6, (i, j, k) => i < 2 && j >= 1 && k < 4 ? At(i, j - 1, k) : -3), z[4]);
        AreEqual(Cells(2, 3, 4, (i, j, k) => At(i, j == 1 ? 0 : 2, k)), z[5]);
        AreEqual(X, z[6]);
        AreEqual(Cells(2, 3, 4, (i, _, k) => X[(i * 4) + k]), z[7]);
    }

    [TestMethod]
    public async Task Sums_are_exact_and_means_within_one_unit()
    {
        long[][] z = await Parties.ComputeManyAsync(
            CircuitOptions.Default,
            w => [w[0].Sum([1]), w[0].Sum([0, 2]), w[0].Sum([]), w[0].Sum([2], keepDimensions: true), w[0].Mean([1]), w[0].Mean([0, 2]), w[0].Mean([]), w[0].Reshape(24, 1).Mean([1])],
            Feed.Of(0, Box, 8, X));
        AreEqual(Plain.Reduce(X, Box, 1, all => all.Sum()), z[0]);
        long[] both = [.. Enumerable.Range(0, 3).Select(j => Enumerable.Range(0, 24).Where(i => i / 4 % 3 == j).Sum(i => X[i]))];
        AreEqual(both, z[1]);
        AreEqual([X.Sum()], z[2]);
        AreEqual(Plain.Reduce(X, Box, 2, all => all.Sum()), z[3]);
        AreNear(Plain.Reduce(X, Box, 1, all => all.Sum()).Select(sum => sum / 3.0), z[4]);
        AreNear(both.Select(sum => sum / 8.0), z[5]);
        AreNear([X.Sum() / 24.0], z[6]);
        AreEqual(X, z[7]);
    }

    [TestMethod]
    [DataRow(40)]
    [DataRow(50)]
    public async Task Means_of_wide_ranges_are_near(int bits)
    {
        long most = (1L << bits) - 1;
        long[] x = [most, most, -most, most, 5, most / 3];
        foreach (int count in new[] { 2, 3, 4, 6 })
        {
            long[] z = await Parties.ComputeAsync(w => w[0].Mean([]), Feed.Of(0, x[..count]));
            double exact = x[..count].Sum(integer => (double)integer) / count;
            Assert.AreEqual(exact, z[0], Math.Max(1.5, Math.ScaleB(most, bits - 57)), $"{bits} bits, {count} numbers");
        }
    }

    [TestMethod]
    public async Task Means_of_a_power_of_two_are_exact_at_every_width()
    {
        long most = (1L << 59) - 1;
        foreach (int count in new[] { 2, 4, 8 })
        {
            long[] x = [most, most - 3, -5, most, 77, -most, most, 2];
            long[] z = await Parties.ComputeAsync(w => w[0].Mean([]), Feed.Of(0, new Shape(count), 20, x[..count]));
            Int128 floor = x[..count].Aggregate(Int128.Zero, (sum, integer) => sum + integer) >> int.Log2(count);
            Assert.IsTrue(z[0] - floor == 0 || z[0] - floor == 1);
        }
    }

    [TestMethod]
    public async Task Sums_and_differences_broadcast_both_ways()
    {
        (Shape xs, Shape ys) = (new Shape(4, 1), new Shape(3, 1, 5));
        long[] x = X[..4];
        long[] y = X[4..19];
        long[][] z = await Parties.ComputeManyAsync(
            CircuitOptions.Default, w => [w[0].Add(w[1]), w[0].Subtract(w[1]), w[1].Subtract(w[0]), w[0].Product(w[1]), w[0].Less(w[1]).ToWire()],
            Feed.Of(0, xs, 0, x), Feed.Of(1, ys, 0, y));
        AreEqual(Plain.Broadcast(x, xs, y, ys, (a, b) => a + b), z[0]);
        AreEqual(Plain.Broadcast(x, xs, y, ys, (a, b) => a - b), z[1]);
        AreEqual(Plain.Broadcast(y, ys, x, xs, (a, b) => a - b), z[2]);
        AreEqual(Plain.Broadcast(x, xs, y, ys, (a, b) => a * b), z[3]);
        AreEqual(Plain.Broadcast(x, xs, y, ys, (a, b) => a < b ? 1L : 0), z[4]);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public async Task Public_numbers_and_tensors_count_once(int parties)
    {
        var row = new PublicTensor(new Shape(4), 2, [1, -2, 3, -4]);
        var column = new PublicTensor(new Shape(2, 1, 3, 1), 0, [1, 2, 3, 4, 5, 6]);
        long[][] z = await Parties.ComputeManyAsync(
            new CircuitOptions { Parties = parties },
            w => [w[0].Add(row), w[0].Product(row), w[0].Add(column), w[0].Multiply(-3), w[0].Multiply(0.5), w[0].Add(-0.25), w[0].Multiply(row), w[0].Negate()],
            Feed.Of(parties - 1, Box, 4, X));
        AreEqual(X.Select((a, i) => a + (new[] { 4, -8, 12, -16 })[i % 4]), z[0]);
        AreEqual(X.Select((a, i) => a * (new[] { 1, -2, 3, -4 })[i % 4]), z[1]);
        AreEqual(Plain.Broadcast(X, Box, [16, 32, 48, 64, 80, 96], new Shape(2, 1, 3, 1), (a, b) => a + b), z[2]);
        AreEqual(X.Select(a => a * -3), z[3]);
        AreNear(X.Select(a => a / 2.0), z[4]);
        AreEqual(X.Select(a => a - 4), z[5]);
        AreNear(X.Select((a, i) => a * (new[] { 1, -2, 3, -4 })[i % 4] / 4.0), z[6]);
        AreEqual(X.Select(a => -a), z[7]);
    }

    [TestMethod]
    public async Task Tensors_of_different_fraction_bits_meet_at_the_larger_number()
    {
        long[][] z = await Parties.ComputeManyAsync(
            CircuitOptions.Default, w => [w[0].Add(w[1]), w[1].Subtract(w[0]), Shaping.Concat(0, w[0], w[1]), w[0].Multiply(w[1])],
            Feed.Of(0, new Shape(2), 2, [5, -6]), Feed.Of(1, new Shape(2), 4, [100, 3]));
        AreEqual([120, -21], z[0]);
        AreEqual([80, 27], z[1]);
        AreEqual([20, -24, 100, 3], z[2]);
        AreNear([125, -4.5], z[3]);
    }

    private static IEnumerable<long> Cells(int a, int b, int c, Func<int, int, int, long> cell) =>
        Enumerable.Range(0, a * b * c).Select(i => cell(i / (b * c), i / c % b, i % c));

    private static void AreEqual(IEnumerable<long> expected, long[] actual) => CollectionAssert.AreEqual(expected.ToArray(), actual);

    private static void AreNear(IEnumerable<double> expected, long[] actual)
    {
        double[] all = [.. expected];
        Assert.HasCount(all.Length, actual);
        for (int i = 0; i < all.Length; i++)
            Assert.AreEqual(all[i], actual[i], 1.0, $"element {i}");
    }
}
