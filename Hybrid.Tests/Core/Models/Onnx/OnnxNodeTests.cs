using Hybrid.Models.Onnx;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>Nodes and their attributes.</summary>
[TestClass]
public sealed class OnnxNodeTests
{
    [TestMethod]
    public void Attributes_of_every_type_are_read()
    {
        OnnxNode node = Node(
            ("i", -5L), ("f", 0.5f), ("s", "same"), ("is", new[] { 1, -2, 3 }), ("fs", new[] { 0.25f, -1 }), ("ss", new[] { "a", "b" }),
            ("t", OnnxTensorDraft.Floats([2], 1, 2)), OnnxAttributeDraft.Packed("packed", 4, 5));
        Assert.AreEqual((-5L, 0.5f, "same"), (node.Integer("i", 0), node.Float("f", 0), node.Text("s", string.Empty)));
        CollectionAssert.AreEqual(new long[] { 1, -2, 3 }, node.Integers("is").ToArray());
        CollectionAssert.AreEqual(new[] { 0.25f, -1 }, node.Floats("fs").ToArray());
        CollectionAssert.AreEqual(new[] { "a", "b" }, node.Texts("ss").ToArray());
        CollectionAssert.AreEqual(new[] { 1.0, 2 }, node.Tensor("t")!.ToDoubles());
        CollectionAssert.AreEqual(new long[] { 4, 5 }, node.Integers("packed").ToArray());
        CollectionAssert.AreEqual(new[] { "i", "f", "s", "is", "fs", "ss", "t", "packed" }, node.AttributeNames.ToArray());
        Assert.AreEqual(OnnxAttributeKind.Texts, node.KindOf("ss"));
        node.Require("i");
    }

    [TestMethod]
    public void Attributes_that_are_not_set_are_their_fallbacks()
    {
        OnnxNode node = Node();
        Assert.AreEqual((7L, 0.5f, "x"), (node.Integer("a", 7), node.Float("a", 0.5f), node.Text("a", "x")));
        CollectionAssert.AreEqual(new long[] { 1 }, node.Integers("a", [1]).ToArray());
        Assert.IsEmpty(node.Integers("a"));
        Assert.IsEmpty(node.Floats("a"));
        Assert.IsEmpty(node.Texts("a"));
        Assert.IsNull(node.Tensor("a"));
        Assert.IsNull(node.KindOf("a"));
        Assert.IsFalse(node.HasSubgraphs);
        Sentences.Refused<FormatRefusedException>(() => node.Require("axis"), "The model m: node Op 1 lacks the attribute axis");
    }

    [TestMethod]
    public void Attributes_of_another_type_are_refused_by_name()
    {
        OnnxNode node = Node(("axis", 0.5f), ("pads", 3));
        Sentences.Refused<FormatRefusedException>(() => node.Integer("axis", 0), "The model m: node Op 1 has a float as its attribute axis, which must be an integer");
        Sentences.Refused<FormatRefusedException>(() => node.Integers("pads"), "has an integer as its attribute pads, which must be a list of integers");
        Sentences.Refused<FormatRefusedException>(() => node.Tensor("pads"), "must be a tensor");
        Sentences.Refused<FormatRefusedException>(() => node.Text("pads", string.Empty), "must be a text");
    }

    [TestMethod]
    public void Values_left_out_are_zero_or_empty_and_types_left_out_are_seen()
    {
        OnnxNode node = Node(
            OnnxAttributeDraft.Any("i", 2, _ => { }), OnnxAttributeDraft.Any("s", 3, _ => { }), OnnxAttributeDraft.Any("is", 7, _ => { }),
            OnnxAttributeDraft.Any("old", 0, message => message.Integer(3, 9)), OnnxAttributeDraft.Any("olds", 0, message => message.Float(7, 1).Float(7, 2)));
        Assert.AreEqual((0L, "", 9L), (node.Integer("i", 4), node.Text("s", "fallback"), node.Integer("old", 0)));
        Assert.IsEmpty(node.Integers("is", [1]));
        CollectionAssert.AreEqual(new[] { 1f, 2 }, node.Floats("olds").ToArray());
    }

