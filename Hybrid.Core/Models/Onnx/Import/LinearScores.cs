using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>The linear part of a classical model, and what its scores are.</summary>
/// <param name="Weights">(outputs, features), row-major.</param>
/// <param name="Bias">One for each output.</param>
/// <param name="Activation">What the scores are.</param>
/// <param name="IsLogistic">Whether each score becomes a probability by itself.</param>
internal sealed record LinearScores(double[] Weights, double[] Bias, Activation Activation, bool IsLogistic)
{
    /// <summary>A classifier's: of two labels with probabilities that are one logistic function, one score is enough.</summary>
    /// <exception cref="FormatRefusedException">It has weights that fit no scores, or an activation that cannot be computed.</exception>
    public static LinearScores Of(OnnxNode node)
    {
        LinearScores linear = OfRegressor(node);
        int outputs = linear.Bias.Length;
        switch (node.Text("post_transform", "NONE"))
        {
            case "SOFTMAX" when outputs > 1:
                return linear with { Activation = Activation.Softmax };
            case "LOGISTIC" when outputs == 1:
                return linear with { Activation = Activation.Sigmoid, IsLogistic = true };
            case "LOGISTIC" when outputs == 2 && linear.IsMirrored():
                return new LinearScores(linear.Weights[(linear.Weights.Length / 2)..], linear.Bias[1..], Activation.Sigmoid, IsLogistic: true);
            case "LOGISTIC":
                return linear with { Activation = Activation.Greatest, IsLogistic = true };
            case "NONE" when outputs == 1:
                // The score is for the second label, and against the first.
                return new LinearScores([.. linear.Weights.Select(weight => -weight), .. linear.Weights], [-linear.Bias[0], linear.Bias[0]], Activation.Greatest, false);
            case "NONE":
                return linear with { Activation = Activation.Greatest };
            case var transform:
                throw node.Refused($"applies {Printable.Shortened(transform)} to {outputs} scores; NONE, LOGISTIC, and SOFTMAX of two or more can be computed");
        }
    }

    /// <summary>A regressor's.</summary>
    /// <exception cref="FormatRefusedException">It has weights that fit no scores.</exception>
    public static LinearScores OfRegressor(OnnxNode node)
    {
        ImmutableArray<float> weights = node.Floats("coefficients");
        ImmutableArray<float> bias = node.Floats("intercepts");
        int outputs = bias.Length > 0 ? bias.Length : (int)Math.Clamp(node.Integer("targets", 1), 1, 1 << 20);
        return weights.Length > 0 && weights.Length % outputs == 0
            ? new LinearScores([.. weights.Select(weight => (double)weight)], bias.Length > 0 ? [.. bias.Select(value => (double)value)] : new double[outputs], Activation.None, false)
            : throw node.Refused($"has {weights.Length} coefficients for {outputs} outputs");
    }

    /// <summary>The scores of rows (rows, features).</summary>
    public SecretTensor Apply(NodeImport at, SecretTensor rows)
    {
        int features = Weights.Length / Bias.Length;
        if (rows.Shape.Rank != 2 || rows.Shape[1] != features)
        {
            throw at.Refused($"takes rows of {features} features; it was given shape {rows.Shape}");
        }

        var weights = new ConstantTensor($"{at.Node.Name}/weights", new Shape(Bias.Length, features), Weights, isWhole: false, isPublic: false);
        var bias = new ConstantTensor($"{at.Node.Name}/bias", new Shape(Bias.Length), Bias, isWhole: false, isPublic: false);
        return rows.MatMul(at.Secret(weights.Transpose(1, 0))) + at.Secret(bias);
    }

    private bool IsMirrored()
    {
        int half = Weights.Length / 2;
        for (int i = 0; i < half; i++)
        {
            if (Weights[i] != -Weights[half + i])
            {
                return false;
            }
        }

        return Bias[0] == -Bias[1];
    }
}
