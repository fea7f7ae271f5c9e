using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Execution.Reference;

/// <summary>Products, convolutions and pools against their definitions, in every kind of number.</summary>
[TestClass]
public sealed class LinearReferenceTests
{
    [TestMethod]
    public void Matrix_products_agree_with_the_naive_loop_at_odd_sizes()
    {
        var random = new Random(1);
        int[] sizes = [0, 1, 4, 7, 65, 70];
        foreach (int m in sizes)
        {
            foreach (int k in sizes.Append(300))
            {
                foreach (int n in sizes)
                    CheckProduct(random, new Shape(m, k), new Shape(k, n), [0], [0]);
            }
        }
    }

    [TestMethod]
    public void Batches_repeat_to_fit_each_other()
    {
        var random = new Random(2);
        CheckProduct(random, new Shape(3, 2, 4), new Shape(4, 5), [0, 8, 16], [0, 0, 0]);
        CheckProduct(random, new Shape(2, 4), new Shape(3, 4, 5), [0, 0, 0], [0, 20, 40]);
        CheckProduct(random, new Shape(2, 1, 2, 4), new Shape(3, 4, 1), [0, 0, 0, 8, 8, 8], [0, 4, 8, 0, 4, 8]);
    }

    [TestMethod]
    public void Convolutions_and_pools_agree_with_their_definitions()
    {
        var random = new Random(3);
        for (int run = 0; run < 120; run++)
        {
            var geometry = new Conv2dGeometry
            {
                StrideRows = random.Next(1, 4), StrideColumns = random.Next(1, 4), PadTop = random.Next(3), PadLeft = random.Next(3), PadBottom = random.Next(3),
                PadRight = random.Next(3), DilationRows = random.Next(1, 3), DilationColumns = random.Next(1, 3), Groups = random.Next(1, 3),
            };
            (int height, int width) = (random.Next(1, 4), random.Next(1, 4));
            Shape shape = new(random.Next(1, 3), geometry.Groups * random.Next(1, 3), random.Next(5, 20), random.Next(5, 20));
            Shape kernel = new(geometry.Groups * random.Next(1, 6), shape[1] / geometry.Groups, height, width);
            foreach (int bits in new[] { 10, 40 })
            {
                var graph = new OpGraph();
                Node x = graph.Input("x", Party.Client, shape, 4, WordRange.OfBits(bits));
                Node y = graph.Input("y", Party.Server, kernel, 4, WordRange.OfBits(bits));
                Int128[] images = Draw(random, x);
                Int128[] kernels = Draw(random, y);
                Node conv = graph.Add(new Conv2dOp(geometry), x, y);
                CollectionAssert.AreEqual(
                    NaiveOps.Convolve(images, shape, kernels, kernel, geometry, conv.Shape), FixedPointReference.Evaluate(conv, [images, kernels]), $"{shape}, {kernel}, {geometry}");
                double[] reals = [.. images.Select(v => (double)v)];
                double[] realKernels = [.. kernels.Select(v => (double)v)];
                CollectionAssert.AreEqual(
                    NaiveOps.Convolve(reals, shape, realKernels, kernel, geometry, conv.Shape), RealReference.Evaluate(conv, [reals, realKernels]));
                Node mean = graph.Add(new AveragePoolOp(height, width, geometry), x);
                CollectionAssert.AreEqual(
                    NaiveOps.Pool(images, shape, height, width, geometry, mean.Shape, cells => Halves(cells.Aggregate(Int128.Zero, (s, c) => s + (c ?? 0)), height * width)),
                    FixedPointReference.Evaluate(mean, [images]));
                try
                {
                    Node most = graph.Add(new MaxPoolOp(height, width, geometry), x);
                    CollectionAssert.AreEqual(
                        NaiveOps.Pool(images, shape, height, width, geometry, most.Shape, cells => cells.Where(c => c is not null).Max()!.Value),
                        FixedPointReference.Evaluate(most, [images]));
                }
                catch (ParameterException refusal)
                {
                    StringAssert.Contains(refusal.Message, "all padding");
                    Assert.ThrowsExactly<InvalidOperationException>(() =>
                        NaiveOps.Pool(images, shape, height, width, geometry, mean.Shape, cells => cells.Any(c => c is not null) ? Int128.One : throw new InvalidOperationException()));
                }
            }
        }
    }

    [TestMethod]
    public void Means_round_to_the_nearest_and_halves_up_however_wide_the_sum()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(2, 4), 0, WordRange.Within((Int128.One << 125) - 9));
        Int128 end = x.Range.High;
        Node mean = graph.Add(new ReduceMeanOp(new IntegerList(1), false), x);
        CollectionAssert.AreEqual(new[] { end, (Int128)3 }, FixedPointReference.Evaluate(mean, [[end, end, end, end, 1, 2, 3, 4]]));
        CollectionAssert.AreEqual(new[] { -end, (Int128)(-2) }, FixedPointReference.Evaluate(mean, [[-end, -end, -end, -end, -1, -2, -3, -4]]));
        Node narrow = graph.Input("y", Party.Client, new Shape(2, 4), 0, WordRange.OfBits(8));
        Node small = graph.Add(new ReduceMeanOp(new IntegerList(1), false), narrow);
        CollectionAssert.AreEqual(new Int128[] { -2, 3 }, FixedPointReference.Evaluate(small, [[-1, -2, -3, -4, 1, 2, 3, 4]]));
    }

    private static Int128 Halves(Int128 sum, int terms) => (Int128)Math.Floor(((double)sum / terms) + 0.5);

    private static Int128[] Draw(Random random, Node node) =>
        [.. Enumerable.Range(0, node.Shape.ElementCount).Select(_ => RandomGraph.Between(random, node.Range.Low, node.Range.High))];

    private static void CheckProduct(Random random, Shape left, Shape right, int[] xStarts, int[] yStarts)
    {
        // Sums fit longs, do not, and wrap longs on the way.
        foreach (int bits in new[] { 12, 50 })
        {
            var graph = new OpGraph();
            Node x = graph.Input("x", Party.Client, left, 0, WordRange.OfBits(bits));
            Node y = graph.Input("y", Party.Server, right, 0, WordRange.OfBits(bits));
            Node product = graph.MatMul(x, y);
            Int128[] xs = Draw(random, x);
            Int128[] ys = Draw(random, y);
            (int m, int k, int n) = (left.Lengths[^2], left.Lengths[^1], right.Lengths[^1]);
            string what = $"{left} by {right}, {bits} bits";
            CollectionAssert.AreEqual(NaiveOps.MatMul(xs, ys, xStarts, yStarts, m, k, n), FixedPointReference.Evaluate(product, [xs, ys]), what);
            double[] xr = [.. xs.Select(v => (double)v)];
            double[] yr = [.. ys.Select(v => (double)v)];
            CollectionAssert.AreEqual(NaiveOps.MatMul(xr, yr, xStarts, yStarts, m, k, n), RealReference.Evaluate(product, [xr, yr]), what);
        }
    }
}
