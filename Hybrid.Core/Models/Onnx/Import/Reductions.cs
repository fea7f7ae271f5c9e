using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>Sums, means and extremes over dimensions.</summary>
internal static class Reductions
{
    // Since which opset the axes are an input, for others than sums.
    private const int AxesAreInput = 18;

    /// <summary>The operators.</summary>
    public static readonly Translator[] All =
    [
        new("ReduceSum", at => Reduce(at, (x, axes, keep) => x.Sum(axes, keep), 13, values => values.Sum())),
        new("ReduceMean", at => Reduce(at, (x, axes, keep) => x.Mean(axes, keep))),
        new("ReduceMax", at => Reduce(at, (x, axes, keep) => Extreme(x, axes, keep, (part, axis) => part.Max(axis, keepDimension: true)), fold: values => values.Max())),
        new("ReduceMin", at => Reduce(at, (x, axes, keep) => Extreme(x, axes, keep, (part, axis) => part.Min(axis, keepDimension: true)), fold: values => values.Min())),
        new("ReduceProd", at => Reduce(at, null, fold: values => values.Aggregate(1.0, (product, value) => product * value))),
        new("ReduceL1", at => Reduce(at, (x, axes, keep) => x.Abs().Sum(axes, keep))),
        new("ReduceL2", at => Reduce(at, (x, axes, keep) => (x * x).Sum(axes, keep).Sqrt())),
        new("ReduceSumSquare", at => Reduce(at, (x, axes, keep) => (x * x).Sum(axes, keep))),
        new("ArgMax", at => Place(at, (x, axis, keep) => x.ArgMax(axis, keep))),
        new("ArgMin", at => Place(at, (x, axis, keep) => x.ArgMin(axis, keep))),
    ];

    private static void Reduce(
        NodeImport at, Func<SecretTensor, int[], bool, SecretTensor>? reduce, int axesAreInput = AxesAreInput, Func<IEnumerable<double>, double>? fold = null)
    {
        ImportValue value = at.Value(0);
        int rank = value.Shape.Rank;
        int[]? said = at.Setting("axes", at.Opset >= axesAreInput ? 1 : int.MaxValue);
        bool keep = at.Node.Integer("keepdims", 1) != 0;
        if (said is null or [] && at.Node.Integer("noop_with_empty_axes", 0) != 0)
        {
            at.Result(value);
            return;
        }

        int[] axes = said is null or [] ? [.. Enumerable.Range(0, rank)] : at.Axes(said, rank);
        if (value.Constant is { Values.Length: > 0 } constant && fold is not null && axes.Length == rank)
        {
            at.Result(constant.With(new Shape(keep ? [.. Enumerable.Repeat(1, rank)] : []), [fold(constant.Values)]));
            return;
        }

        if (reduce is null)
        {
            throw at.Refused("multiplies elements of data, which cannot be computed: use sums of logarithms");
        }

        if (axes.Length == 0)
        {
            at.Result(value);
            return;
        }

        at.Result(reduce(at.Secret(value), axes, keep));
    }

    private static SecretTensor Extreme(SecretTensor x, int[] axes, bool keep, Func<SecretTensor, int, SecretTensor> reduce)
    {
        SecretTensor result = axes.Aggregate(x, reduce);
        return keep ? result : result.Reshape([.. Enumerable.Range(0, x.Shape.Rank).Except(axes).Select(axis => x.Shape[axis])]);
    }

    private static void Place(NodeImport at, Func<SecretTensor, int, bool, SecretTensor> place)
    {
        if (at.Node.Integer("select_last_index", 0) != 0)
        {
            throw at.Refused("takes the last of several places; only the first can be found: leave select_last_index out");
        }

        SecretTensor x = at.Secret(0);
        at.Result(place(x, at.Axis(at.Node.Integer("axis", 0), x.Shape.Rank), at.Node.Integer("keepdims", 1) != 0));
    }
}
