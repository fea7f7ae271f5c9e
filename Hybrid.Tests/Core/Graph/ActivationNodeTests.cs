using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Graph;

/// <summary>Truncation and activations in the graph, and the graph of a model's values.</summary>
[TestClass]
public sealed class ActivationNodeTests
{
    [TestMethod]
    public void Truncation_keeps_the_shape_and_shrinks_the_integers()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(3, 2), new FixedPointFormat(20, 10));
        Node y = graph.Truncate(x, 16);
        Assert.AreEqual((new Shape(3, 2), 16), (y.Shape, y.FractionBits));
        Assert.AreEqual(((Int128)1 << 26) + TruncateOp.MaximumError, y.Magnitude);
        Assert.AreSame(x, y.Inputs.Single());
        Assert.AreEqual(new TruncateOp(4), y.Op);
        Sentences.Refused<ParameterException>(() => graph.Add(new TruncateOp(-1), x), "Truncate by -1 bits was asked for");
        Assert.AreSame(y, graph.Truncate(y, 16));
        Assert.AreSame(y, graph.Truncate(y, 20));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => graph.Truncate(x, -1));
    }

    [TestMethod]
    public void Activations_keep_shape_and_fraction_bits_and_end_below_2()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(3, 2), new FixedPointFormat(16, 30));
        foreach (Node y in new[] { graph.Sigmoid(x), graph.Softmax(x) })
        {
            Assert.AreEqual((x.Shape, 16, 18), (y.Shape, y.FractionBits, y.Bits));
        }

        Assert.AreEqual(new UnaryOp(UnaryFunction.Sigmoid), graph.Sigmoid(x).Op);
        Assert.AreEqual(new SoftmaxOp(1), graph.Softmax(x).Op);
        Node scalar = graph.Input("one", Party.Client, new Shape(), new FixedPointFormat(16, 30));
        Sentences.Refused<ParameterException>(() => graph.Softmax(scalar), "Softmax takes a tensor of at least one dimension");
    }

    [TestMethod]
    [DataRow(Activation.None, 20, new[] { "Input", "Constant", "Constant", "MatMul", "Add", "Truncate", "Reveal" })]
    [DataRow(Activation.Sigmoid, 16, new[] { "Input", "Constant", "Constant", "MatMul", "Add", "Truncate", "Sigmoid", "Reveal" })]
    [DataRow(Activation.Softmax, 16, new[] { "Input", "Constant", "Constant", "MatMul", "Add", "Truncate", "Softmax", "Reveal" })]
    public void Values_are_scores_truncated_and_activated(Activation activation, int fractionBits, string[] ops)
    {
        var card = new ModelCard("m", ["a", "b"], [], activation, activation == Activation.Sigmoid ? 1 : 3, new FixedPointFormat(20, 10), 22, 30, 40);
        ModelProgram values = card.Program(5, Revealed.Values);
        CollectionAssert.AreEqual(ops, values.Graph.Nodes.Select(node => node.Op.Name).ToArray());
        Assert.AreEqual(("values", fractionBits, new RevealOp(Party.Client)), (values.Result.Label, values.Result.FractionBits, values.Result.Op));

        // What values are bound to, and what is set up once, is the same for both.
        ModelProgram scores = card.Program(1);
        CollectionAssert.AreEqual(Numbered(scores.Graph), Numbered(values.Graph));
        Assert.AreEqual(("scores", 42), (scores.Result.Label, scores.Result.FractionBits));
    }

    private static (int Number, string Label)[] Numbered(OpGraph graph) =>
        [.. from node in graph.Nodes where node.Op is ConstantOp select (((ConstantOp)node.Op).Number, node.Label)];

    [TestMethod]
    public void Labels_of_values_are_those_of_scores()
    {
        const int Seed = 403;
        var random = new Random(Seed);
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            for (int run = 0; run < 200; run++)
            {
                double[] scores = [.. Enumerable.Range(0, activation == Activation.Sigmoid ? 1 : 4).Select(_ => (random.NextDouble() * 8) - 4)];
                Assert.AreEqual(activation.Label(scores), activation.LabelOfValues(activation.Apply(scores)), $"{activation}, seed {Seed}");
            }
        }
    }
}
