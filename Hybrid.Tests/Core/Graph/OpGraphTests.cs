using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Graph;

[TestClass]
public sealed class OpGraphTests
{
    private static readonly FixedPointFormat Format = new(10, 6);

    [TestMethod]
    public void Nodes_know_shape_fraction_and_bound()
    {
        var graph = new OpGraph();
        Node input = graph.Input("x", Party.Client, new Shape(5, 3), Format);
        Node weights = graph.Constant("W", Visibility.Private(Party.Server), new Shape(3, 2), 12, 1000);
        Node bias = graph.Constant("c", Visibility.Public, new Shape(2), 22, 77);
        Node product = graph.MatMul(input, weights);
        Node sum = graph.Add(product, bias);
        Node reveal = graph.Reveal("y", sum, Party.Client);

        CollectionAssert.AreEqual(new[] { input, weights, bias, product, sum, reveal }, graph.Nodes.ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(0, 6).ToArray(), graph.Nodes.Select(node => node.Id).ToArray());
        Assert.AreEqual((Int128)1 << 16, input.Magnitude);
        Assert.AreEqual(new Shape(5, 2), product.Shape);
        Assert.AreEqual(22, product.FractionBits);
        Assert.AreEqual(((Int128)1 << 16) * 1000, product.Magnitude);
        Assert.AreEqual(product.Magnitude + 77, sum.Magnitude);
        Assert.AreEqual((sum.Shape, sum.FractionBits, sum.Magnitude), (reveal.Shape, reveal.FractionBits, reveal.Magnitude));
        Assert.AreEqual("4: Add Add4 (5, 2), f = 22, 27 bits", sum.ToString());
        Assert.AreEqual("Private(server)", ((ConstantOp)weights.Op).Visibility.ToString());
        Assert.AreEqual("Public", ((ConstantOp)bias.Op).Visibility.ToString());
    }

    [TestMethod]
    public void Bits_hold_every_integer_up_to_the_bound_and_no_bit_is_spare()
    {
        Assert.AreEqual(1, Node.BitsFor(0));
        for (int k = 0; k < 126; k++)
        {
            Int128 power = Int128.One << k;
            Assert.AreEqual(k + 1, Node.BitsFor(power - 1), $"2^{k} - 1");
            // -2^k would fit k + 1 bits, but 2^k does not.
            Assert.AreEqual(k + 2, Node.BitsFor(power), $"2^{k}");
        }
    }

    [TestMethod]
    public void Bounds_hold_for_the_largest_values_there_can_be()
    {
        // Every input at its magnitude and every column at its bound, signs aligned: the bound is reached, not passed.
        var graph = new OpGraph();
        Node input = graph.Input("x", Party.Client, new Shape(1, 3), new FixedPointFormat(0, 4));
        Node product = graph.MatMul(input, graph.Constant("W", Visibility.Public, new Shape(3, 1), 0, 6));
        Node sum = graph.Add(product, graph.Constant("c", Visibility.Public, new Shape(1), 0, 5));
        long[] x = [16, -16, 16];
        long[] w = [1, -2, 3];
        Assert.AreEqual(product.Magnitude, x.Zip(w, (a, b) => a * b).Sum());
        Assert.AreEqual(sum.Magnitude, x.Zip(w, (a, b) => a * b).Sum() + 5);
    }

    [TestMethod]
    public void Shapes_and_fraction_bits_that_do_not_fit_are_named()
    {
        var graph = new OpGraph();
        Node input = graph.Input("x", Party.Client, new Shape(5, 3), Format);
        Node row = graph.Input("row", Party.Client, new Shape(3), Format);
        Refused(() => graph.MatMul(input, Constant(graph, 4, 2)), ParameterFault.Mismatch, "(5, 3) by (4, 2)");
        Refused(() => graph.MatMul(row, Constant(graph, 3, 2)), ParameterFault.Mismatch, "(3) by (3, 2)");
        Refused(() => graph.MatMul(input, Constant(graph, 3)), ParameterFault.Mismatch, "(5, 3) by (3)");
        Refused(() => graph.Add(input, Constant(graph, 4)), ParameterFault.Mismatch, "(5, 3) and (4)");
        Refused(() => graph.Add(input, Constant(graph, 5)), ParameterFault.Mismatch, "(5, 3) and (5)");
        Refused(() => graph.Add(input, graph.Constant("c", Visibility.Public, new Shape(3), 11, 1)), ParameterFault.Mismatch, "10 and 11");
        Refused(() => graph.MatMul(input, input), ParameterFault.Mismatch, "(5, 3) by (5, 3)");
        Refused(() => graph.Add(new NegateOp(), input, row), ParameterFault.Mismatch, "Neg takes 1 tensor; it was given 2");
        Refused(() => graph.Add(new AddOp(), input), ParameterFault.Mismatch, "Add takes 2 tensors; it was given 1");
        Assert.ThrowsExactly<ArgumentNullException>(() => graph.MatMul(input, null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => graph.Reveal("y", null!, Party.Client));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => graph.Constant("c", Visibility.Public, new Shape(3), 0, -1));
    }

