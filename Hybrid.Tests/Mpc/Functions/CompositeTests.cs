using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Functions;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc.Circuits;
using static Hybrid.Tests.Mpc.Functions.Numbers;

namespace Hybrid.Tests.Mpc.Functions;

/// <summary>Functions made of others: softmax, norms, losses, sorting, choosing.</summary>
[TestClass]
public sealed class CompositeTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(10)]
    [DataRow(17)]
    public async Task Softmax_and_its_logarithm_are_right(int classes)
    {
        const int rows = 40;
        long[] x = Spread(-12, 12, rows * classes, classes + 1);
        foreach (CircuitOptions options in Methods)
        {
            long[][] z = await Parties.ComputeManyAsync(
                options, w => [w[0].Softmax(1), w[0].LogSoftmax(1)], Feed.Of(0, new Shape(rows, classes), FractionBits, x, WordRange.OfBits(31)));
            for (int row = 0; row < rows; row++)
            {
                double[] scores = [.. x.Skip(row * classes).Take(classes).Select(integer => integer * Unit)];
                double sum = scores.Sum(score => Math.Exp(score - scores.Max()));
                for (int i = 0; i < classes; i++)
                {
                    Assert.AreEqual(Math.Exp(scores[i] - scores.Max()) / sum, z[0][(row * classes) + i] * Unit, 5e-5, "softmax");
                    Assert.AreEqual(scores[i] - scores.Max() - Math.Log(sum), z[1][(row * classes) + i] * Unit, 2e-4, "log-softmax");
                }
            }
        }
    }

    [TestMethod]
    public async Task Sorting_puts_any_number_of_elements_in_order_and_says_where_they_came_from()
    {
        foreach (int length in new[] { 1, 2, 3, 5, 8, 13 })
        {
            long[] x = [.. new Random(length).GetItems([-3L, -2, 0, 1, 5, 1L << 40], length * 3)];
            var shape = new Shape(length, 3);
            long[][] z = await Parties.ComputeManyAsync(
                CircuitOptions.Default, w => [w[0].Sort(0), w[0].Sort(0, descending: true), w[0].ArgSort(0)], Feed.Of(1, shape, 0, x));
            for (int column = 0; column < 3; column++)
            {
                long[] Column(long[] all) => [.. Enumerable.Range(0, length).Select(row => all[(row * 3) + column])];
                long[] expected = [.. Column(x).Order()];
                CollectionAssert.AreEqual(expected, Column(z[0]), $"{length} ascending");
                CollectionAssert.AreEqual(expected.Reverse().ToArray(), Column(z[1]), $"{length} descending");
                CollectionAssert.AreEqual(Enumerable.Range(0, length).Select(i => (long)i).ToArray(), Column(z[2]).Order().ToArray(), "places");
                CollectionAssert.AreEqual(expected, Column(z[2]).Select(place => Column(x)[place]).ToArray(), "elements at their places");
            }
        }
    }

    [TestMethod]
    public async Task The_greatest_few_are_found_along_the_last_dimension()
    {
        long[] x = [5, -1, 7, 3, 0, 2, 9, 9, -8, 4];
        long[][] z = await Parties.ComputeManyAsync(
            CircuitOptions.Default,
            w =>
            {
                (Wire values, Wire places) = w[0].TopK(1, 2);
                return [values, places];
            },
            Feed.Of(0, new Shape(2, 5), 0, x));
        CollectionAssert.AreEqual(new long[] { 7, 5, 9, 9 }, z[0]);
        CollectionAssert.AreEqual(new long[] { 2, 0 }, z[1][..2]);
        CollectionAssert.AreEqual(new long[] { 1, 2 }, z[1][2..].Order().ToArray());
    }

    [TestMethod]
    public async Task Norms_are_right()
    {
        long[] x = Spread(-6, 6, 4 * 8, 20);
        long[] layer = await Parties.ComputeAsync(w => w[0].LayerNorm(), Feed.Of(0, new Shape(4, 8), FractionBits, x));
        for (int row = 0; row < 4; row++)
        {
            double[] numbers = [.. x.Skip(row * 8).Take(8).Select(integer => integer * Unit)];
            double mean = numbers.Average();
            double deviation = Math.Sqrt(numbers.Average(number => (number - mean) * (number - mean)) + 1e-5);
            for (int i = 0; i < 8; i++)
                Assert.AreEqual((numbers[i] - mean) / deviation, layer[(row * 8) + i] * Unit, 2e-4);
        }

        double[] means = [0.5, -1];
        double[] variances = [4, 0.25];
        double[] gains = [2, 0.5];
        double[] shifts = [1, -3];
        long[] batch = await Parties.ComputeAsync(w => w[0].BatchNorm(means, variances, gains, shifts), Feed.Of(0, new Shape(2, 2, 4, 2), FractionBits, x));
        for (int i = 0; i < x.Length; i++)
        {
            int channel = i / 8 % 2;
            double expected = ((x[i] * Unit) - means[channel]) / Math.Sqrt(variances[channel] + 1e-5) * gains[channel] + shifts[channel];
            Assert.AreEqual(expected, batch[i] * Unit, 2e-4);
        }
    }

    [TestMethod]
    public async Task Losses_are_right()
    {
        long[] scores = Spread(-5, 5, 6 * 4, 21);
        long[] targets = [.. Enumerable.Range(0, 24).Select(i => i % 4 == i / 4 % 4 ? 1L << FractionBits : 0)];
        long[][] z = await Parties.ComputeManyAsync(
            CircuitOptions.Default, w => [w[0].CrossEntropy(w[1]), w[0].MeanSquaredError(w[1])],
            Feed.Of(0, new Shape(6, 4), FractionBits, scores), Feed.Of(1, new Shape(6, 4), FractionBits, targets));
        double entropy = 0;
        double squares = 0;
        for (int row = 0; row < 6; row++)
        {
            double[] numbers = [.. scores.Skip(row * 4).Take(4).Select(integer => integer * Unit)];
            entropy -= (numbers[row % 4] - Math.Log(numbers.Sum(Math.Exp))) / 6;
            squares += Enumerable.Range(0, 4).Sum(i => Math.Pow(numbers[i] - (targets[(row * 4) + i] * Unit), 2)) / 24;
        }

        Assert.AreEqual(entropy, z[0][0] * Unit, 5e-4);
        Assert.AreEqual(squares, z[1][0] * Unit, 5e-4);
    }

    [TestMethod]
    public async Task One_hot_rows_and_embeddings_are_found_by_secret_place()
    {
        long[] places = [0, 3, 2, 4, -1, 100];
        long[] table = [.. Enumerable.Range(0, 15).Select(i => (long)i * i)];
        long[][] z = await Parties.ComputeManyAsync(
            CircuitOptions.Default, w => [w[0].OneHot(5), w[0].Embed(new PublicTensor(new Shape(5, 3), 0, table)), w[0].Embed(w[1])],
            Feed.Of(0, new Shape(6), 0, places), Feed.Of(1, new Shape(5, 3), 0, table));
        for (int row = 0; row < places.Length; row++)
        {
            bool found = places[row] is >= 0 and < 5;
            for (int i = 0; i < 5; i++)
                Assert.AreEqual(places[row] == i ? 1 : 0, z[0][(row * 5) + i]);
            for (int i = 0; i < 3; i++)
            {
                long expected = found ? table[(places[row] * 3) + i] : 0;
                Assert.AreEqual(expected, z[1][(row * 3) + i]);
                Assert.AreEqual(expected, z[2][(row * 3) + i]);
            }
        }
    }

    [TestMethod]
    public async Task Dropout_keeps_the_share_it_says_and_scales_it_up()
    {
        const int count = 20_000;
        long[] ones = [.. Enumerable.Repeat(1L << FractionBits, count)];
        long[] z = await Parties.ComputeAsync(w => w[0].Dropout(0.25), Feed.Of(0, new Shape(count), FractionBits, ones));
        double kept = z.Count(integer => integer != 0) / (double)count;
        Assert.AreEqual(0.75, kept, 0.02);
        Assert.IsTrue(z.Where(integer => integer != 0).All(integer => Math.Abs((integer * Unit) - (4.0 / 3)) < 1e-4));
    }
}
