using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Models.Onnx;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>What the end of a model says of its scores, and how it serves any number of rows.</summary>
[TestClass]
public sealed class ImportEndTests
{
    private static OnnxBuilder Ending(string op, int width, params OnnxAttributeDraft[] attributes) => new OnnxBuilder().Input("x", "n", 3)
        .Initializer("w", OnnxTensorDraft.Floats([3, width], ImportRun.Numbers(3 * width))).Node("MatMul", ["x", "w"], ["s"]).Node(op, ["s"], ["y"], attributes).Output("y", "n", width);

    [TestMethod]
    [DataRow("Softmax", 4, Activation.Softmax)]
    [DataRow("LogSoftmax", 4, Activation.Softmax)]
    [DataRow("Sigmoid", 1, Activation.Sigmoid)]
    [DataRow("Sigmoid", 4, Activation.None)]
    [DataRow("Identity", 4, Activation.Greatest)]
    [DataRow("Identity", 1, Activation.None)]
    public void The_last_node_says_what_scores_are(string op, int width, Activation activation) =>
        Assert.AreEqual((activation, width), (ImportRun.Network(Ending(op, width)).Card.Activation, ImportRun.Network(Ending(op, width)).Card.Outputs));

    [TestMethod]
    public void Scores_are_what_comes_before_the_end_and_values_what_comes_after()
    {
        NetworkModel model = ImportRun.Network(Ending("Softmax", 4), ImportRun.Plain);
        double[] row = [0.5, -0.25, 1];
        double[] weights = ImportRun.Numbers(12);
        double[] scores = [.. Enumerable.Range(0, 4).Select(j => (row[0] * weights[j]) + (row[1] * weights[4 + j]) + (row[2] * weights[8 + j]))];
        ImportRun.Same(scores, ImportRun.Real(model, row), 1e-6);
        ImportRun.Same(Activation.Softmax.Apply(scores), ImportRun.Real(model, row, Revealed.Values), 1e-6);
        Assert.AreEqual(Activation.Softmax.Label(scores), (int)ImportRun.Real(model, row, Revealed.Label)[0]);
    }

    [TestMethod]
    public void The_label_of_one_logistic_score_is_whether_it_is_positive()
    {
        NetworkModel model = ImportRun.Network(Ending("Sigmoid", 1));
        double[] scores = ImportRun.Real(model, [1, 1, 1, -1, -1, -1]);
        double[] labels = ImportRun.Fixed(model, [1, 1, 1, -1, -1, -1], Revealed.Label);
        CollectionAssert.AreEqual(new double[] { scores[0] > 0 ? 1 : 0, scores[1] > 0 ? 1 : 0 }, labels);
        Assert.AreNotEqual(labels[0], labels[1]);
    }

    [TestMethod]
    public void A_label_alone_is_taken_back_to_its_scores()
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "n", 3).Node("Softmax", ["x"], ["p"]).Node("ArgMax", ["p"], ["y"], ("axis", 1)).Output("y", OnnxDataType.Int64, "n", 1);
        NetworkModel model = ImportRun.Network(builder);
        Assert.AreEqual((Activation.Softmax, 3), (model.Card.Activation, model.Card.Outputs));
    }

    [TestMethod]
    public void Any_number_of_rows_has_the_same_constants()
    {
        NetworkModel model = OnnxNetwork.Load(Repository.Sample("digits-cnn.onnx"));
        ModelProgram one = model.Program(1, Revealed.Scores);
        ModelProgram seven = model.Program(7, Revealed.Scores);
        CollectionAssert.AreEqual(one.Bindings.Keys.ToArray(), seven.Bindings.Keys.ToArray());
        Assert.IsTrue(one.Bindings.All(pair => ReferenceEquals(pair.Value, seven.Bindings[pair.Key])));
    }

    [TestMethod]
    public void A_model_for_one_row_serves_several()
    {
        // Exporters write the batch of one into reshapes.
        OnnxBuilder builder = new OnnxBuilder().Input("x", 1, 2, 3).Initializer("s", OnnxTensorDraft.Longs([2], 1, 6)).Node("Reshape", ["x", "s"], ["y"]).Output("y", 1, 6);
        double[] rows = ImportRun.Numbers(18);
        ImportRun.Same(rows, ImportRun.Real(builder, rows), 1e-12);
    }

    [TestMethod]
    public void A_normalisation_is_folded_into_the_product_before_it()
    {
        double[] numbers = ImportRun.Numbers(6);
        OnnxBuilder builder = new OnnxBuilder().Input("x", "n", 2, 1, 1).Initializer("k", OnnxTensorDraft.Floats([3, 2, 1, 1], numbers))
            .Initializer("scale", OnnxTensorDraft.Floats([3], 1, 2, 3)).Initializer("bias", OnnxTensorDraft.Floats([3], 0.5, 0, -0.5))
            .Initializer("mean", OnnxTensorDraft.Floats([3], 0.25, 0, 1)).Initializer("var", OnnxTensorDraft.Floats([3], 1, 4, 0.25))
            .Node("Conv", ["x", "k"], ["c"]).Node("BatchNormalization", ["c", "scale", "bias", "mean", "var"], ["b"], ("epsilon", 0f)).Node("Flatten", ["b"], ["y"]).Output("y", "n", 3);
        NetworkModel model = ImportRun.Network(builder, ImportRun.Plain);
        Assert.IsFalse(model.Program(1, Revealed.Scores).Graph.Nodes.Any(node => node.Op is MultiplyOp));
        double[] x = [0.5, -1];
        double[] c = [.. Enumerable.Range(0, 3).Select(o => (x[0] * numbers[2 * o]) + (x[1] * numbers[(2 * o) + 1]))];
        ImportRun.Same([c[0] - 0.25 + 0.5, c[1], ((c[2] - 1) * 6) - 0.5], ImportRun.Real(model, x), 1e-5);
    }

    [TestMethod]
    public void A_normalisation_of_what_others_use_too_is_not_folded()
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "n", 1).Initializer("w", OnnxTensorDraft.Floats([1, 1], 2)).Initializer("one", OnnxTensorDraft.Floats([1], 1)).Initializer("four", OnnxTensorDraft.Floats([1], 4))
            .Node("MatMul", ["x", "w"], ["c"]).Node("BatchNormalization", ["c", "one", "one", "one", "four"], ["b"], ("epsilon", 0f)).Node("Add", ["b", "c"], ["y"]).Output("y", "n", 1);
        ImportRun.Same([((6 - 1) / 2.0) + 1 + 6], ImportRun.Real(builder, 3), 1e-5);
    }

    [TestMethod]
    public void Single_numbers_of_nodes_are_public_and_what_was_learnt_is_not()
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "n", 2).Initializer("w", OnnxTensorDraft.Floats([2], 2, 3))
            .Node("Constant", [], ["c"], ("value", OnnxTensorDraft.Floats([], 0.5))).Node("Mul", ["x", "c"], ["h"]).Node("Mul", ["h", "w"], ["y"]).Output("y", "n", 2);
        OpGraph graph = ImportRun.Network(builder).Program(1, Revealed.Scores).Graph;
        CollectionAssert.AreEqual(new[] { Visibility.Public, Visibility.Private(Party.Server) }, graph.Nodes.Select(node => node.Op).OfType<ConstantOp>().Select(op => op.Visibility).ToArray());
    }
}
