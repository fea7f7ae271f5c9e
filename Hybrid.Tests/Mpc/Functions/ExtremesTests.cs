using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Functions;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Core;
using Hybrid.Tests.Mpc.Circuits;

namespace Hybrid.Tests.Mpc.Functions;

[TestClass]
public sealed class ExtremesTests
{
    [TestMethod]
    [DataRow(ComparisonMethod.Tree, 2)]
    [DataRow(ComparisonMethod.FunctionSharing, 2)]
    [DataRow(ComparisonMethod.Tree, 3)]
    [DataRow(ComparisonMethod.Tree, 4)]
    public async Task The_greatest_is_found_and_of_equal_ones_the_first(ComparisonMethod method, int parties)
    {
        var options = new CircuitOptions { Comparison = method, Parties = parties };
        foreach (int length in parties == 2 ? Enumerable.Range(1, 17) : [1, 3, 9])
        {
            // So few values that many are equal.
            var shape = new Shape(2, length, 30);
            long[] x = [.. new RandomWords((byte)(120 + length)).Next(shape.ElementCount).Select(word => (long)(word % 5) - 2)];
            long[][] z = await Parties.ComputeManyAsync(
                options, w => [w[0].Max(1), w[0].Min(1, keepDimension: true), w[0].ArgMax(1), w[0].ArgMin(1)], Feed.Of(1, shape, 3, x));
            CollectionAssert.AreEqual(Plain.Reduce(x, shape, 1, all => all.Max()), z[0], $"max of {length}");
            CollectionAssert.AreEqual(Plain.Reduce(x, shape, 1, all => all.Min()), z[1], $"min of {length}");
            CollectionAssert.AreEqual(Plain.Reduce(x, shape, 1, all => Array.IndexOf(all, all.Max())), z[2], $"argmax of {length}");
            CollectionAssert.AreEqual(Plain.Reduce(x, shape, 1, all => Array.IndexOf(all, all.Min())), z[3], $"argmin of {length}");
        }
    }

    [TestMethod]
    public async Task Every_axis_of_a_tensor_will_do()
    {
        var shape = new Shape(3, 4, 5);
        long[] x = [.. new RandomWords(121).Next(60).Select(word => (long)word >> 8)];
        Shape[] shapes = [];
        long[][] z = await Parties.ComputeManyAsync(
            CircuitOptions.Default,
            w =>
            {
                Wire[] results = [.. Enumerable.Range(0, 3).SelectMany(axis => new[] { w[0].Max(axis), w[0].ArgMax(axis, keepDimension: true) }), w[0].Reshape(60).ArgMax(0)];
                shapes = [.. results.Select(result => result.Shape)];
                return results;
            },
            Feed.Of(0, shape, 0, x));
        for (int axis = 0; axis < 3; axis++)
        {
            CollectionAssert.AreEqual(Plain.Reduce(x, shape, axis, all => all.Max()), z[2 * axis]);
            CollectionAssert.AreEqual(Plain.Reduce(x, shape, axis, all => Array.IndexOf(all, all.Max())), z[(2 * axis) + 1]);
        }

        CollectionAssert.AreEqual(new long[] { Array.IndexOf(x, x.Max()) }, z[^1]);
        CollectionAssert.AreEqual(
            new[] { new Shape(4, 5), new Shape(1, 4, 5), new Shape(3, 5), new Shape(3, 1, 5), new Shape(3, 4), new Shape(3, 4, 1), new Shape(1) }, shapes);
    }

    [TestMethod]
    public async Task Negative_and_wide_ranges_compare_rightly()
    {
        long most = (1L << 59) - 1;
        long[] x = [-most, -1, -most, most, 0, most, 1, -2, most];
        long[][] z = await Parties.ComputeManyAsync(CircuitOptions.Default, w => [w[0].Max(0), w[0].ArgMax(0), w[0].Min(0), w[0].ArgMin(0)], Feed.Of(0, x));
        Assert.AreEqual((most, 3L, -most, 0L), (z[0][0], z[1][0], z[2][0], z[3][0]));
    }

    [TestMethod]
    [DataRow(2, 2, 2, 2, 0, 0, 0, 0)]
    [DataRow(3, 3, 2, 2, 1, 1, 1, 1)]
    [DataRow(2, 3, 1, 2, 0, 1, 1, 0)]
    [DataRow(1, 1, 1, 1, 0, 0, 0, 0)]
    public async Task Pools_of_windows_are_right(int height, int width, int strideRows, int strideColumns, int top, int left, int bottom, int right)
    {
        var geometry = new Conv2dGeometry
        {
            StrideRows = strideRows, StrideColumns = strideColumns, PadTop = top, PadLeft = left, PadBottom = bottom, PadRight = right,
        };
        var shape = new Shape(2, 3, 7, 6);

        // All are negative: zeros of the padding would win.
        long[] x = [.. new RandomWords(122).Next(shape.ElementCount).Select(word => -(long)(word % 1000) - 1)];
        long[][] z = await Parties.ComputeManyAsync(
            CircuitOptions.Default, w => [w[0].MaxPool(height, width, geometry), w[0].AveragePool(height, width, geometry)], Feed.Of(0, shape, 8, x));
        int rows = ((7 + top + bottom - height) / strideRows) + 1;
        int columns = ((6 + left + right - width) / strideColumns) + 1;
        Assert.HasCount(6 * rows * columns, z[0]);
        for (int one = 0; one < z[0].Length; one++)
        {
            (int plane, int row, int column) = (one / (rows * columns), one / columns % rows, one % columns);
            var window = new List<long>();
            for (int cell = 0; cell < height * width; cell++)
            {
                int r = (row * strideRows) + (cell / width) - top;
                int c = (column * strideColumns) + (cell % width) - left;
                if (r is >= 0 and < 7 && c is >= 0 and < 6)
                    window.Add(x[(plane * 42) + (r * 6) + c]);
            }

            Assert.AreEqual(window.Max(), z[0][one]);
            Assert.AreEqual(window.Sum() / (double)(height * width), z[1][one], 1.0, "padding counts as zeros of a mean");
        }
    }

    [TestMethod]
    public void Nothing_has_no_greatest()
    {
        var circuit = new Circuit();
        Wire x = circuit.Input(0, new Shape(3, 0), 0, WordRange.Within(1));
        Sentences.Refused<ParameterException>(() => x.Max(1), "nothing along dimension 1");
        Sentences.Refused<ParameterException>(() => x.ArgMin(2), "no dimension 2", "choose 0 to 1");
        Assert.AreEqual(new Shape(0), x.Max(0).Shape);
        Assert.AreEqual(0, circuit.Cost.Bytes);
    }

    [TestMethod]
    public void A_tournament_of_four_is_one_level()
    {
        (int Rounds, long Bytes) Cost(int length, ComparisonMethod method)
        {
            var circuit = new Circuit(new CircuitOptions { Comparison = method });
            circuit.Input(0, new Shape(length, 64), 0, WordRange.OfBits(59)).Max(0);
            return (circuit.Cost.Rounds, circuit.Cost.BytesFrom[0]);
        }

        Assert.AreEqual(0, Cost(1, ComparisonMethod.Tree).Rounds);

        // Two take no AND of comparisons.
        foreach ((int length, int tree, int keys) in new[] { (2, 4, 2), (3, 5, 3), (4, 5, 3), (5, 9, 5), (16, 10, 6) })
        {
            Assert.AreEqual(tree, Cost(length, ComparisonMethod.Tree).Rounds);
            Assert.AreEqual(keys, Cost(length, ComparisonMethod.FunctionSharing).Rounds);
        }
    }
}
