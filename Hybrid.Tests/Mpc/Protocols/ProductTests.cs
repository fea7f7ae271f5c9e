using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Functions;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc.Circuits;
using Hybrid.Tests.Mpc.Ring64;

namespace Hybrid.Tests.Mpc.Protocols;

/// <summary>Products of shared words of any size, exact modulo 2^64.</summary>
[TestClass]
public sealed class ProductTests
{
    [TestMethod]
    [DataRow(2, 1)]
    [DataRow(2, 1023)]
    [DataRow(2, 100_000)]
    [DataRow(3, 22_000)]
    [DataRow(4, 77)]
    public async Task Products_and_squares_are_exact(int parties, int count)
    {
        var random = new RandomWords(51);
        Feed x = Feed.Uniform(random, count);
        Feed y = Feed.Uniform(random, count);
        long[][] opened = await Parties.ComputeManyAsync(
            Of(parties), wires => [wires[0].Product(wires[1]), wires[0].SquareProduct(), wires[1].Product(wires[1]), wires[0]], x, y);
        AreEqual(x.Words.Zip(y.Words, (a, b) => unchecked(a * b)), opened[0]);
        AreEqual(x.Words.Select(a => unchecked(a * a)), opened[1]);
        AreEqual(y.Words.Select(a => unchecked(a * a)), opened[2]);
        AreEqual(x.Words, opened[3]);
    }

    [TestMethod]
    [DataRow(2, 1, 1, 1)]
    [DataRow(2, 3, 50, 4)]
    [DataRow(2, 40, 33, 65)]
    [DataRow(3, 7, 30, 20)]
    [DataRow(4, 2, 3, 4)]
    public async Task Matrix_products_are_exact(int parties, int m, int k, int n)
    {
        var random = new RandomWords(52);
        Feed x = Feed.Uniform(random, m, k);
        Feed y = Feed.Uniform(random, k, n);
        long[] z = await Parties.ComputeAsync(Of(parties), wires => wires[0].MatMulProduct(wires[1]), x, y);
        AreEqual(NaiveProduct.Compute(x.Words, y.Words, m, k, n), z);
    }

    [TestMethod]
    [DataRow(5, 5)]
    [DataRow(5, 1)]
    [DataRow(1, 5)]
    public async Task Batches_of_matrix_products_broadcast(int left, int right)
    {
        const int m = 3;
        const int k = 4;
        const int n = 6;
        var random = new RandomWords(53);
        Feed x = Feed.Uniform(random, left, m, k);
        Feed y = Feed.Uniform(random, right, k, n);
        long[] z = await Parties.ComputeAsync(wires => wires[0].MatMulProduct(wires[1]), x, y);
        AreEqual(
            Enumerable.Range(0, 5).SelectMany(batch => NaiveProduct.Compute(Block(x, left == 1 ? 0 : batch, m * k), Block(y, right == 1 ? 0 : batch, k * n), m, k, n)), z);
    }

    [TestMethod]
    public async Task Products_broadcast_both_ways()
    {
        var random = new RandomWords(54);
        Feed x = Feed.Uniform(random, 4, 1);
        Feed y = Feed.Uniform(random, 3, 1, 5);
        long[] z = await Parties.ComputeAsync(wires => wires[0].Product(wires[1]), x, y);
        AreEqual(Plain.Broadcast(x.Words, x.Shape, y.Words, y.Shape, (a, b) => unchecked(a * b)), z);
    }

    [TestMethod]
    [DynamicData(nameof(Geometries))]
    public async Task Convolutions_are_exact(int[] image, int[] kernel, Conv2dGeometry geometry)
    {
        var random = new RandomWords(55);
        Feed x = Feed.Uniform(random, image);
        Feed w = Feed.Uniform(random, kernel);
        long[] z = await Parties.ComputeAsync(wires => wires[0].ConvolutionProduct(wires[1], geometry), x, w);
        AreEqual(PlainConvolution.Compute(x.Words, x.Shape, w.Words, w.Shape, geometry), z);
    }

    [TestMethod]
    public async Task Public_matrices_kernels_and_factors_cost_no_round()
    {
        var random = new RandomWords(56);
        Feed x = Feed.Uniform(random, 2, 4, 6, 6);
        Feed w = Sixty(Feed.Uniform(random, 3, 4, 3, 3));
        Feed b = Sixty(Feed.Uniform(random, 6, 5));
        Feed s = Sixty(Feed.Uniform(random, 4, 1, 6));
        var geometry = new Conv2dGeometry { PadTop = 1, PadRight = 2, StrideColumns = 2 };
        int rounds = 0;
        long[][] z = await Parties.ComputeManyAsync(
            CircuitOptions.Default,
            wires =>
            {
                Wire[] results =
                [
                    wires[0].ConvolutionProduct(Known(w), geometry), wires[0].MatMulProduct(Known(b)), wires[0].Product(Known(s)), wires[0].Add(Known(s)),
                ];
                rounds = results[0].Circuit.Cost.Rounds;
                return results;
            },
            x with { Range = default });
        Assert.AreEqual(0, rounds);
        AreEqual(PlainConvolution.Compute(x.Words, x.Shape, w.Words, w.Shape, geometry), z[0]);
        AreEqual(Enumerable.Range(0, 8).SelectMany(batch => NaiveProduct.Compute(Block(x, batch, 36), b.Words, 6, 6, 5)), z[1]);
        AreEqual(Plain.Broadcast(x.Words, x.Shape, s.Words, s.Shape, (a, c) => unchecked(a * c)), z[2]);
        AreEqual(Plain.Broadcast(x.Words, x.Shape, s.Words, s.Shape, (a, c) => unchecked(a + c)), z[3]);
    }

    internal static IEnumerable<object[]> Geometries =>
    [
        [new[] { 1, 1, 3, 3 }, new[] { 1, 1, 3, 3 }, new Conv2dGeometry()],
        [new[] { 2, 3, 8, 7 }, new[] { 4, 3, 3, 2 }, new Conv2dGeometry { PadTop = 1, PadLeft = 2, PadBottom = 0, PadRight = 1 }],
        [new[] { 1, 4, 9, 9 }, new[] { 6, 2, 3, 3 }, new Conv2dGeometry { Groups = 2, StrideRows = 2, StrideColumns = 3 }],
        [new[] { 2, 4, 10, 8 }, new[] { 4, 1, 3, 3 }, new Conv2dGeometry { Groups = 4, DilationRows = 2, DilationColumns = 2, PadTop = 2, PadBottom = 2 }],
        [new[] { 1, 2, 1, 20 }, new[] { 3, 2, 1, 5 }, new Conv2dGeometry { StrideColumns = 2, PadLeft = 2, PadRight = 2, DilationColumns = 3 }],
    ];

    private static CircuitOptions Of(int parties) => new() { Parties = parties };

    private static PublicTensor Known(Feed feed) => new(feed.Shape, 0, feed.Integers);

    // A public tensor's range is seen from it, and must fit.
    private static Feed Sixty(Feed feed) => feed with { Words = [.. feed.Integers.Select(integer => unchecked((ulong)(integer >> 4)))] };

    private static ulong[] Block(Feed feed, int block, int length) => feed.Words[(block * length)..((block + 1) * length)];

    private static void AreEqual(IEnumerable<ulong> expected, long[] actual) =>
        CollectionAssert.AreEqual(expected.ToArray(), actual.Select(integer => unchecked((ulong)integer)).ToArray());
}