    [TestMethod]
    public void Subgraphs_are_seen_and_passed_over()
    {
        var inner = new OnnxBuilder().Node("Nonsense", ["outer", "nobody"], ["y"]).Output("y");
        for (int depth = 0; depth < 200; depth++)
        {
            inner = new OnnxBuilder().Node("If", ["c"], ["y"], OnnxAttributeDraft.Graph("then_branch", inner)).Output("y");
        }

        OnnxNode node = Node(OnnxAttributeDraft.Graph("body", inner));
        Assert.IsTrue(node.HasSubgraphs);
        Assert.AreEqual(OnnxAttributeKind.Graph, node.KindOf("body"));
        Sentences.Refused<FormatRefusedException>(() => node.Tensor("body"), "a subgraph");
        Assert.AreEqual(OnnxAttributeKind.SparseTensor, Node(OnnxAttributeDraft.Any("v", 11, message => message.Nested(22, new WireMessage()))).KindOf("v"));
        Assert.AreEqual(OnnxAttributeKind.Type, Node(OnnxAttributeDraft.Any("v", 13, message => message.Nested(14, new WireMessage()))).KindOf("v"));
    }

    [TestMethod]
    public void Attributes_that_contradict_themselves_are_refused()
    {
        Refused(OnnxAttributeDraft.Any("", 2, message => message.Integer(3, 1)), "node Op 1 has an attribute without a name");
        Refused(OnnxAttributeDraft.Any("a", 0, _ => { }), "attribute a without type or value");
        Refused(OnnxAttributeDraft.Any("a", 1, message => message.Integer(3, 1)), "has an integer in its attribute a, which says to be a float");
        Refused(OnnxAttributeDraft.Any("a", 2, message => message.Integer(3, 1).Float(2, 1)), "two values in its attribute a");
        Refused(OnnxAttributeDraft.Any("a", 4, _ => { }), "attribute a without its tensor");
        Refused(OnnxAttributeDraft.Any("a", 15, _ => { }), "unknown type 15");
        Refused(OnnxAttributeDraft.Any("a", 2, message => message.Text(21, "outer")), "refers to a function's");
        Refused(OnnxAttributeDraft.Any("a", 2, message => message.Text(3, "text")), "damaged");
        Refused(("value", OnnxTensorDraft.Floats([3], 1)), "the attribute value of node Op 1", "takes 12");
        Sentences.Refused<FormatRefusedException>(() => Node(("a", 1), ("a", 2)), "has the attribute a twice");
        Sentences.Refused<FormatRefusedException>(() => Node(("a", "tab\t")).Text("a", string.Empty), "text in its attribute a", "control characters");
    }

    [TestMethod]
    public void Nodes_have_names_or_get_them()
    {
        OnnxGraph graph = new OnnxBuilder().Input("x", 1).Node("Relu", ["x"], ["a"]).Node("Relu", ["a"], ["b"])
            .Node("last", "Clip", "ai.onnx", ["b", "", ""], ["y", ""]).Output("y").Read().Graph;
        CollectionAssert.AreEqual(new[] { "Relu 1", "Relu 2", "last" }, graph.Nodes.Select(node => node.Name).ToArray());
        OnnxNode clip = graph.Nodes[2];
        Assert.AreEqual(string.Empty, clip.Domain);
        Assert.IsTrue(clip.HasInput(0));
        Assert.IsFalse(clip.HasInput(1) || clip.HasInput(3));
        Sentences.Check(clip.Refused("is odd"), "The model m: node last (Clip) is odd.");
        Sentences.Refused<FormatRefusedException>(() => new OnnxBuilder().Node("", [], ["y"]).Output("y").Read(), "node 1 without an operator");
    }

    private static OnnxNode Node(params OnnxAttributeDraft[] attributes) =>
        new OnnxBuilder().Node("Op", [], ["y"], attributes).Output("y").Read().Graph.Nodes.Single();

    private static void Refused(OnnxAttributeDraft attribute, params string[] parts) => Sentences.Refused<FormatRefusedException>(() => Node(attribute), parts);
}
