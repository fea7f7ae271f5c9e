using System.Globalization;
using Hybrid.Models;
using Hybrid.Models.Onnx;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>The models in the samples folder, held against sums that another reader took and against their logits.</summary>
[TestClass]
public sealed class OnnxSampleTests
{
    private static OnnxModel Load(string name) => OnnxFile.Read(Repository.Sample($"{name}.onnx"));

    [TestMethod]
    public void The_perceptron_says_what_it_is()
    {
        OnnxModel model = Load("digits-mlp");
        Assert.AreEqual(("digits-mlp", 7L, "pytorch 1.13.0", 13, 0), (model.Name, model.IrVersion, model.Producer, model.Opset, model.MlOpset));
        Assert.AreEqual("torch_jit", model.Graph.Name);
        Assert.AreEqual("pixels: float (n, 64)", model.Graph.Inputs.Single().ToString());
        Assert.AreEqual("logits: float (n, 10)", model.Graph.Outputs.Single().ToString());
        CollectionAssert.AreEqual(new[] { "Gemm", "Relu", "Gemm" }, model.Graph.Nodes.Select(node => node.OpType).ToArray());
        CollectionAssert.AreEqual(new[] { "/0/Gemm", "/1/Relu", "/2/Gemm" }, model.Graph.Nodes.Select(node => node.Name).ToArray());
        OnnxNode gemm = model.Graph.Nodes[0];
        CollectionAssert.AreEqual(new[] { "pixels", "0.weight", "0.bias" }, gemm.Inputs.ToArray());
        CollectionAssert.AreEqual(new[] { "alpha", "beta", "transB" }, gemm.AttributeNames.ToArray());
        Assert.AreEqual((1f, 1f, 0L, 1L), (gemm.Float("alpha", 0), gemm.Float("beta", 0), gemm.Integer("transA", 0), gemm.Integer("transB", 0)));
    }

    [TestMethod]
    public void The_convolutional_network_says_what_it_is()
    {
        OnnxModel model = Load("digits-cnn");
        Assert.AreEqual("image: float (n, 1, 8, 8)", model.Graph.Inputs.Single().ToString());
        CollectionAssert.AreEqual(
            new[] { "Conv", "Relu", "MaxPool", "Conv", "Relu", "Constant", "Pad", "AveragePool", "Flatten", "Gemm", "Relu", "Gemm" },
            model.Graph.Nodes.Select(node => node.OpType).ToArray());
        OnnxNode conv = model.Graph.Nodes[0];
        CollectionAssert.AreEqual(new long[] { 1, 1, 1, 1 }, conv.Integers("pads").ToArray());
        CollectionAssert.AreEqual(new long[] { 3, 3 }, conv.Integers("kernel_shape").ToArray());
        OnnxTensor pads = model.Graph.Nodes.Single(node => node.OpType == "Constant").Tensor("value")!;
        Assert.AreEqual((OnnxDataType.Int64, new Shape(8)), (pads.DataType, pads.Shape));
        CollectionAssert.AreEqual(new long[8], pads.ToIntegers());
        Assert.AreEqual("constant", model.Graph.Nodes.Single(node => node.OpType == "Pad").Text("mode", string.Empty));
    }

    [TestMethod]
    // Sums of the weights and of their squares, by a decoder in Python that shares nothing with this one.
    [DataRow("digits-mlp", "0.weight", "(64, 64)", 118.76058289135108, 255.12336914812803)]
    [DataRow("digits-mlp", "0.bias", "(64)", 4.623605728265829, 0.9497451151348271)]
    [DataRow("digits-mlp", "2.weight", "(10, 64)", -39.904511619126424, 66.44699096970606)]
    [DataRow("digits-mlp", "2.bias", "(10)", 0.48554330598562956, 0.07381378371727451)]
    [DataRow("digits-cnn", "0.weight", "(8, 1, 3, 3)", 8.40134471852798, 16.08404884657108)]
    [DataRow("digits-cnn", "0.bias", "(8)", 0.286001302767545, 0.3770839579704636)]
    [DataRow("digits-cnn", "3.weight", "(16, 8, 3, 3)", 21.973920515942154, 90.16657892306185)]
    [DataRow("digits-cnn", "3.bias", "(16)", 0.35932290088385344, 0.21154426092402662)]
    [DataRow("digits-cnn", "7.weight", "(32, 64)", 27.877281315548316, 76.56153747646404)]
    [DataRow("digits-cnn", "7.bias", "(32)", 0.5549582778476179, 0.29311878660020985)]
    [DataRow("digits-cnn", "9.weight", "(10, 32)", -12.22132895392133, 20.72393335306096)]
    [DataRow("digits-cnn", "9.bias", "(10)", 0.2855601208284497, 0.11785255189922554)]
    public void Weights_have_the_sums_that_another_reader_found(string model, string tensor, string shape, double sum, double squares)
    {
        OnnxTensor weights = Load(model).Graph.Initializers[tensor];
        Assert.AreEqual((OnnxDataType.Float, shape), (weights.DataType, weights.Shape.ToString()));
        double[] values = weights.ToDoubles();
        Assert.AreEqual(sum, values.Sum(), 1e-11);
        Assert.AreEqual(squares, values.Sum(value => value * value), 1e-11);
    }

    [TestMethod]
    public void The_perceptron_computes_its_logits()
    {
        OnnxGraph graph = Load("digits-mlp").Graph;
        DataTable table = DataTable.Load(Repository.Sample("digits-test.csv"));
        double[] pixels = [.. table.Select([.. table.Columns.Where(column => column != DataTable.LabelColumn)])];
        string[] lines = File.ReadAllLines(Repository.Sample("digits-mlp-logits.csv"));
        Assert.HasCount(table.Rows, lines);
        for (int row = 0; row < lines.Length; row++)
        {
            double[] value = [.. pixels.AsSpan(row * 64, 64).ToArray().Select(pixel => pixel / 16)];
            value = [.. Gemm(graph, "0", value).Select(sum => Math.Max(sum, 0))];
            value = Gemm(graph, "2", value);
            double[] expected = [.. lines[row].Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
            for (int j = 0; j < expected.Length; j++)
            {
                Assert.AreEqual(expected[j], value[j], 1e-4, $"row {row}, logit {j}");
            }
        }
    }

    private static double[] Gemm(OnnxGraph graph, string layer, double[] input)
    {
        double[] weights = graph.Initializers[$"{layer}.weight"].ToDoubles();
        double[] sums = graph.Initializers[$"{layer}.bias"].ToDoubles();
        for (int j = 0; j < sums.Length; j++)
        {
            for (int k = 0; k < input.Length; k++)
            {
                sums[j] += weights[(j * input.Length) + k] * input[k];
            }
        }

        return sums;
    }
}
