using System.Globalization;
using Hybrid.Models;
using Hybrid.Models.Onnx;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>The sample networks, imported and run, against the logits that PyTorch computed.</summary>
[TestClass]
public sealed class ImportSampleTests
{
    [TestMethod]
    [DataRow("digits-mlp")]
    [DataRow("digits-cnn")]
    public void A_sample_computes_its_logits_and_names_the_same_digits_in_fixed_point(string name)
    {
        NetworkModel model = OnnxNetwork.Load(Repository.Sample($"{name}.onnx"), new OnnxLoadOptions { InputBound = 1 });
        Assert.AreEqual((name, 10, Activation.Greatest), (model.Card.Name, model.Card.Outputs, model.Card.Activation));
        DataTable table = DataTable.Load(Repository.Sample("digits-test.csv"));
        double[] pixels = [.. table.Select([.. table.Columns.Where(column => column != DataTable.LabelColumn)]).ToArray().Select(pixel => pixel / 16)];
        double[] expected = [.. File.ReadAllLines(Repository.Sample($"{name}-logits.csv")).SelectMany(line => line.Split(',')).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
        ImportRun.Same(expected, ImportRun.Real(OnnxNetwork.Load(Repository.Sample($"{name}.onnx"), ImportRun.Plain), pixels), 1e-4, name);
        double[] labels = ImportRun.Fixed(model, pixels, Revealed.Label);
        for (int row = 0; row < table.Rows; row++)
        {
            Span<double> scores = expected.AsSpan(row * 10, 10);
            double best = scores.ToArray().Max();
            Assert.AreEqual(best, scores[(int)labels[row]], 1e-3, $"row {row}");
        }
    }

    [TestMethod]
    public void A_sample_of_images_has_their_shape()
    {
        NetworkModel model = OnnxNetwork.Load(Repository.Sample("digits-cnn.onnx"));
        Assert.AreEqual(new Shape(1, 8, 8), model.Card.RowShape);
        Assert.HasCount(0, model.Card.Labels);
    }
}
