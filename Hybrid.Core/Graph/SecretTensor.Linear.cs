using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <content>Products, sums over dimensions, and shapes.</content>
public sealed partial class SecretTensor
{
    /// <summary>(…, m, k) by (…, k, n): the matrix product.</summary>
    public SecretTensor MatMul(SecretTensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return Append(new MatMulOp(), Factor, y.Factor);
    }

    /// <summary>Images (N, C, H, W) convolved with kernels (O, C / groups, KH, KW), without flip.</summary>
    public SecretTensor Conv2d(SecretTensor kernels, Conv2dGeometry? geometry = null)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        return Append(new Conv2dOp(geometry ?? new Conv2dGeometry()), Factor, kernels.Factor);
    }

    /// <summary>Sums over dimensions; over all if none is named.</summary>
    public SecretTensor Sum(ReadOnlySpan<int> axes = default, bool keepDimensions = false) => Append(new ReduceSumOp(Axes(axes), keepDimensions), Node);

    /// <summary>Means over dimensions; over all if none is named.</summary>
    public SecretTensor Mean(ReadOnlySpan<int> axes = default, bool keepDimensions = false) => Append(new ReduceMeanOp(Axes(axes), keepDimensions), Ready);

    /// <summary>Means over windows of images.</summary>
    public SecretTensor AveragePool(int height, int width, Conv2dGeometry? geometry = null) =>
        Append(new AveragePoolOp(height, width, geometry ?? Square(height, width)), Ready);

    /// <summary>The same elements in another shape; one length may be −1, for what is left.</summary>
    public SecretTensor Reshape(params ReadOnlySpan<int> lengths)
    {
        int[] resolved = lengths.ToArray();
        int open = Array.IndexOf(resolved, -1);
        if (open >= 0)
        {
            resolved[open] = 1;
            int others = new Shape(resolved).ElementCount;
            resolved[open] = others == 0 ? 0 : Shape.ElementCount / others;
        }

        return Append(new ReshapeOp(new Shape(resolved)), Node);
    }

    /// <summary>The dimensions in another order; reversed if none is given.</summary>
    public SecretTensor Transpose(params ReadOnlySpan<int> order) =>
        Append(new TransposeOp(order.IsEmpty ? new IntegerList([.. Enumerable.Range(0, Shape.Rank).Reverse()]) : Axes(order)), Node);

    /// <summary>A box: from the starts, so many elements in each dimension, at the steps.</summary>
    public SecretTensor Slice(ReadOnlySpan<int> starts, ReadOnlySpan<int> sizes, ReadOnlySpan<int> steps) =>
        Append(new SliceOp(new IntegerList(starts), new IntegerList(sizes), new IntegerList(steps)), Node);

    /// <summary>Some elements of one dimension, all of the others.</summary>
    public SecretTensor Slice(int axis, int start, int size)
    {
        axis = Axis(axis);
        int[] starts = new int[Shape.Rank];
        int[] sizes = [.. Shape.Lengths];
        starts[axis] = start;
        sizes[axis] = size;
        return Slice(starts, sizes, [.. Enumerable.Repeat(1, Shape.Rank)]);
    }

    /// <summary>Tensors one after the other along a dimension.</summary>
    public static SecretTensor Concat(int axis, params ReadOnlySpan<SecretTensor> parts)
    {
        if (parts.IsEmpty)
        {
            throw new ParameterException(ParameterFault.Mismatch, "Concat takes at least one tensor; it was given none.");
        }

        SecretTensor first = parts[0];
        return first.Append(new ConcatOp(first.Axis(axis)), [.. parts.ToArray().Select(part => part.Ready)]);
    }

    /// <summary>Surrounded by a public number.</summary>
    public SecretTensor Pad(ReadOnlySpan<int> before, ReadOnlySpan<int> after, double value = 0) =>
        Append(new PadOp(new IntegerList(before), new IntegerList(after), value), value == 0 ? Node : Ready);

    /// <summary>Slices of one dimension that public places name.</summary>
    public SecretTensor Gather(ReadOnlySpan<int> places, int axis) => Append(new GatherOp(new IntegerList(places), Axis(axis)), Node);

    /// <summary>Repeated to a larger shape.</summary>
    public SecretTensor Expand(Shape shape) => Append(new ExpandOp(shape), Node);

    private IntegerList Axes(ReadOnlySpan<int> axes)
    {
        var resolved = new int[axes.Length];
        for (int i = 0; i < resolved.Length; i++)
            resolved[i] = Axis(axes[i]);
        return new IntegerList(resolved);
    }

    // Negative ones count from the end.
    private int Axis(int axis) => axis < -Shape.Rank || axis >= Shape.Rank
        ? throw new ParameterException(ParameterFault.OutOfRange, $"Dimension {axis} of shape {Shape} was asked for: choose {-Shape.Rank} to {Shape.Rank - 1}.")
        : axis < 0 ? axis + Shape.Rank : axis;

    private static Conv2dGeometry Square(int height, int width) => new() { StrideRows = height, StrideColumns = width };
}
