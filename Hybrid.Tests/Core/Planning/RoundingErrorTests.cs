using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Planning;

[TestClass]
public sealed class RoundingErrorTests
{
    [TestMethod]
    public void Linear_ops_are_exact()
    {
        var graph = new OpGraph();
        graph.Reveal("y", Product(graph, Input(graph)), Party.Client);
        Assert.AreEqual(0, RoundingError.Of(graph));
    }

    [TestMethod]
    public void A_truncation_adds_a_unit_and_a_product_multiplies_it_by_its_norm()
    {
        var graph = new OpGraph();
        Node truncated = graph.Truncate(Product(graph, Input(graph)), 8);
        Assert.AreEqual(Math.ScaleB(1, -8), RoundingError.Added(truncated));
        // The norm is 24 of 2^-4 each: 1.5.
        graph.Reveal("y", Product(graph, graph.Add(new UnaryOp(UnaryFunction.Relu), truncated)), Party.Client);
        Assert.AreEqual(1.5 * Math.ScaleB(1, -8), RoundingError.Of(graph)!.Value, 1e-12);
    }

    [TestMethod]
    public void What_a_truncation_gets_from_CKKS_has_noise_in_what_it_cuts_off()
    {
        var graph = new OpGraph();
        Node product = Product(graph, Input(graph));
        Node truncated = graph.Truncate(product, 8);
        graph.Reveal("y", truncated, Party.Client);
        foreach ((Scheme scheme, double units) in new[] { (Scheme.Ckks, TruncateOp.MaximumError), (Scheme.Paillier, 1.0), (Scheme.Shares, 1.0) })
        {
            var schemes = new SchemeAssignment([.. graph.Nodes.Select(node => node == product ? scheme : Scheme.Shares)]);
            Assert.AreEqual(units * Math.ScaleB(1, -8), RoundingError.Added(truncated, schemes));
            Assert.AreEqual(units * Math.ScaleB(1, -8), RoundingError.Of(graph, schemes));
        }
    }

    [TestMethod]
    public void Sigmoid_lets_a_quarter_of_an_error_through()
    {
        var graph = new OpGraph();
        graph.Reveal("y", graph.Sigmoid(graph.Truncate(Product(graph, Input(graph)), 8)), Party.Client);
        Assert.AreEqual(2.25 * Math.ScaleB(1, -8), RoundingError.Of(graph)!.Value, 1e-12);
    }

    [TestMethod]
    public void Steep_functions_and_decisions_have_no_bound()
    {
        foreach (Op op in new Op[] { new UnaryOp(UnaryFunction.Log), new UnaryOp(UnaryFunction.Sqrt), new ArgMaxOp(1, KeepDimension: true) })
        {
            var graph = new OpGraph();
            graph.Reveal("y", graph.Add(op, graph.Truncate(Product(graph, Input(graph)), 8)), Party.Client);
            Assert.IsNull(RoundingError.Of(graph), op.Name);
        }
    }

    private static Node Input(OpGraph graph) => graph.Input("x", Party.Client, new Shape(2, 3), new FixedPointFormat(8, 4));

    private static Node Product(OpGraph graph, Node x) =>
        graph.MatMul(x, graph.Constant("W", Visibility.Private(Party.Server), new Shape(3, 3), 4, 24));
}