    [TestMethod]
    public void Shapes_repeat_to_fit_each_other()
    {
        var graph = new OpGraph();
        Node input = graph.Input("x", Party.Client, new Shape(5, 3), Format);
        Node row = graph.Input("row", Party.Client, new Shape(3), Format);
        foreach (Node other in new[] { input, row, Constant(graph, 3), Constant(graph, 5, 1), Constant(graph, 1) })
            Assert.AreEqual(new Shape(5, 3), graph.Add(other, input).Shape);
        Assert.AreEqual(new Shape(2, 5, 3), graph.Add(input, Constant(graph, 2, 1, 3)).Shape);
    }

    [TestMethod]
    public void Constants_are_numbered_and_public_ones_have_their_integers_in_the_graph()
    {
        var graph = new OpGraph();
        Node weights = Constant(graph, 3, 2);
        Node known = graph.Constant("k", new Shape(2, 2), 4, [1, -2, 3, 4]);
        Assert.AreEqual((0, 1), (((ConstantOp)weights.Op).Number, ((ConstantOp)known.Op).Number));
        // Columns of magnitudes 1 + 3 and 2 + 4.
        Assert.AreEqual((Int128)6, ((ConstantOp)known.Op).NormBound);
        Assert.AreEqual(new WordRange(-2, 4), known.Range);
        CollectionAssert.AreEqual(new long[] { 1, -2, 3, 4 }, known.PublicIntegers!.Value.ToArray());
        Assert.IsNull(weights.PublicIntegers);
        Refused(() => graph.Constant("k", new Shape(2, 2), 4, [1, 2]), ParameterFault.Mismatch, "4 elements; 2 were given");
    }

    [TestMethod]
    public void A_refused_op_leaves_the_graph_as_it_was()
    {
        var graph = new OpGraph();
        Node input = graph.Input("x", Party.Client, new Shape(5, 3), Format);
        Node weights = Constant(graph, 4, 2);
        Assert.ThrowsExactly<ParameterException>(() => graph.MatMul(input, weights));
        Assert.HasCount(2, graph.Nodes);
    }

    [TestMethod]
    public void What_could_pass_127_bits_is_refused()
    {
        // An input of 2^62 by a norm of 2^63 is 2^125, which takes 127 bits.
        var graph = new OpGraph();
        Node input = graph.Input("x", Party.Client, new Shape(1, 1), new FixedPointFormat(0, 62));
        Node widest = graph.MatMul(input, graph.Constant("W", Visibility.Public, new Shape(1, 1), 0, Int128.One << 63));
        Assert.AreEqual(Int128.One << 125, widest.Magnitude);
        Refused(() => graph.MatMul(input, graph.Constant("W", Visibility.Public, new Shape(1, 1), 0, Int128.One << 64)), ParameterFault.OutOfRange, "127 is the limit");
        Refused(() => graph.MatMul(widest, graph.Constant("W", Visibility.Public, new Shape(1, 1), 0, Int128.One << 61)), ParameterFault.OutOfRange, "127 is the limit");

        // A sum may reach 2^126 - 1, which takes 127 bits, and no more.
        Int128 room = (Int128.One << 126) - 1 - widest.Magnitude;
        Assert.AreEqual(127, graph.Add(widest, graph.Constant("c", Visibility.Public, new Shape(1), 0, room)).Bits);
        Node more = graph.Constant("c", Visibility.Public, new Shape(1), 0, room + 1);
        Refused(() => graph.Add(widest, more), ParameterFault.OutOfRange, "128 bits");

        Refused(() => graph.Constant("c", Visibility.Public, new Shape(1), 0, Int128.One << 126), ParameterFault.OutOfRange, "Constant could give integers of 128 bits");
        Refused(() => graph.Constant("c", Visibility.Public, new Shape(1), 0, Int128.MaxValue), ParameterFault.OutOfRange, "128 bits");
    }

    [TestMethod]
    public void Nodes_of_another_graph_are_refused()
    {
        var graph = new OpGraph();
        var other = new OpGraph();
        Node input = graph.Input("x", Party.Client, new Shape(5, 3), Format);
        Node same = other.Input("x", Party.Client, new Shape(5, 3), Format);
        Node weights = Constant(graph, 3, 2);
        Node later = Constant(other, 3, 2);
        Constant(other, 3);
        Node last = Constant(other, 3);
        Assert.ThrowsExactly<ArgumentException>(() => graph.MatMul(same, weights));
        Assert.ThrowsExactly<ArgumentException>(() => graph.MatMul(input, later));
        Assert.ThrowsExactly<ArgumentException>(() => graph.Add(input, last));
        Assert.ThrowsExactly<ArgumentException>(() => graph.Reveal("y", same, Party.Client));
        Assert.HasCount(2, graph.Nodes);
    }

    [TestMethod]
    public void Each_party_has_the_other()
    {
        Assert.AreEqual(Party.Server, Party.Client.Other());
        Assert.AreEqual(Party.Client, Party.Server.Other());
        Assert.AreEqual("client", Party.Client.Name());
        Assert.AreEqual("server", Party.Server.Name());
    }

    private static Node Constant(OpGraph graph, params int[] lengths) => graph.Constant("K", Visibility.Public, new Shape(lengths), 10, 1);

    private static void Refused(Action act, ParameterFault fault, string part)
    {
        ParameterException e = Assert.ThrowsExactly<ParameterException>(act);
        Assert.AreEqual(fault, e.Fault, e.Message);
        StringAssert.Contains(e.Message, part);
    }
}
