using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Execution.Reference;

[TestClass]
public sealed class ReferenceRunnerTests
{
    [TestMethod]
    public void A_model_gives_what_it_gives_by_hand_in_both_kinds_of_numbers()
    {
        (OpGraph graph, Node x, Node w, Node reveal) = Model();
        double[] xs = [1, 2, -3, 0.5];
        double[] ws = [0.5, -1];
        double[] Real(Node node) => node == x ? xs : ws;
        double[] expected = [1.0 / (1 + Math.Exp(1.5)), 1.0 / (1 + Math.Exp(2))];
        double[] real = ReferenceRunner.Run(graph, Real)[reveal.Id];
        Int128[] integers = ReferenceRunner.RunFixed(graph, node => FixedPointReference.FromReal(Real(node), node.FractionBits))[reveal.Id];
        for (int i = 0; i < 2; i++)
        {
            Assert.AreEqual(expected[i], real[i], 1e-15);
            Assert.AreEqual(expected[i], Math.ScaleB((double)integers[i], -reveal.FractionBits), Math.ScaleB(1, -16));
        }
    }

    [TestMethod]
    public void Only_what_reveals_need_is_computed_and_shown_once_in_order()
    {
        (OpGraph graph, Node x, Node w, Node reveal) = Model();
        Node unused = graph.Input("unused", Party.Client, new Shape(1), 8, WordRange.OfBits(8));
        graph.Add(new NegateOp(), unused);
        var seen = new List<Node>();
        IReadOnlyDictionary<int, double[]> result = ReferenceRunner.Run(graph, node => node != unused ? new double[node.Shape.ElementCount] : throw new InvalidOperationException(), (node, value) =>
        {
            Assert.HasCount(node.Shape.ElementCount, value);
            seen.Add(node);
        });
        CollectionAssert.AreEqual(graph.Nodes.Take(reveal.Id + 1).ToArray(), seen);
        CollectionAssert.AreEqual(new[] { reveal.Id }, result.Keys.ToArray());
    }

    [TestMethod]
    public void A_value_used_often_stays_until_its_last_use_and_can_be_revealed_itself()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(2), 8, WordRange.OfBits(20));
        Node square = graph.Add(new MultiplyOp(), x, x);
        Node sum = graph.Add(square, square);
        int first = graph.Reveal("sum", sum, Party.Client).Id;
        int second = graph.Reveal("x", x, Party.Client).Id;
        int third = graph.Reveal("square", square, Party.Client).Id;
        IReadOnlyDictionary<int, double[]> result = ReferenceRunner.Run(graph, _ => [2, 3]);
        CollectionAssert.AreEqual(new double[] { 8, 18 }, result[first]);
        CollectionAssert.AreEqual(new double[] { 2, 3 }, result[second]);
        CollectionAssert.AreEqual(new double[] { 4, 9 }, result[third]);
    }

    [TestMethod]
    public void Sources_of_another_length_are_refused()
    {
        (OpGraph graph, _, _, _) = Model();
        Assert.ThrowsExactly<ArgumentException>(() => ReferenceRunner.Run(graph, _ => [1, 2, 3]));
        Assert.ThrowsExactly<ArgumentNullException>(() => ReferenceRunner.RunFixed(graph, null!));
    }

    private static (OpGraph Graph, Node X, Node W, Node Reveal) Model()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(2, 2), 16, WordRange.OfBits(20));
        Node w = graph.Constant("w", Visibility.Private(Party.Server), new Shape(2, 1), 16, Int128.One << 20);
        Node reveal = graph.Reveal("y", graph.Sigmoid(graph.Truncate(graph.MatMul(x, w), 16)), Party.Client);
        return (graph, x, w, reveal);
    }
}
