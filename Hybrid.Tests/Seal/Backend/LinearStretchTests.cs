using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Tensors;

namespace Hybrid.Tests.Seal.Backend;

[TestClass]
public sealed class LinearStretchTests
{
    [TestMethod]
    public void A_chain_of_products_and_sums_is_one_matrix()
    {
        OpGraph graph = new();
        Node x = graph.Input("x", Party.Client, new Shape(7, 3), new FixedPointFormat(0, 10));
        Node first = MatMul(graph, x, 5, 100);
        Node second = Add(graph, first, 1 << 20);
        Node third = MatMul(graph, second, 2, 30);
        Node fourth = Add(graph, third, 9);
        LinearStretch linear = LinearStretch.Of(new Stretch([x, first, second, third, fourth]))!;
        Assert.AreEqual(new LinearStretch(new MatMulShape(7, 3, 2), x.Bits, fourth.Bits, 3000, 3000), linear);
        Assert.AreSame(first, LinearStretch.FirstProduct(new Stretch([x, first, second, third, fourth])));
        Assert.AreEqual(new LinearStretch(new MatMulShape(7, 5, 2), first.Bits, third.Bits, 30, 30), LinearStretch.Of(new Stretch([first, second, third])));
        Assert.AreSame(third, LinearStretch.FirstProduct(new Stretch([first, second, third])));
    }

    [TestMethod]
    public void Weights_are_bounded_by_the_first_ones_and_the_norms_of_the_rest()
    {
        OpGraph graph = new();
        Node x = graph.Input("x", Party.Client, new Shape(1, 3), new FixedPointFormat(0, 10));
        Node first = graph.MatMul(x, graph.Constant("W", Visibility.Private(Party.Server), new Shape(3, 5), 0, 100, 40));
        LinearStretch one = LinearStretch.Of(new Stretch([x, first]))!;
        Assert.AreEqual((100, 40), (one.NormBound, one.WeightBound));
        LinearStretch both = LinearStretch.Of(new Stretch([x, first, MatMul(graph, first, 2, 30)]))!;
        Assert.AreEqual((3000, 1200), (both.NormBound, both.WeightBound));
    }

    [TestMethod]
    public void Stretches_of_the_same_numbers_are_equal()
    {
        LinearStretch one = LinearStretch.Of(new LinearChain(1, 4, 3, 10, new ChainOp(2, 0), new ChainOp(0, 5)).Stretch)!;
        LinearStretch two = LinearStretch.Of(new LinearChain(1, 4, 3, 10, new ChainOp(2, 0), new ChainOp(0, 5)).Stretch)!;
        Assert.AreEqual(one, two);
        Assert.AreEqual(one.GetHashCode(), two.GetHashCode());
    }

    [TestMethod]
    public void The_widest_value_on_the_way_counts()
    {
        OpGraph graph = new();
        Node x = graph.Input("x", Party.Client, new Shape(1, 3), new FixedPointFormat(0, 10));
        Node wide = MatMul(graph, x, 3, 1 << 30);
        Node nothing = MatMul(graph, wide, 3, 0);
        Assert.AreEqual(wide.Bits, LinearStretch.Of(new Stretch([x, wide, nothing]))!.OutputBits);
        Assert.IsLessThan(wide.Bits, nothing.Bits);
    }

    [TestMethod]
    public void A_matrix_of_zeros_is_a_matrix_and_stays_zero_behind_any_other()
    {
        OpGraph graph = new();
        Node x = graph.Input("x", Party.Client, new Shape(1, 2), new FixedPointFormat(0, 1));
        Node zero = MatMul(graph, x, 2, 0);
        // Of a value that is zero no bound wraps, so the norms alone would.
        Node large = MatMul(graph, zero, 2, Int128.One << 100);
        Node larger = MatMul(graph, large, 2, Int128.One << 100);
        Assert.AreEqual(1, LinearStretch.Of(new Stretch([x, zero]))!.NormBound);
        Assert.AreEqual(1, LinearStretch.Of(new Stretch([x, zero, large, larger]))!.NormBound);
        Node five = MatMul(graph, x, 2, 5);
        Assert.AreEqual(1, LinearStretch.Of(new Stretch([x, five, MatMul(graph, five, 2, 0)]))!.NormBound);
    }

    [TestMethod]
    public void What_is_no_linear_map_of_a_matrix_is_left_to_other_schemes()
    {
        OpGraph graph = new();
        Node x = graph.Input("x", Party.Client, new Shape(2, 3), new FixedPointFormat(0, 10));
        Node sum = Add(graph, x, 5);
        Assert.IsNull(LinearStretch.Of(new Stretch([x, sum])), "no product");
        Node product = MatMul(graph, sum, 2, 5);
        Assert.IsNotNull(LinearStretch.Of(new Stretch([x, sum, product])), "a sum before the product");
        Assert.IsNull(LinearStretch.Of(new Stretch([x, sum, product, graph.Reveal("y", product, Party.Client)])), "a reveal");
        Node vector = graph.Input("v", Party.Client, new Shape(3), new FixedPointFormat(0, 10));
        Assert.IsNull(LinearStretch.Of(new Stretch([vector, product])), "a vector");
        Node none = graph.Input("n", Party.Client, new Shape(0, 3), new FixedPointFormat(0, 10));
        Assert.IsNull(LinearStretch.Of(new Stretch([none, MatMul(graph, none, 2, 5)])), "no rows");
        Node narrow = MatMul(graph, x, 0, 5);
        Assert.IsNull(LinearStretch.Of(new Stretch([x, narrow])), "no outputs");
    }

