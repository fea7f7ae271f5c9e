using Hybrid.Models.Onnx;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>Names of a graph: order, cycles, and what is missing or there twice.</summary>
[TestClass]
public sealed class OnnxGraphTests
{
    [TestMethod]
    public void Inputs_and_outputs_are_as_declared()
    {
        OnnxGraph graph = new OnnxBuilder().Input("x", "batch", 3, null, -1).Input("n", OnnxDataType.Int64).InputOfAnyShape("any", OnnxDataType.Double)
            .Node("Op", ["x"], ["y", "p"]).Output("y", OnnxDataType.Int64, "batch").OutputOfMaps("p").Read().Graph;
        CollectionAssert.AreEqual(
            new[] { "x: float (batch, 3, ?, ?)", "n: int64 ()", "any: double of unknown shape" }, graph.Inputs.Select(input => input.ToString()).ToArray());
        CollectionAssert.AreEqual(new[] { "y: int64 (batch)", "p: undefined of unknown shape" }, graph.Outputs.Select(output => output.ToString()).ToArray());
    }

    [TestMethod]
    public void Initialisers_that_are_inputs_too_are_no_inputs()
    {
        OnnxGraph graph = new OnnxBuilder().IrVersion(3).Input("x", 1).Input("w", 1).Initializer("w", OnnxTensorDraft.Floats([1], 2))
            .Node("Add", ["x", "w"], ["y"]).Output("y", 1).Read().Graph;
        Assert.AreEqual("x", graph.Inputs.Single().Name);
        Assert.AreEqual("w", graph.Initializers.Keys.Single());
    }

    [TestMethod]
    public void Sorted_nodes_stay_as_they_are_and_others_are_sorted()
    {
        const int Seed = 11;
        var random = new Random(Seed);
        for (int round = 0; round < 200; round++)
        {
            int count = random.Next(1, 30);
            var takes = new string[count][];
            for (int i = 0; i < count; i++)
            {
                takes[i] = [.. Enumerable.Range(0, random.Next(4)).Select(_ => i == 0 ? "x" : $"v{random.Next(i)}")];
            }

            int[] order = [.. Enumerable.Range(0, count)];
            if (round % 2 == 1)
            {
                random.Shuffle(order);
            }

            OnnxBuilder builder = new OnnxBuilder().Input("x", 1).Output($"v{count - 1}");
            foreach (int i in order)
            {
                builder.Node("Op", takes[i], [$"v{i}"]);
            }

            OnnxGraph graph = builder.Read().Graph;
            string[] sorted = [.. graph.Nodes.Select(node => node.Outputs.Single())];
            Assert.AreEqual(count, sorted.Distinct().Count());
            foreach (OnnxNode node in graph.Nodes)
            {
                int at = Array.IndexOf(sorted, node.Outputs.Single());
                Assert.IsTrue(node.Inputs.All(input => input == "x" || Array.IndexOf(sorted, input) < at), $"round {round} of seed {Seed}");
            }

            Assert.IsTrue(round % 2 == 1 || sorted.SequenceEqual(order.Select(i => $"v{i}")), $"round {round} of seed {Seed}");
        }
    }

    [TestMethod]
    public void A_chain_as_long_as_may_be_is_sorted_from_its_end()
    {
        OnnxBuilder builder = new OnnxBuilder().Input("v0", 1).Output($"v{OnnxLimits.Nodes}");
        for (int i = OnnxLimits.Nodes; i > 0; i--)
        {
            builder.Node("Op", [$"v{i - 1}"], [$"v{i}"]);
        }

        Assert.AreEqual("v1", builder.Read().Graph.Nodes[0].Outputs.Single());
        Sentences.Refused<FormatRefusedException>(() => builder.Node("Op", ["v0"], ["more"]).Read(), "more than 100000 nodes");
    }

    [TestMethod]
    public void Cycles_are_refused()
    {
        Refused(new OnnxBuilder().Node("Op", ["y"], ["y"]).Output("y"), "node Op 1 depends on its own output by way of y", "no cycles");
        Refused(
            new OnnxBuilder().Input("x").Node("Op", ["x", "c"], ["a"]).Node("Op", ["a"], ["b"]).Node("Op", ["b"], ["c"]).Output("c"),
            "node Op 2 depends on its own output by way of a", "no cycles");
    }

    [TestMethod]
    public void What_is_missing_is_named()
    {
        Refused(
            new OnnxBuilder().Input("x").Node("fc", "Gemm", "", ["x", "fc.weight"], ["y"]).Output("y"),
            "The model m: node fc (Gemm) takes fc.weight, which is no input, no initialiser and no node's output", "weights");
        Refused(new OnnxBuilder().Input("x").Node("Relu", ["x"], ["y"]).Output("z"), "has the output z, which no node produces");
        Refused(new OnnxBuilder().Input("x").Node("Relu", ["x"], ["y"]), "has no outputs");
        Refused(new OnnxBuilder().Graph(5, OnnxTensorDraft.Floats([1], 1).ToMessage(string.Empty)).Output("y"), "initialiser 1 without a name");
        Refused(new OnnxBuilder().Input(string.Empty).Output("y"), "an input or an output without a name");
    }

    [TestMethod]
    public void What_is_there_twice_is_refused()
    {
        OnnxTensorDraft one = OnnxTensorDraft.Floats([1], 1);
        Refused(new OnnxBuilder().Input("x").Input("x").Output("x"), "the input x twice");
        Refused(new OnnxBuilder().Input("x").Output("x").Output("x"), "the output x twice");
        Refused(new OnnxBuilder().Initializer("w", one).Initializer("w", one).Output("w"), "the initialiser w twice");
        Refused(new OnnxBuilder().Node("Op", [], ["a"]).Node("Op", [], ["a"]).Output("a"), "node Op 2 produces a, which something else");
        Refused(new OnnxBuilder().Node("Op", [], ["a", "a"]).Output("a"), "node Op 1 produces a");
        Refused(new OnnxBuilder().Input("x").Node("Op", [], ["x"]).Output("x"), "produces x");
        Refused(new OnnxBuilder().Initializer("w", one).Node("Op", [], ["w"]).Output("w"), "produces w");
    }

    [TestMethod]
    public void Sparse_initialisers_are_refused() =>
        Refused(new OnnxBuilder().Graph(15, new WireMessage()).Output("y"), "sparse initialisers", "dense");

    private static void Refused(OnnxBuilder builder, params string[] parts) => Sentences.Refused<FormatRefusedException>(() => builder.Read(), parts);
}
