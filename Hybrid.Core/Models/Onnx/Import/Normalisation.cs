using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>Normalisations: by what was learnt, or by the mean and variance of what is there.</summary>
internal static class Normalisation
{
    /// <summary>The operators.</summary>
    public static readonly Translator[] All =
    [
        new("BatchNormalization", Batch),
        new("LayerNormalization", Layer),
        new("InstanceNormalization", Instance),
        new("GroupNormalization", Group),
        new("LpNormalization", at => at.Result(Lengths(at, at.Secret(0), at.Axis(at.Node.Integer("axis", -1), at.Secret(0).Shape.Rank), at.Integer("p", 2, 1, 2)))),
        new("Dropout", Dropout),
    ];

    /// <summary>
    /// The batch normalisation that alone uses a node's result, to be folded into it; null if there is none, or if its numbers are not known.
    /// </summary>
    /// <param name="at">The node before it.</param>
    /// <param name="channels">The node's channels.</param>
    public static AffineChannels? Following(NodeImport at, int channels)
    {
        if (at.Import.OnlyUser(at.Node) is not { OpType: "BatchNormalization", Domain: OnnxDomain.Default } node || node.Inputs[0] != at.Node.Outputs[0])
        {
            return null;
        }

        var next = new NodeImport(at.Import, node);
        for (int i = 1; i < 5; i++)
        {
            if (!next.Has(i) || at.Import.TryValue(node.Inputs[i]) is not { Constant: not null })
            {
                return null;
            }
        }

        AffineChannels norm = Learnt(next, channels);
        at.Import.Fold(node);
        return norm;
    }

    private static AffineChannels Learnt(NodeImport at, int channels)
    {
        if (at.Node.Integer("training_mode", 0) != 0)
        {
            throw at.Refused("is in training mode: export the model for inference");
        }

        at.RequireUnused(1, "statistics");
        string[] names = ["scales", "biases", "means", "variances"];
        var parts = new double[4][];
        for (int i = 0; i < 4; i++)
        {
            parts[i] = at.RequireConstant(i + 1, $"its {names[i]}").Values;
            if (parts[i].Length != channels)
            {
                throw at.Refused($"has {parts[i].Length} {names[i]} for {channels} channels");
            }
        }

        double epsilon = at.Float("epsilon", 1e-5f);
        return Array.TrueForAll(parts[3], variance => variance + epsilon > 0)
            ? AffineChannels.Of(parts[0], parts[1], parts[2], parts[3], epsilon)
            : throw at.Refused("has a variance that is not positive");
    }

    private static void Batch(NodeImport at)
    {
        SecretTensor x = at.Secret(0);
        if (x.Shape.Rank < 2)
        {
            throw at.Refused($"takes a tensor (N, C, …); it was given shape {x.Shape}");
        }

        AffineChannels norm = Learnt(at, x.Shape[1]);
        at.Result((x * at.Secret(Channels(at, "scale", norm.Scale, x.Shape.Rank))) + at.Secret(Channels(at, "shift", norm.Shift, x.Shape.Rank)));
    }

    private static ConstantTensor Channels(NodeImport at, string name, double[] values, int rank) =>
        new($"{at.Node.Name}/{name}", new Shape([values.Length, .. Enumerable.Repeat(1, rank - 2)]), values, isWhole: false, isPublic: false);

    private static void Layer(NodeImport at)
    {
        at.RequireUnused(1, "means and deviations");
        SecretTensor x = at.Secret(0);
        int axis = at.Axis(at.Node.Integer("axis", -1), x.Shape.Rank);
        SecretTensor result = Normalised(x, [.. Enumerable.Range(axis, x.Shape.Rank - axis)], at.Float("epsilon", 1e-5f)) * at.Secret(1);
        at.Result(at.Has(2) ? result + at.Secret(2) : result);
    }

    private static void Instance(NodeImport at)
    {
        SecretTensor x = at.Secret(0);
        if (x.Shape.Rank < 3)
        {
            throw at.Refused($"takes images (N, C, …); it was given shape {x.Shape}");
        }

        SecretTensor normalised = Normalised(x, [.. Enumerable.Range(2, x.Shape.Rank - 2)], at.Float("epsilon", 1e-5f));
        at.Result((normalised * PerChannel(at, 1, x.Shape)) + PerChannel(at, 2, x.Shape));
    }

    // An input with a number for each channel of (N, C, …).
    private static SecretTensor PerChannel(NodeImport at, int input, Shape shape)
    {
        ConstantTensor constant = at.RequireConstant(input, "its scales and biases");
        return constant.Values.Length == shape[1]
            ? at.Secret(constant.Reshape([shape[1], .. Enumerable.Repeat(1, shape.Rank - 2)]))
            : throw at.Refused($"has {constant.Values.Length} scales or biases for {shape[1]} channels");
    }

    private static void Group(NodeImport at)
    {
        SecretTensor x = at.Secret(0);
        int groups = at.Integer("num_groups", 0);
        if (x.Shape.Rank < 3 || groups < 1 || x.Shape[1] % groups != 0)
        {
            throw at.Refused($"takes images (N, C, …) whose channels fall into {groups} groups; it was given shape {x.Shape}");
        }

        int[] lengths = [.. x.Shape.Lengths];
        SecretTensor normalised = Normalised(x.Reshape(x.Shape[0], groups, -1), [2], at.Float("epsilon", 1e-5f)).Reshape(lengths);
        at.Result((normalised * PerChannelOrGroup(at, 1, x.Shape, groups)) + PerChannelOrGroup(at, 2, x.Shape, groups));
    }

    // Before opset 21 a number for each group, since then one for each channel.
    private static SecretTensor PerChannelOrGroup(NodeImport at, int input, Shape shape, int groups)
    {
        ConstantTensor constant = at.RequireConstant(input, "its scales and biases");
        int each = constant.Values.Length == groups ? shape[1] / groups : 1;
        return constant.Values.Length * each == shape[1]
            ? at.Secret(constant.Reshape(constant.Values.Length, 1).Expand(new Shape(constant.Values.Length, each)).Reshape([shape[1], .. Enumerable.Repeat(1, shape.Rank - 2)]))
            : throw at.Refused($"has {constant.Values.Length} scales or biases for {shape[1]} channels in {groups} groups");
    }

    // (x − mean) / √(variance + ε).
    private static SecretTensor Normalised(SecretTensor x, int[] axes, double epsilon)
    {
        SecretTensor centred = x - x.Mean(axes, keepDimensions: true);
        SecretTensor variance = (centred * centred).Mean(axes, keepDimensions: true);
        return centred * (variance + epsilon).ReciprocalSqrt();
    }

    /// <summary>x over its length along a dimension: the sum of magnitudes (1), or the root of the sum of squares (2).</summary>
    internal static SecretTensor Lengths(NodeImport at, SecretTensor x, int axis, int p) => p switch
    {
        1 => x * x.Abs().Sum([axis], keepDimensions: true).Reciprocal(),
        2 => x * (x * x).Sum([axis], keepDimensions: true).ReciprocalSqrt(),
        _ => throw at.Refused($"takes lengths by the norm {p}, which is neither 1 nor 2"),
    };

    private static void Dropout(NodeImport at)
    {
        if (at.Has(2) && at.RequireConstant(2, "its training mode").Values is [not 0])
        {
            throw at.Refused("is in training mode: export the model for inference");
        }

        at.RequireUnused(1, "its mask");
        at.Result(at.Value(0));
    }
}
