using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>Classical machine learning: linear models, and what is done to features before them.</summary>
internal static class Classical
{
    /// <summary>The operators.</summary>
    public static readonly Translator[] All =
    [
        Ml("LinearClassifier", Classifier),
        Ml("LinearRegressor", Regressor),
        Ml("Scaler", Scaler),
        Ml("Normalizer", Normalizer),
        Ml("ZipMap", at => at.Result(at.Value(0))),
        Ml("FeatureVectorizer", at => at.Result(SecretTensor.Concat(1, [.. Enumerable.Range(0, at.Node.Inputs.Length).Select(at.Secret)]))),
    ];

    /// <summary>A model's end without its classifier's own activation.</summary>
    public static OnnxHead HeadOf(OnnxNode node, OnnxHead head) => head with
    {
        Scores = node.Outputs.Length > 1 && node.Outputs[1].Length > 0 ? node.Outputs[1] : node.Outputs[0],
        Scorer = node,
        Activation = LinearScores.Of(node).Activation,
        Labels = OnnxHead.ClassLabels(node) is { Length: > 0 } labels ? labels : head.Labels,
    };

    /// <summary>Whether a classifier's results add up to one.</summary>
    public static bool AddsUp(OnnxNode node) => LinearScores.Of(node).Activation is Activation.Sigmoid or Activation.Softmax;

    private static Translator Ml(string opType, Action<NodeImport> translate) => new(opType, translate) { Domain = OnnxDomain.Ml };

    private static void Classifier(NodeImport at)
    {
        LinearScores linear = LinearScores.Of(at.Node);
        SecretTensor scores = linear.Apply(at, at.Secret(0));
        if (at.Import.AreScores(at.Node))
        {
            at.Result(scores, at.Node.Outputs.Length > 1 && at.Node.Outputs[1].Length > 0 ? 1 : 0);
            return;
        }

        if (at.IsUsed(0))
        {
            throw at.Refused("gives its label to other nodes, which cannot be computed: use its probabilities");
        }

        at.Result(
            linear.Activation switch
            {
                Activation.Softmax => scores.Softmax(1),
                Activation.Sigmoid when scores.Sigmoid() is var positive => SecretTensor.Concat(1, 1 - positive, positive),
                _ => linear.IsLogistic ? scores.Sigmoid() : scores,
            },
            1);
    }

    private static void Regressor(NodeImport at)
    {
        if (at.Node.Text("post_transform", "NONE") is not "NONE" and var transform)
        {
            throw at.Refused($"applies {Printable.Shortened(transform)} to its results; only NONE can be computed");
        }

        at.Result(LinearScores.OfRegressor(at.Node).Apply(at, at.Secret(0)));
    }

    private static void Scaler(NodeImport at)
    {
        SecretTensor x = at.Secret(0);
        double[] offset = [.. at.Node.Floats("offset").Select(value => (double)value)];
        double[] scale = [.. at.Node.Floats("scale").Select(value => (double)value)];
        int features = x.Shape.Rank > 0 ? x.Shape[x.Shape.Rank - 1] : 1;
        if ((offset.Length != 1 && offset.Length != features) || (scale.Length != 1 && scale.Length != features))
        {
            throw at.Refused($"has {offset.Length} offsets and {scale.Length} scales for {features} features");
        }

        // (x − offset) · scale, with the shift made exact: the product is not rounded before.
        double[] shift = [.. Enumerable.Range(0, features).Select(i => -offset[i % offset.Length] * scale[i % scale.Length])];
        at.Result((x * at.Secret(Learnt(at, "scale", scale))) + at.Secret(Learnt(at, "shift", shift)));
    }

    private static ConstantTensor Learnt(NodeImport at, string name, double[] values) =>
        new($"{at.Node.Name}/{name}", new Shape(values.Length), values, isWhole: false, isPublic: false);

    private static void Normalizer(NodeImport at)
    {
        SecretTensor x = at.Secret(0);
        int axis = at.Axis(-1, x.Shape.Rank);
        at.Result(at.Node.Text("norm", "MAX") switch
        {
            "L1" => Normalisation.Lengths(at, x, axis, 1),
            "L2" => Normalisation.Lengths(at, x, axis, 2),
            "MAX" => x * x.Abs().Max(axis, keepDimension: true).Reciprocal(),
            string norm => throw at.Refused($"has the norm {Printable.Shortened(norm)}, which is none"),
        });
    }
}
