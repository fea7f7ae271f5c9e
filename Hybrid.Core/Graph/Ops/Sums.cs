using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>x + y of the same fraction bits; shapes broadcast as in NumPy.</summary>
public sealed record AddOp : Op
{
    /// <inheritdoc/>
    public override string Name => "Add";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs) => new(Both(inputs), inputs[0].FractionBits, inputs[0].Range + inputs[1].Range);
}

/// <summary>x − y of the same fraction bits; shapes broadcast as in NumPy.</summary>
public sealed record SubtractOp : Op
{
    /// <inheritdoc/>
    public override string Name => "Sub";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs) => new(Both(inputs), inputs[0].FractionBits, inputs[0].Range - inputs[1].Range);
}

/// <summary>−x.</summary>
public sealed record NegateOp : Op
{
    /// <inheritdoc/>
    public override string Name => "Neg";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        return new ValueFacts(x.Shape, x.FractionBits, new WordRange(-x.Range.High, -x.Range.Low));
    }
}

/// <summary>The same numbers with more fraction bits, exactly.</summary>
/// <param name="Bits">How many more.</param>
public sealed record ScaleUpOp(int Bits) : Op
{
    /// <inheritdoc/>
    public override string Name => "ScaleUp";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        RequireNotNegative(Bits);
        return new ValueFacts(x.Shape, x.FractionBits + Bits, x.Range.Shifted(Bits));
    }
}

/// <summary>
/// A tensor with fewer fraction bits: what falls off is rounded up or down, by at most <see cref="MaximumError"/> units together.
/// </summary>
/// <param name="Bits">How many fewer.</param>
public sealed record TruncateOp(int Bits) : Op
{
    /// <summary>No integer of the result is further from the exact quotient than this: one unit, and one for every part that a scheme cuts it into.</summary>
    public const int MaximumError = 8;

    /// <inheritdoc/>
    public override string Name => "Truncate";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        RequireNotNegative(Bits);
        int bits = Math.Min(Bits, OpGraph.MaximumBits);
        // What cannot be negative stays so but for the rounding.
        return new ValueFacts(x.Shape, x.FractionBits - Bits, new WordRange((x.Range.Low >> bits) - MaximumError, (x.Range.High >> bits) + MaximumError));
    }
}

/// <summary>Sums over dimensions.</summary>
/// <param name="Axes">Which; all of them if none is named.</param>
/// <param name="KeepDimensions">Whether they stay, with length 1.</param>
public sealed record ReduceSumOp(IntegerList Axes, bool KeepDimensions) : Op
{
    /// <inheritdoc/>
    public override string Name => "ReduceSum";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        (Shape shape, long terms) = Reduction.Of(x.Shape, Axes, KeepDimensions);
        return new ValueFacts(shape, x.FractionBits, x.Range.Times(terms).Union(default));
    }
}

/// <summary>Means over dimensions.</summary>
/// <param name="Axes">Which; all of them if none is named.</param>
/// <param name="KeepDimensions">Whether they stay, with length 1.</param>
public sealed record ReduceMeanOp(IntegerList Axes, bool KeepDimensions) : Op
{
    /// <inheritdoc/>
    public override string Name => "ReduceMean";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        (Shape shape, long terms) = Reduction.Of(x.Shape, Axes, KeepDimensions);
        return terms > 0
            ? new ValueFacts(shape, x.FractionBits, Reduction.Rounded(x.Range))
            : throw new ParameterException(ParameterFault.OutOfRange, $"{Name} was asked for over dimensions {Axes} of shape {x.Shape}, where there is nothing.");
    }
}

/// <summary>Means over windows of images (N, C, H, W): over all of a window's cells, of which those in the padding are zeros.</summary>
/// <param name="Height">Rows of a window.</param>
/// <param name="Width">Columns of a window.</param>
/// <param name="Geometry">How windows move; groups play no part.</param>
public sealed record AveragePoolOp(int Height, int Width, Conv2dGeometry Geometry) : Op
{
    /// <inheritdoc/>
    public override string Name => "AveragePool";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        return new ValueFacts(TensorShuffle.SummedWindowsShape(x.Shape, Height, Width, Geometry), x.FractionBits, Reduction.Rounded(x.Range.Union(default)));
    }
}

/// <summary>What reductions have in common.</summary>
internal static class Reduction
{
    /// <summary>The shape, and how many elements go into one.</summary>
    public static (Shape Shape, long Terms) Of(Shape source, IntegerList axes, bool keep)
    {
        int[] summed = Resolve(source, axes);
        Shape shape = TensorShuffle.ReducedShape(source, summed, keep);
        return (shape.Rank == 0 ? new Shape(1) : shape, summed.Aggregate(1L, (product, axis) => product * source[axis]));
    }

    /// <summary>The dimensions that are reduced.</summary>
    public static int[] Resolve(Shape source, IntegerList axes) => axes.Count == 0 ? [.. Enumerable.Range(0, source.Rank)] : [.. axes.Items];

    /// <summary>A mean is within what it is the mean of, but for rounding.</summary>
    public static WordRange Rounded(WordRange range) => new(range.Low - TruncateOp.MaximumError, range.High + TruncateOp.MaximumError);
}
