using System.Text.Json;

namespace Hybrid.Models;

/// <summary>
/// A linear model: scores = weights · ((x - mean) / scale) + bias, then an activation. Kept as the file has it; what runs is
/// its <see cref="FoldedModel"/>.
/// </summary>
public sealed class LinearModel
{
    /// <summary>The "format" of model files that this release reads.</summary>
    public const string Format = "linear/1";

    /// <summary>The largest model file read.</summary>
    public const int MaximumFileBytes = 64 << 20;

    private readonly double[] _mean;
    private readonly double[] _scale;
    private readonly double[][] _weights;
    private readonly double[] _bias;

    /// <summary>Makes a model.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="features">Names of the inputs.</param>
    /// <param name="labels">Names of the labels; empty for a regression.</param>
    /// <param name="activation">What the client applies.</param>
    /// <param name="mean">Of each feature, subtracted first.</param>
    /// <param name="scale">Of each feature, divided by next; positive.</param>
    /// <param name="weights">A row for each output.</param>
    /// <param name="bias">For each output.</param>
    /// <exception cref="FormatRefusedException">The parts do not fit together.</exception>
    public LinearModel(string name, string[] features, string[] labels, Activation activation, double[] mean, double[] scale, double[][] weights, double[] bias)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(bias);
        Name = name;
        Require(features.Length > 0, "has no features");
        Require(features.Distinct().Count() == features.Length, "names a feature twice");
        Require(mean.Length == features.Length, $"has {mean.Length} means for {features.Length} features");
        Require(scale.Length == features.Length, $"has {scale.Length} scales for {features.Length} features");
        Require(weights.Length > 0 && bias.Length == weights.Length, $"has {bias.Length} biases for {weights.Length} rows of weights");
        for (int i = 0; i < weights.Length; i++)
        {
            Require(weights[i].Length == features.Length, $"has {weights[i].Length} weights in row {i + 1} for {features.Length} features");
        }

        Require(!scale.Any(s => s <= 0), "has a scale that is not positive");
        Require(mean.Concat(scale).Concat(bias).Concat(weights.SelectMany(row => row)).All(double.IsFinite), "has a number that is not finite");
        int expected = activation switch { Activation.None => 0, Activation.Sigmoid => 2, _ => weights.Length };
        Require(activation != Activation.Sigmoid || weights.Length == 1, $"has {weights.Length} rows of weights, and sigmoid takes one");
        Require(labels.Length == expected || labels.Length == 0, $"has {labels.Length} labels where its activation has {expected}");

        Features = features;
        Labels = labels;
        Activation = activation;
        _mean = mean;
        _scale = scale;
        _weights = weights;
        _bias = bias;
    }

    /// <summary>The model's name.</summary>
    public string Name { get; }

    /// <summary>Names of the inputs.</summary>
    public IReadOnlyList<string> Features { get; }

    /// <summary>Names of the labels, if the model has any.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>What the client applies to the scores.</summary>
    public Activation Activation { get; }

    /// <summary>Scores a row.</summary>
    public int Outputs => _weights.Length;

    /// <summary>Means, by feature.</summary>
    internal ReadOnlySpan<double> Mean => _mean;

    /// <summary>Scales, by feature.</summary>
    internal ReadOnlySpan<double> Scale => _scale;

    /// <summary>Biases, by output.</summary>
    internal ReadOnlySpan<double> Bias => _bias;

    /// <summary>Reads a model file.</summary>
    /// <exception cref="FormatRefusedException">The file is missing or is no model.</exception>
    public static LinearModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = FileReader.ReadAll(path, MaximumFileBytes, "model");
        return Parse(bytes, Path.GetFileNameWithoutExtension(path), $"The model {path}");
    }

    /// <summary>Reads a model from the bytes of its file.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="what">What to call it in errors.</param>
    /// <exception cref="FormatRefusedException">The bytes are no model.</exception>
    public static LinearModel Parse(ReadOnlyMemory<byte> utf8, string name, string what = "The model")
    {
        using JsonDocument document = JsonFields.Parse(utf8, what);
        var fields = new JsonFields(document.RootElement, what);
        string format = fields.Text("format");
        if (format != Format)
        {
            throw new FormatRefusedException($"{what} has the format \"{Printable.Shortened(format)}\"; this program reads \"{Format}\".");
        }

        try
        {
            double[][] weights = [.. fields.Member("weights", JsonValueKind.Array).EnumerateArray().Select(row => fields.Numbers(row, "weights"))];
            return new LinearModel(
                name, fields.Texts("features"), fields.Texts("labels"), fields.Choice<Activation>("activation"), fields.Numbers("mean"), fields.Numbers("scale"), weights, fields.Numbers("bias"));
        }
        catch (FormatRefusedException e) when (!e.Message.StartsWith(what, StringComparison.Ordinal))
        {
            // Said by the constructor, which does not know the file.
            throw new FormatRefusedException(e.Message.Replace($"The model {name}", what, StringComparison.Ordinal), e);
        }
    }

    /// <summary>The scores of one row, in the clear and in double precision: what private prediction is held against.</summary>
    /// <param name="row">A value for each feature.</param>
    /// <param name="scores">A score for each output.</param>
    public void Score(ReadOnlySpan<double> row, Span<double> scores)
    {
        for (int output = 0; output < Outputs; output++)
        {
            double sum = _bias[output];
            for (int k = 0; k < _mean.Length; k++)
            {
                sum += _weights[output][k] * ((row[k] - _mean[k]) / _scale[k]);
            }

            scores[output] = sum;
        }
    }

    /// <summary>The weight of a feature for an output.</summary>
    internal double Weight(int output, int feature) => _weights[output][feature];

    private void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new FormatRefusedException($"The model {Name} {problem}.");
        }
    }
}
