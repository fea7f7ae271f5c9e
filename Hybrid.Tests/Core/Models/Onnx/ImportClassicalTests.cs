using Hybrid.Models;
using Hybrid.Models.Onnx;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>Classical models, as scikit-learn's converter writes them.</summary>
[TestClass]
public sealed class ImportClassicalTests
{
    private static readonly double[] Weights = [1, -2, 0.5, 0.25, -1, 1.5];

    /// <summary>Classical models to spoil.</summary>
    internal static byte[][] Models() =>
    [
        Classifier("SOFTMAX", Weights, [0.5, 0, -0.5]).ToBytes(),
        Classifier("LOGISTIC", [-1, 2, 1, -2], [-0.5, 0.5]).ToBytes(),
        Start().MlNode("Scaler", ["x"], ["a"], ("offset", new[] { 1.0, 2 }), ("scale", new[] { 0.5, 4 })).MlNode("Normalizer", ["a"], ["b"], ("norm", "L2"))
            .MlNode("LinearRegressor", ["b"], ["y"], ("coefficients", Weights), ("intercepts", new[] { 1.0, 2, 3 }), ("targets", 3)).Output("y", "n", 3).ToBytes(),
    ];

    private static OnnxBuilder Start() => new OnnxBuilder().Opset(17).Opset(OnnxDomain.Ml, 3).Input("x", "n", 2);

    private static OnnxBuilder Classifier(string transform, double[] weights, double[] bias, bool isNamed = true)
    {
        OnnxAttributeDraft labels = isNamed ? ("classlabels_strings", Enumerable.Range(0, Math.Max(2, bias.Length)).Select(label => $"class {label}").ToArray()) : ("classlabels_ints", Enumerable.Range(4, Math.Max(2, bias.Length)).ToArray());
        return Start().MlNode("LinearClassifier", ["x"], ["label", "p"], ("coefficients", weights), ("intercepts", bias), ("post_transform", transform), labels)
            .MlNode("Normalizer", ["p"], ["q"], ("norm", "L1")).Node("Cast", ["label"], ["output_label"], ("to", 7)).MlNode("ZipMap", ["q"], ["output_probability"])
            .Output("output_label", OnnxDataType.Int64, "n").OutputOfMaps("output_probability");
    }

    [TestMethod]
    public void A_classifier_of_several_labels_gives_scores_for_softmax()
    {
        NetworkModel model = ImportRun.Network(Classifier("SOFTMAX", Weights, [0.5, 0, -0.5]), ImportRun.Plain);
        Assert.AreEqual((Activation.Softmax, 3), (model.Card.Activation, model.Card.Outputs));
        CollectionAssert.AreEqual(new[] { "class 0", "class 1", "class 2" }, model.Card.Labels.ToArray());
        ImportRun.Same([1 - 4 + 0.5, 0.5 + 0.5, -1 + 3 - 0.5], ImportRun.Real(model, [1, 2]), 1e-6);
    }

    [TestMethod]
    public void A_classifier_of_two_labels_gives_one_score()
    {
        NetworkModel model = ImportRun.Network(Classifier("LOGISTIC", [-1, 2, 1, -2], [-0.5, 0.5], isNamed: false), ImportRun.Plain);
        Assert.AreEqual((Activation.Sigmoid, 1), (model.Card.Activation, model.Card.Outputs));
        CollectionAssert.AreEqual(new[] { "4", "5" }, model.Card.Labels.ToArray());
        ImportRun.Same([1 - 4 + 0.5], ImportRun.Real(model, [1, 2]), 1e-6);
    }

    [TestMethod]
    public void A_machine_without_probabilities_gives_scores_for_and_against()
    {
        NetworkModel model = ImportRun.Network(Start().MlNode("LinearClassifier", ["x"], ["label", "s"], ("coefficients", new[] { 1.0, 2 }), ("intercepts", new[] { -0.5 }), ("classlabels_ints", new[] { 0, 1 })).Output("label", OnnxDataType.Int64, "n").Output("s", "n", 2), ImportRun.Plain);
        Assert.AreEqual((Activation.Greatest, 2), (model.Card.Activation, model.Card.Outputs));
        ImportRun.Same([-4.5, 4.5], ImportRun.Real(model, [1, 2]), 1e-6);
    }

    [TestMethod]
    public void Probabilities_within_a_model_are_computed()
    {
        OnnxBuilder builder = Start().MlNode("LinearClassifier", ["x"], ["label", "p"], ("coefficients", new[] { -1.0, 2, 1, -2 }), ("intercepts", new[] { -0.5, 0.5 }), ("post_transform", "LOGISTIC"), ("classlabels_ints", new[] { 0, 1 }))
            .Node("Neg", ["p"], ["y"]).Output("y", "n", 2);
        double p = 1 / (1 + Math.Exp(2.5));
        ImportRun.Same([p - 1, -p], ImportRun.Real(builder, 1, 2), 1e-5);
    }

    [TestMethod]
    public void Features_are_scaled_and_normalised()
    {
        OnnxBuilder scaled = Start().MlNode("Scaler", ["x"], ["y"], ("offset", new[] { 1.0, 2 }), ("scale", new[] { 0.5, 4 })).Output("y", "n", 2);
        ImportRun.Same([1, 4], ImportRun.Real(scaled, 3, 3), 1e-6);
        foreach ((string norm, double length) in new[] { ("L1", 7.0), ("L2", 5.0), ("MAX", 4.0) })
            ImportRun.Same([3 / length, -4 / length], ImportRun.Real(Start().MlNode("Normalizer", ["x"], ["y"], ("norm", norm)).Output("y", "n", 2), 3, -4), 1e-5, norm);
    }

    [TestMethod]
    public void A_regressor_gives_its_values()
    {
        NetworkModel model = ImportRun.Network(Start().MlNode("LinearRegressor", ["x"], ["y"], ("coefficients", Weights), ("intercepts", new[] { 1.0, 2, 3 }), ("targets", 3)).Output("y", "n", 3), ImportRun.Plain with { Activation = Activation.None });
        ImportRun.Same([-2, 3, 5], ImportRun.Real(model, [1, 2]), 1e-6);
    }

    [TestMethod]
    public void Classical_models_that_cannot_be_computed_are_refused()
    {
        Sentences.Refused<FormatRefusedException>(() => ImportRun.Network(Classifier("PROBIT", Weights, [0, 0, 0])), "applies PROBIT");
        Sentences.Refused<FormatRefusedException>(() => ImportRun.Network(Classifier("SOFTMAX", Weights, [0, 0, 0, 0])), "has 6 coefficients for 4 outputs");
        Sentences.Refused<FormatRefusedException>(() => ImportRun.Network(Classifier("SOFTMAX", [1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 0, 0])), "takes rows of 3 features; it was given shape (1, 2)");
        Sentences.Refused<FormatRefusedException>(() => ImportRun.Network(Start().MlNode("Scaler", ["x"], ["y"], ("offset", new[] { 1.0, 2, 3 }), ("scale", new[] { 1.0 })).Output("y", "n", 2)), "has 3 offsets");
        Sentences.Refused<FormatRefusedException>(() => ImportRun.Network(Start().MlNode("TreeEnsembleRegressor", ["x"], ["y"]).Output("y", "n", 1)), "use a linear model");
    }
}