    [TestMethod]
    public void A_convolution_with_a_number_for_each_channel_is_a_layer()
    {
        OpGraph graph = new();
        Node x = graph.Input("x", Party.Client, new Shape(2, 4, 9, 8), new FixedPointFormat(0, 10));
        var geometry = new Conv2dGeometry { StrideRows = 2, PadTop = 1, PadLeft = 2, PadBottom = 3, Groups = 2 };
        Node product = Convolve(graph, x, geometry, new Shape(6, 2, 3, 2), 500);
        foreach (Shape bias in new[] { new Shape(1, 6, 1, 1), new Shape(6, 1, 1) })
        {
            Node sum = AddOf(graph, product, bias);
            LinearStretch linear = LinearStretch.Of(new Stretch([x, product, sum], Scheme.Shares, Scheme.Shares))!;
            var layer = new Conv2dShape(4, 9, 8, 6, 3, 2) { Images = 2, StrideHeight = 2, PadTop = 1, PadLeft = 2, PadBottom = 3, Groups = 2 };
            Assert.AreEqual(new LinearStretch(layer, x.Bits, sum.Bits, 500, 500, Scheme.Shares, Scheme.Shares), linear);
            Assert.AreEqual((6, product.Shape[2] * product.Shape[3]), (linear.Biases, linear.BiasRun));
            Assert.AreEqual(layer with { Images = 6 }, linear.Times(3));
            Assert.AreSame(product, LinearStretch.FirstProduct(new Stretch([x, product, sum])));
        }
    }

    [TestMethod]
    public void Other_convolutions_are_left_to_other_schemes()
    {
        OpGraph graph = new();
        Node x = graph.Input("x", Party.Client, new Shape(1, 2, 6, 6), new FixedPointFormat(0, 10));
        Node product = Convolve(graph, x, new Conv2dGeometry(), new Shape(2, 2, 3, 3), 50);
        Assert.IsNotNull(LinearStretch.Of(new Stretch([x, product])));
        Assert.IsNull(LinearStretch.Of(new Stretch([x, product, Convolve(graph, product, new Conv2dGeometry(), new Shape(2, 2, 3, 3), 50)])), "two");
        Assert.IsNull(LinearStretch.Of(new Stretch([x, Convolve(graph, x, new Conv2dGeometry { DilationRows = 2 }, new Shape(2, 2, 3, 3), 50)])), "gaps");
        foreach (Shape bias in new[] { new Shape(1), new Shape(4), new Shape(2, 4, 4), new Shape(1, 1, 4, 4), new Shape(1, 1, 1, 1), new Shape(1, 2, 4, 1) })
        {
            Assert.IsNull(LinearStretch.Of(new Stretch([x, product, AddOf(graph, product, bias)])), $"a sum with {bias}");
        }

        Node before = AddOf(graph, x, new Shape(2, 1, 1));
        Assert.IsNull(LinearStretch.Of(new Stretch([x, before, Convolve(graph, before, new Conv2dGeometry(), new Shape(2, 2, 3, 3), 50)])), "a sum before");
    }

    [TestMethod]
    public void A_sum_is_of_a_number_for_each_column()
    {
        OpGraph graph = new();
        Node x = graph.Input("x", Party.Client, new Shape(2, 3), new FixedPointFormat(0, 10));
        Node product = MatMul(graph, x, 4, 5);
        Assert.IsNotNull(LinearStretch.Of(new Stretch([x, product, AddOf(graph, product, new Shape(1, 4))])));
        foreach (Shape bias in new[] { new Shape(1), new Shape(2, 1), new Shape(2, 4), new Shape(1, 2, 4), new Shape(5, 1, 4) })
        {
            Assert.IsNull(LinearStretch.Of(new Stretch([x, product, AddOf(graph, product, bias)])), $"a sum with {bias}");
        }
    }

    private static Node Convolve(OpGraph graph, Node images, Conv2dGeometry geometry, Shape kernels, Int128 norm) =>
        graph.Add(new Conv2dOp(geometry), images, graph.Constant($"K{graph.Nodes.Count}", Visibility.Private(Party.Server), kernels, 0, norm));

    private static Node AddOf(OpGraph graph, Node left, Shape shape) =>
        graph.Add(left, graph.Constant($"c{graph.Nodes.Count}", Visibility.Private(Party.Server), shape, 0, 9));

    private static Node MatMul(OpGraph graph, Node left, int outputs, Int128 norm) =>
        graph.MatMul(left, graph.Constant($"W{graph.Nodes.Count}", Visibility.Private(Party.Server), new Shape(left.Shape[1], outputs), 0, norm));

    private static Node Add(OpGraph graph, Node left, Int128 bound) =>
        graph.Add(left, graph.Constant($"c{graph.Nodes.Count}", Visibility.Private(Party.Server), new Shape(left.Shape[1]), 0, bound));
}
