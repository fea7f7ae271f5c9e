using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>Activations: functions of each element, and those of a whole dimension.</summary>
internal static class Activations
{
    // e^x is 0 below this.
    private const double LeastPower = -16;

    /// <summary>The operators.</summary>
    public static readonly Translator[] All =
    [
        new("Relu", at => at.Result(at.Secret(0).Relu())),
        new("LeakyRelu", at => at.Result(at.Secret(0).LeakyRelu(at.Float("alpha", 0.01f)))),
        new("PRelu", LearntSlope),
        new("Elu", at => at.Result(Exponential(at.Secret(0), at.Float("alpha", 1), 1))),
        new("Selu", at => at.Result(Exponential(at.Secret(0), at.Float("alpha", 1.67326319217681884765625f), at.Float("gamma", 1.05070102214813232421875f)))),
        new("Celu", ContinuousExponential),
        new("HardSigmoid", at => at.Result(Hard(at.Secret(0), at.Float("alpha", 0.2f), at.Float("beta", 0.5f)))),
        new("HardSwish", at => at.Result(at.Secret(0) * Hard(at.Secret(0), 1.0 / 6, 0.5))),
        new("Softplus", at => at.Result(at.Secret(0).Softplus())),
        new("Softsign", at => at.Result(at.Secret(0) / (at.Secret(0).Abs() + 1))),
        new("Mish", at => at.Result(at.Secret(0) * at.Secret(0).Softplus().Tanh())),
        new("Gelu", at => at.Result(at.Secret(0).Gelu())),
        new("Sigmoid", at => at.Result(at.Secret(0).Sigmoid())),
        new("Tanh", at => at.Result(at.Secret(0).Tanh())),
        new("Erf", at => at.Result(at.Secret(0).Erf())),
        new("Clip", Clip),
        new("Softmax", at => Along(at, (x, axis) => x.Softmax(axis))),
        new("LogSoftmax", at => Along(at, (x, axis) => x.LogSoftmax(axis))),
        new("Hardmax", at => Along(at, Greatest)),
    ];

    // x where it is positive, slope · x elsewhere: the slope stays hidden, as it was learnt.
    private static void LearntSlope(NodeImport at)
    {
        SecretTensor x = at.Secret(0);
        SecretTensor positive = x.Relu();
        at.Result(positive + ((x - positive) * at.Secret(1)));
    }

    // scale · x where it is positive, scale · alpha · (e^x − 1) elsewhere.
    private static SecretTensor Exponential(SecretTensor x, double alpha, double scale)
    {
        SecretTensor negative = (x.Clip(LeastPower, 0).Exp() - 1) * (alpha * scale);
        SecretTensor positive = x.Relu();
        return (scale == 1 ? positive : positive * scale) + negative;
    }

    private static void ContinuousExponential(NodeImport at)
    {
        SecretTensor x = at.Secret(0);
        double alpha = at.Float("alpha", 1);
        at.Result(alpha > 0 ? x.Relu() + (((x * (1 / alpha)).Clip(LeastPower, 0).Exp() - 1) * alpha) : throw at.Refused($"has the alpha {alpha:g6}, which must be positive"));
    }

    private static SecretTensor Hard(SecretTensor x, double alpha, double beta) => ((x * alpha) + beta).Clip(0, 1);

    private static void Clip(NodeImport at)
    {
        double low = at.Number("min", 1) ?? double.NegativeInfinity;
        double high = at.Number("max", 2) ?? double.PositiveInfinity;
        if (double.IsNaN(low) || double.IsNaN(high))
        {
            throw at.Refused("has a bound that is not a number");
        }

        if (at.Constant(0) is { } constant)
        {
            at.Result(constant.Map(value => Math.Min(high, Math.Max(low, value))));
            return;
        }

        bool isOpen = low < -float.MaxValue / 2 && high > float.MaxValue / 2;
        at.Result(isOpen ? at.Secret(0) : low == 0 && high > float.MaxValue / 2 ? at.Secret(0).Relu() : at.Secret(0).Clip(low, high));
    }

    // Before opset 13 all dimensions from the axis on are one; since then it is the axis alone.
    private static void Along(NodeImport at, Func<SecretTensor, int, SecretTensor> function)
    {
        SecretTensor x = at.Secret(0);
        int rank = x.Shape.Rank;
        int axis = at.Axis(at.Node.Integer("axis", at.Opset < 13 ? 1 : -1), rank);
        if (at.Opset >= 13 || axis == rank - 1)
        {
            at.Result(function(x, axis));
            return;
        }

        int[] lengths = [.. x.Shape.Lengths];
        int outer = lengths[..axis].Aggregate(1, (product, length) => product * length);
        at.Result(function(x.Reshape(outer, x.Shape.ElementCount / Math.Max(1, outer)), 1).Reshape(lengths));
    }

    // One where the greatest element is, the first of several; zero elsewhere.
    private static SecretTensor Greatest(SecretTensor x, int axis)
    {
        int rank = x.Shape.Rank;
        int[] lengths = [.. Enumerable.Repeat(1, rank)];
        lengths[axis] = x.Shape[axis];
        double[] places = [.. Enumerable.Range(0, x.Shape[axis]).Select(place => (double)place)];
        SecretTensor numbers = x.Program.Known(new TensorProgram.Constant("places", Visibility.Public, new Shape(lengths), places));
        return x.ArgMax(axis, keepDimension: true).EqualTo(numbers);
    }
}
