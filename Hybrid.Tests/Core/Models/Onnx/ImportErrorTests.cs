using Hybrid.Models.Onnx;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>Models that cannot be computed, and what users are told.</summary>
[TestClass]
public sealed class ImportErrorTests
{
    private static OnnxBuilder Plain(string op, params OnnxAttributeDraft[] attributes) =>
        new OnnxBuilder().Input("x", "n", 4).Node(op, ["x"], ["y"], attributes).Output("y", "n", 4);

    private static void Refused(OnnxBuilder builder, params string[] parts) =>
        Sentences.Refused<FormatRefusedException>(() => ImportRun.Network(builder), ["The model m", .. parts]);

    [TestMethod]
    public void All_operators_that_are_not_known_are_named_at_once()
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "n", 4)
            .Node("first", "LSTM", string.Empty, ["x"], ["a"])
            .Node("TopK", ["a"], ["b"])
            .Node("Relu", ["b"], ["c"])
            .Node("second", "LSTM", string.Empty, ["c"], ["d"])
            .Node("Frobnicate", ["d"], ["y"])
            .Output("y", "n", 4);
        Refused(builder, "LSTM (node first (LSTM), second (LSTM)), use convolutions over time or attention", "TopK (node TopK 2), use ArgMax", "Frobnicate (node Frobnicate 5), which nothing here stands for");
    }

    [TestMethod]
    public void Nodes_that_the_output_does_not_need_may_be_of_any_operator()
    {
        OnnxBuilder builder = Plain("Relu").Node("Frobnicate", ["x"], ["z"]);
        CollectionAssert.AreEqual(new double[] { 0, 1, 0, 2 }, ImportRun.Real(ImportRun.Network(builder), [-1, 1, -2, 2]));
    }

    [TestMethod]
    public void A_report_lists_the_nodes()
    {
        IReadOnlyList<OnnxNodeReport> nodes = OnnxPreflight.Report(Repository.Sample("digits-mlp.onnx"));
        CollectionAssert.AreEqual(new[] { "Gemm", "Relu", "Gemm" }, nodes.Select(node => node.OpType).ToArray());
        Assert.IsTrue(nodes.All(node => node.IsSupported));
        Assert.Contains("ConvTranspose", OnnxPreflight.Operators);
    }

    [TestMethod]
    public void Several_inputs_are_refused() => Refused(
        new OnnxBuilder().Input("a", "n", 2).Input("b", "n", 2).Node("Add", ["a", "b"], ["y"]).Output("y", "n", 2), "takes 2 inputs (a, b)", "put them together");

    [TestMethod]
    public void Batches_of_a_fixed_number_of_rows_are_refused() => Refused(
        new OnnxBuilder().Input("x", 8, 4).Node("Relu", ["x"], ["y"]).Output("y", 8, 4), "takes 8 rows at a time");

    [TestMethod]
    public void Texts_are_refused() => Refused(
        new OnnxBuilder().Input("x", OnnxDataType.String, "n", 4).Node("Relu", ["x"], ["y"]).Output("y", "n", 4), "a tensor of numbers is expected");

    [TestMethod]
    public void A_row_whose_shape_is_left_open_needs_one()
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "n", "width").Node("Relu", ["x"], ["y"]).Output("y", "n", "width");
        Refused(builder, "x: float (n, width)", "say the shape of one row");
        Assert.AreEqual(3, ImportRun.Network(builder, new OnnxLoadOptions { RowShape = new Shape(3) }).Card.Outputs);
        Sentences.Refused<FormatRefusedException>(() => ImportRun.Network(builder, new OnnxLoadOptions { RowShape = new Shape(3, 2) }), "rows of shape (3, 2) do not fit");
        OnnxBuilder open = new OnnxBuilder().InputOfAnyShape("x").Node("Relu", ["x"], ["y"]).Output("y");
        Refused(open, "leaves the shape of its input x open");
    }

    [TestMethod]
    public void A_model_that_does_not_look_at_its_input_is_refused() => Refused(
        new OnnxBuilder().Input("x", "n", 4).Node("Shape", ["x"], ["y"]).Output("y", "n"), "gives the same whatever its input is");

    [TestMethod]
    public void Rows_that_are_mixed_are_refused() => Refused(
        Plain("ReduceSum", ("keepdims", 0)), "for 2 rows, where a result for each row is due");

    [TestMethod]
    public void An_output_that_is_not_there_is_refused() =>
        Sentences.Refused<FormatRefusedException>(() => ImportRun.Network(Plain("Relu"), new OnnxLoadOptions { Output = "z" }), "has no output z: it has y");

    [TestMethod]
    public void Labels_that_are_too_few_are_refused() =>
        Sentences.Refused<ParameterException>(() => ImportRun.Network(Plain("Relu"), new OnnxLoadOptions { Labels = ["a"] }), "has 4 labels; 1 names were given");

    [TestMethod]
    public void Shapes_that_do_not_fit_name_the_node()
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "n", 4).Initializer("w", OnnxTensorDraft.Floats([3, 2], 1, 2, 3, 4, 5, 6))
            .Node("layer", "MatMul", string.Empty, ["x", "w"], ["y"]).Output("y", "n", 2);
        Refused(builder, "node layer (MatMul) cannot be computed: MatMul takes (m, k) by (k, n); it was given (1, 4) by (3, 2)");
    }

    [TestMethod]
    public void Weights_that_are_no_numbers_name_the_node() => Refused(
        new OnnxBuilder().Input("x", "n", 1).Initializer("w", OnnxTensorDraft.Floats([1], double.NaN)).Node("Mul", ["x", "w"], ["y"]).Output("y", "n", 1), "node Mul 1 cannot be computed");

    [TestMethod]
    [DataRow("Reshape", "takes the shape from data")]
    [DataRow("Gather", "takes the places to gather from data")]
    [DataRow("Pow", "takes the exponent from data")]
    public void What_data_cannot_say_is_refused(string op, string problem) => Refused(
        new OnnxBuilder().Input("x", "n", 4).Node(op, ["x", "x"], ["y"]).Output("y", "n", 4), problem);

    [TestMethod]
    public void Settings_that_cannot_be_computed_are_refused()
    {
        Refused(Plain("Softmax", ("axis", 5)), "names dimension 5 of a tensor that has 2");
        Refused(Plain("ArgMin", ("axis", 1), ("select_last_index", 1)), "only the first can be found");
        Refused(Plain("Reshape"), "lacks its input 2");
        Refused(Plain("MaxPool", ("kernel_shape", new[] { 2, 2 })), "where (N, C, H, W) is due");
        Refused(Plain("MaxPool", ("kernel_shape", new[] { 2, 2, 2 })), "those of one and two can be computed");
        Refused(Plain("Floor"), "rounds data");
        Refused(Plain("Cast", ("to", 6)), "would take fractions off");
        Refused(Plain("Celu", ("alpha", 0f)), "which must be positive");
        Refused(Plain("LeakyRelu", ("alpha", float.NaN)), "no finite number");
        Refused(Plain("Not"), "takes zeros and ones");
        Refused(Plain("ReduceProd", ("axes", new[] { 1 })).Opset(13), "multiplies elements of data");
        Refused(new OnnxBuilder().Input("x", "n", 4).Initializer("z", OnnxTensorDraft.Floats([4], 1, 2, 0, 4)).Node("Div", ["x", "z"], ["y"]).Output("y", "n", 4), "has a zero");
    }

    [TestMethod]
    public void Constants_that_would_take_too_much_memory_are_refused()
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "n", 4).Initializer("s", OnnxTensorDraft.Longs([1], 1 << 27)).Node("ConstantOfShape", ["s"], ["c"])
            .Node("Add", ["x", "c"], ["y"]).Output("y", "n", 4);
        Refused(builder, "node ConstantOfShape 1 makes a constant too many");
    }

    [TestMethod]
    public void What_is_learnt_must_not_depend_on_the_number_of_rows()
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "n", 2).Initializer("w", OnnxTensorDraft.Floats([2], 3, 4)).Initializer("i", OnnxTensorDraft.Longs([1], 0))
            .Node("Shape", ["x"], ["s"]).Node("Gather", ["s", "i"], ["n"]).Node("Cast", ["n"], ["f"], ("to", 1)).Node("Mul", ["w", "f"], ["v"]).Node("Mul", ["x", "v"], ["y"]).Output("y", "n", 2);
        Refused(builder, "from the number of rows");
    }
}
