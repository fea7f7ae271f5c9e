using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc;
using Hybrid.Tests.Paillier.Backend;

namespace Hybrid.Tests.Seal.Backend;

/// <summary>Convolutions with the server's kernels, over both parties' backends, against loops.</summary>
[TestClass]
public sealed class CkksConvolutionTests
{
    private const int Seed = 241;

    private static readonly (Shape Images, Shape Kernels, Conv2dGeometry Geometry, Shape? Bias)[] Cases =
    [
        (new Shape(1, 1, 5, 5), new Shape(1, 1, 3, 3), new Conv2dGeometry(), null),
        (new Shape(2, 3, 9, 8), new Shape(5, 3, 3, 3), new Conv2dGeometry { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, new Shape(1, 5, 1, 1)),
        (new Shape(3, 4, 11, 10), new Shape(6, 2, 3, 2), new Conv2dGeometry { Groups = 2, StrideRows = 2, StrideColumns = 3, PadTop = 2, PadRight = 1 }, new Shape(6, 1, 1)),
        (new Shape(1, 8, 7, 7), new Shape(8, 1, 3, 3), new Conv2dGeometry { Groups = 8, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, new Shape(8, 1, 1)),
        (new Shape(2, 5, 6, 6), new Shape(4, 5, 1, 1), new Conv2dGeometry { StrideRows = 2, StrideColumns = 2 }, new Shape(1, 4, 1, 1)),
        (new Shape(1, 1, 28, 28), new Shape(8, 1, 5, 5), new Conv2dGeometry { PadTop = 2, PadLeft = 2, PadBottom = 2, PadRight = 2 }, new Shape(8, 1, 1)),
    ];

    [TestMethod]
    public async Task They_are_right_every_way_in_and_out()
    {
        for (int i = 0; i < Cases.Length; i++)
        {
            var random = new Random(Seed + i);
            (Shape images, Shape kernels, Conv2dGeometry geometry, Shape? biasShape) = Cases[i];
            long[] values = Draw(random, images.ElementCount, 1 << 20);
            long[] weights = Draw(random, kernels.ElementCount, 1 << 12);
            long[] bias = biasShape is null ? new long[kernels[0]] : Draw(random, kernels[0], 1L << 40);
            long[] expected = Convolve(values, images, weights, kernels, bias, geometry);
            foreach (Scheme before in new[] { Scheme.Plain, Scheme.Shares })
            {
                foreach (Scheme after in new[] { Scheme.Plain, Scheme.Shares })
                {
                    string what = $"case {i}, from {before} to {after}, seed {Seed}";
                    (OpGraph graph, Stretch stretch, Dictionary<int, ConstantBinding> bindings) = Graph(Cases[i], weights, bias, before, after);
                    await using CipherPair pair = await CipherPair.OpenAsync(Scheme.Ckks, graph, stretch);
                    ulong[] masks = before == Scheme.Shares ? new RandomWords(91).Next(values.Length) : new ulong[values.Length];
                    CipherOutcome outcome = await pair.RunAsync(graph, stretch, bindings, [.. values.Zip(masks, (x, r) => (ulong)x - r)], masks);
                    long[] results = after == Scheme.Plain ? [.. outcome.Revealed.Select(y => (long)y)] : [.. outcome.Sums.Select(y => (long)y)];
                    Assert.HasCount(expected.Length, results, what);
                    for (int k = 0; k < expected.Length; k++)
                        Assert.IsLessThanOrEqualTo(after == Scheme.Plain ? 0 : 1, Math.Abs(expected[k] - results[k]), $"{what}: element {k}");
                    foreach ((PlanStep step, long up, long down, long messages) in outcome.Costs)
                        Assert.AreEqual((step.Quote.BytesUp, step.Quote.BytesDown, (long)step.Quote.Messages), (up, down, messages), what);
                }
            }
        }
    }

    [TestMethod]
    public async Task Results_longer_than_words_are_computed_in_limbs()
    {
        var random = new Random(Seed);
        (Shape Images, Shape Kernels, Conv2dGeometry Geometry, Shape? Bias) layer = (new Shape(2, 2, 6, 5), new Shape(3, 2, 3, 3), new Conv2dGeometry { PadTop = 1 }, new Shape(3, 1, 1));
        long[] values = Draw(random, layer.Images.ElementCount, 1L << 45);
        long[] weights = Draw(random, layer.Kernels.ElementCount, 1L << 20);
        long[] bias = Draw(random, 3, 1L << 60);
        (OpGraph graph, Stretch stretch, Dictionary<int, ConstantBinding> bindings) = Graph(layer, weights, bias, Scheme.Plain, Scheme.Plain, 45);
        await using CipherPair pair = await CipherPair.OpenAsync(Scheme.Ckks, graph, stretch);
        Assert.IsGreaterThan(1, ((CkksBackend)pair.Server).RequireLayout(stretch).Limbs);
        CipherOutcome outcome = await pair.RunAsync(graph, stretch, bindings, [.. values.Select(x => (ulong)x)], []);
        // What the loops lose above 64 bits they lose of both.
        CollectionAssert.AreEqual(Convolve(values, layer.Images, weights, layer.Kernels, bias, layer.Geometry), outcome.Revealed.Select(y => (long)y).ToArray());
        Assert.IsTrue(outcome.Revealed.Any(y => y > long.MaxValue), "nothing was longer than a word");
    }

    [TestMethod]
    public async Task Weights_are_transformed_once_for_any_number_of_images_and_sessions()
    {
        var random = new Random(Seed);
        (Shape Images, Shape Kernels, Conv2dGeometry Geometry, Shape? Bias) layer = Cases[1];
        long[] values = Draw(random, layer.Images.ElementCount, 1 << 10);
        long[] weights = Draw(random, layer.Kernels.ElementCount, 1 << 10);
        long[] bias = Draw(random, 5, 1 << 10);
        (OpGraph graph, Stretch stretch, Dictionary<int, ConstantBinding> bindings) = Graph(layer, weights, bias, Scheme.Plain, Scheme.Plain);
        for (int session = 0; session < 2; session++)
        {
            await using CipherPair pair = await CipherPair.OpenAsync(Scheme.Ckks, graph, stretch);
            CipherOutcome outcome = await pair.RunAsync(graph, stretch, bindings, [.. values.Select(x => (ulong)x)], []);
            CollectionAssert.AreEqual(Convolve(values, layer.Images, weights, layer.Kernels, bias, layer.Geometry), outcome.Revealed.Select(y => (long)y).ToArray());
        }

        CkksLayout one = CkksLayout.Of(LinearStretch.Of(stretch)!, [Hybrid.Seal.RingPacked.RingPackedParameters.Degree8192()])!;
        CkksLayout again = CkksLayout.Of(LinearStretch.Of(stretch)!, [Hybrid.Seal.RingPacked.RingPackedParameters.Degree8192()])!;
        Assert.AreNotSame(one.Packing, again.Packing);
        Assert.AreEqual(one.Packing.WeightLayout, again.Packing.WeightLayout);
    }

    private static (OpGraph Graph, Stretch Stretch, Dictionary<int, ConstantBinding> Bindings) Graph(
        (Shape Images, Shape Kernels, Conv2dGeometry Geometry, Shape? Bias) layer, long[] weights, long[] bias, Scheme before, Scheme after, int inputBits = 20)
    {
        OpGraph graph = new();
        var bindings = new Dictionary<int, ConstantBinding>();
        Node Constant(string label, Shape shape, long[] integers)
        {
            Int128 norm = shape.Rank == 4 && shape[1] * shape[2] * shape[3] * shape[0] == integers.Length && label == "K"
                ? integers.Chunk(integers.Length / shape[0]).Max(kernel => kernel.Aggregate(Int128.Zero, (sum, w) => sum + Math.Abs(w)))
                : integers.Aggregate(Int128.Zero, (sum, c) => sum + Math.Abs(c));
            Node constant = graph.Constant(label, Visibility.Private(Party.Server), shape, 0, norm);
            bindings.Add(((ConstantOp)constant.Op).Number, new ConstantBinding(constant, integers));
            return constant;
        }

        Node x = graph.Input("x", Party.Client, layer.Images, new FixedPointFormat(0, inputBits));
        Node y = graph.Add(new Conv2dOp(layer.Geometry), x, Constant("K", layer.Kernels, weights));
        Node[] nodes = [x, y];
        if (layer.Bias is { } shape)
        {
            nodes = [x, y, graph.Add(y, Constant("c", shape, bias))];
        }

        graph.Reveal("z", nodes[^1], Party.Client);
        return (graph, new Stretch([.. nodes], before, after), bindings);
    }

    private static long[] Convolve(long[] x, Shape images, long[] kernels, Shape shape, long[] bias, Conv2dGeometry geometry)
    {
        (int count, int channels, int height, int width) = (images[0], images[1], images[2], images[3]);
        (int outputs, int inner, int high, int wide) = (shape[0], shape[1], shape[2], shape[3]);
        int rows = ((height + geometry.PadTop + geometry.PadBottom - high) / geometry.StrideRows) + 1;
        int columns = ((width + geometry.PadLeft + geometry.PadRight - wide) / geometry.StrideColumns) + 1;
        var results = new long[count * outputs * rows * columns];
        for (int at = 0; at < results.Length; at++)
        {
            (int column, int row) = (at % columns, at / columns % rows);
            (int output, int image) = (at / (columns * rows) % outputs, at / (columns * rows * outputs));
            long sum = bias[output];
            for (int k = 0; k < inner * high * wide; k++)
            {
                int channel = (output / (outputs / geometry.Groups) * inner) + (k / (high * wide));
                int i = (row * geometry.StrideRows) + (k / wide % high) - geometry.PadTop;
                int j = (column * geometry.StrideColumns) + (k % wide) - geometry.PadLeft;
                if (i >= 0 && i < height && j >= 0 && j < width)
                {
                    sum = unchecked(sum + (x[(((((image * channels) + channel) * height) + i) * width) + j] * kernels[(output * inner * high * wide) + k]));
                }
            }

            results[at] = sum;
        }

        return results;
    }

    private static long[] Draw(Random random, int count, long bound) => [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(-bound, bound))];
}
