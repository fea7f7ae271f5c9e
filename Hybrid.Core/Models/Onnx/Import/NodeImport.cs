using Hybrid.Graph;

namespace Hybrid.Models.Onnx.Import;

/// <summary>One node as its translator sees it: inputs and attributes, checked, and a place for the results.</summary>
internal sealed class NodeImport(OnnxImport import, OnnxNode node)
{
    /// <summary>The node.</summary>
    public OnnxNode Node { get; } = node;

    /// <summary>The import under way.</summary>
    public OnnxImport Import { get; } = import;

    /// <summary>The version of the default domain's opset.</summary>
    public int Opset => Import.Model.Opset;

    /// <summary>Whether an optional input is there.</summary>
    public bool Has(int index) => Node.HasInput(index);

    /// <summary>Whether an output is used by anything.</summary>
    public bool IsUsed(int output) => output < Node.Outputs.Length && Node.Outputs[output].Length > 0 && Import.Uses(Node.Outputs[output]) > 0;

    /// <summary>An input.</summary>
    /// <exception cref="FormatRefusedException">It is not there.</exception>
    public ImportValue Value(int index) => Has(index)
        ? Import.Value(Node, Node.Inputs[index])
        : throw Refused($"lacks its input {index + 1}");

    /// <summary>An input as a constant; null if it depends on the rows, or is not there.</summary>
    public ConstantTensor? Constant(int index) => Has(index) ? Value(index).Constant : null;

    /// <summary>An input that must be a constant.</summary>
    /// <param name="index">Its place, from 0.</param>
    /// <param name="what">What it is, with its article, such as "the shape".</param>
    /// <exception cref="FormatRefusedException">It depends on the rows, or is not there.</exception>
    public ConstantTensor RequireConstant(int index, string what) =>
        Value(index).Constant ?? throw Refused($"takes {what} from data; only what the file itself determines can be taken");

    /// <summary>An input as a tensor to compute with; a constant becomes the server's.</summary>
    public SecretTensor Secret(int index) => Secret(Value(index));

    /// <summary>A value as a tensor to compute with; a constant becomes the server's.</summary>
    public SecretTensor Secret(ImportValue value) => value.Secret ?? Import.Known(value.Constant!);

    /// <summary>Gives an output its value.</summary>
    public void Result(ImportValue value, int output = 0)
    {
        if (output < Node.Outputs.Length && Node.Outputs[output].Length > 0)
        {
            Import.Define(Node.Outputs[output], value);
        }
    }

    /// <summary>An integer attribute within bounds.</summary>
    public int Integer(string name, long fallback, int least = int.MinValue, int most = int.MaxValue) => Fit(Node.Integer(name, fallback), name, least, most);

    /// <summary>The integers of an attribute within bounds.</summary>
    public int[] Integers(string name, int least = int.MinValue, int most = int.MaxValue) =>
        [.. Node.Integers(name).Select(value => Fit(value, name, least, most))];

    /// <summary>A float attribute.</summary>
    /// <exception cref="FormatRefusedException">It is not finite.</exception>
    public double Float(string name, float fallback)
    {
        double value = Node.Float(name, fallback);
        return double.IsFinite(value) ? value : throw Refused($"has an attribute {name} that is no finite number");
    }

    /// <summary>A constant's integers; those beyond 32 bits, which stand for no end, become the furthest within.</summary>
    public int[] Integers(ConstantTensor constant, string what)
    {
        var integers = new int[constant.Values.Length];
        for (int i = 0; i < integers.Length; i++)
        {
            double value = constant.Values[i];
            integers[i] = double.IsInteger(value)
                ? (int)Math.Clamp(value, int.MinValue + 1, int.MaxValue)
                : throw Refused($"has {value:g6} among {what}, which are whole numbers");
        }

        return integers;
    }

    /// <summary>The integers of an attribute or, since some opset, of an input; null if neither is there.</summary>
    public int[]? Setting(string name, int input)
    {
        if (Node.KindOf(name) is not null)
        {
            return Integers(name);
        }

        return Has(input) ? Integers(RequireConstant(input, $"the {name}"), $"its {name}") : null;
    }

    /// <summary>One number that is an attribute or, since some opset, an input; null if neither is there.</summary>
    public double? Number(string name, int input)
    {
        if (Node.KindOf(name) is not null)
        {
            return Node.Float(name, 0);
        }

        return Has(input) ? Single(RequireConstant(input, $"the {name}"), name) : null;
    }

    /// <summary>The one number of a constant.</summary>
    public double Single(ConstantTensor constant, string what) => constant.IsSingle
        ? constant.Values[0]
        : throw Refused($"takes one number as its {what}; it was given a tensor of shape {constant.Shape}");

    /// <summary>A dimension of a tensor; negative ones count from the end.</summary>
    public int Axis(long axis, int rank) => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis)
        : throw Refused($"names dimension {axis} of a tensor that has {rank}");

    /// <summary>Dimensions of a tensor, each once, in order.</summary>
    public int[] Axes(ReadOnlySpan<int> axes, int rank)
    {
        var resolved = new int[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            resolved[i] = Axis(axes[i], rank);
            if (resolved.AsSpan(0, i).Contains(resolved[i]))
            {
                throw Refused($"names dimension {axes[i]} twice");
            }
        }

        Array.Sort(resolved);
        return resolved;
    }

    /// <summary>A number of the file as an integer within bounds.</summary>
    public int Fit(long value, string what, int least = int.MinValue, int most = int.MaxValue) => value >= least && value <= most
        ? (int)value
        : throw Refused($"has {value} as its {what}, which must be {least} to {most}");

    /// <summary>Sees to it that outputs but the first are not used.</summary>
    /// <param name="first">The first that must not be.</param>
    /// <param name="what">What they are.</param>
    public void RequireUnused(int first, string what)
    {
        for (int i = first; i < Node.Outputs.Length; i++)
        {
            if (IsUsed(i))
            {
                throw Refused($"gives {what} to other nodes, which cannot be computed");
            }
        }
    }

    /// <summary>An error about the node.</summary>
    public FormatRefusedException Refused(string problem) => Node.Refused(problem);
}
