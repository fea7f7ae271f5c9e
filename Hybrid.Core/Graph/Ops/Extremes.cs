using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>The greatest or the least element along a dimension.</summary>
/// <param name="Axis">The dimension.</param>
/// <param name="KeepDimension">Whether it stays, with length 1.</param>
/// <param name="IsLeast">Whether the least is sought.</param>
public sealed record ReduceMaxOp(int Axis, bool KeepDimension, bool IsLeast = false) : Op
{
    /// <inheritdoc/>
    public override string Name => IsLeast ? "ReduceMin" : "ReduceMax";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        RequireAxis(x, Axis);
        (Shape shape, long terms) = Reduction.Of(x.Shape, new IntegerList(Axis), KeepDimension);
        return terms > 0
            ? new ValueFacts(shape, x.FractionBits, x.Range)
            : throw new ParameterException(ParameterFault.OutOfRange, $"{Name} was asked for along dimension {Axis} of shape {x.Shape}, where there is nothing.");
    }
}

/// <summary>Where the greatest or the least element along a dimension is, without fraction bits: the first place of several.</summary>
/// <param name="Axis">The dimension.</param>
/// <param name="KeepDimension">Whether it stays, with length 1.</param>
/// <param name="IsLeast">Whether the least is sought.</param>
public sealed record ArgMaxOp(int Axis, bool KeepDimension, bool IsLeast = false) : Op
{
    /// <inheritdoc/>
    public override string Name => IsLeast ? "ArgMin" : "ArgMax";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        RequireAxis(x, Axis);
        (Shape shape, long terms) = Reduction.Of(x.Shape, new IntegerList(Axis), KeepDimension);
        return terms > 0
            ? new ValueFacts(shape, 0, new WordRange(0, terms - 1))
            : throw new ParameterException(ParameterFault.OutOfRange, $"{Name} was asked for along dimension {Axis} of shape {x.Shape}, where there is nothing.");
    }
}

/// <summary>The greatest elements of windows of images (N, C, H, W); cells of the padding never win, and no window may be all padding.</summary>
/// <param name="Height">Rows of a window.</param>
/// <param name="Width">Columns of a window.</param>
/// <param name="Geometry">How windows move; groups play no part.</param>
public sealed record MaxPoolOp(int Height, int Width, Conv2dGeometry Geometry) : Op
{
    /// <inheritdoc/>
    public override string Name => "MaxPool";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        Shape shape = TensorShuffle.SummedWindowsShape(x.Shape, Height, Width, Geometry);
        bool isInside = Reaches(x.Shape[2], Height, shape[2], Geometry.StrideRows, Geometry.PadTop, Geometry.DilationRows)
            && Reaches(x.Shape[3], Width, shape[3], Geometry.StrideColumns, Geometry.PadLeft, Geometry.DilationColumns);
        return isInside
            ? new ValueFacts(shape, x.FractionBits, x.Range)
            : throw new ParameterException(
                ParameterFault.OutOfRange, $"{Name} with windows {Height} by {Width} and {Geometry} was asked for on {x.Shape}: one window is all padding.");
    }

    // Whether every window has a cell inside the image, without a look at each: there may be very many. Cells no further apart than the
    // image is long do not step over it, so of the windows that start before it the first decides, and of the others the last. Wider
    // gaps, which no model has, are refused where there is padding.
    private static bool Reaches(int length, int window, int windows, int stride, int pad, int dilation) =>
        ((long)(windows - 1) * stride) - pad < length && (pad == 0 || (dilation <= length && (pad + dilation - 1) / dilation < window));
}
