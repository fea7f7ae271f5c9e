using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>The same elements in another shape.</summary>
/// <param name="Shape">The shape.</param>
public sealed record ReshapeOp(Shape Shape) : Op
{
    /// <inheritdoc/>
    public override string Name => "Reshape";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        return x.Shape.ElementCount == Shape.ElementCount
            ? new ValueFacts(Shape, x.FractionBits, x.Range)
            : throw new ParameterException(ParameterFault.Mismatch, $"Reshape to {Shape} takes {Shape.ElementCount} elements; {x.Shape} has {x.Shape.ElementCount}.");
    }
}

/// <summary>The dimensions in another order: dimension i of the result is dimension Order[i].</summary>
/// <param name="Order">The order.</param>
public sealed record TransposeOp(IntegerList Order) : Op
{
    /// <inheritdoc/>
    public override string Name => "Transpose";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        return new ValueFacts(TensorShuffle.TransposedShape(x.Shape, Order.AsSpan()), x.FractionBits, x.Range);
    }
}

/// <summary>A box: from the starts, so many elements in each dimension, at the steps.</summary>
/// <param name="Starts">Where it starts, in each dimension.</param>
/// <param name="Sizes">How many elements.</param>
/// <param name="Steps">How far apart; negative ones go backwards.</param>
public sealed record SliceOp(IntegerList Starts, IntegerList Sizes, IntegerList Steps) : Op
{
    /// <inheritdoc/>
    public override string Name => "Slice";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        return new ValueFacts(TensorShuffle.SlicedShape(x.Shape, Starts.AsSpan(), Sizes.AsSpan(), Steps.AsSpan()), x.FractionBits, x.Range);
    }
}

/// <summary>Tensors of the same fraction bits, one after the other along a dimension.</summary>
/// <param name="Axis">The dimension.</param>
public sealed record ConcatOp(int Axis) : Op
{
    /// <inheritdoc/>
    public override string Name => "Concat";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        if (inputs.IsEmpty)
        {
            throw new ParameterException(ParameterFault.Mismatch, "Concat takes at least one tensor; it was given none.");
        }

        var shapes = new Shape[inputs.Length];
        WordRange range = inputs[0].Range;
        for (int i = 0; i < inputs.Length; i++)
        {
            RequireSameFraction(inputs[0], inputs[i]);
            shapes[i] = inputs[i].Shape;
            range = range.Union(inputs[i].Range);
        }

        return new ValueFacts(TensorShuffle.ConcatenatedShape(shapes, Axis), inputs[0].FractionBits, range);
    }
}

/// <summary>A tensor surrounded by a public number.</summary>
/// <param name="Before">Cells in front, in each dimension.</param>
/// <param name="After">Cells behind.</param>
/// <param name="Value">The number.</param>
public sealed record PadOp(IntegerList Before, IntegerList After, double Value) : Op
{
    /// <inheritdoc/>
    public override string Name => "Pad";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        Int128 value = FixedNumber.Of(Value, x.FractionBits, Name);
        return new ValueFacts(TensorShuffle.PaddedShape(x.Shape, Before.AsSpan(), After.AsSpan()), x.FractionBits, x.Range.Union(new WordRange(value, value)));
    }
}

/// <summary>Slices of one dimension that public places name.</summary>
/// <param name="Places">Which.</param>
/// <param name="Axis">The dimension.</param>
public sealed record GatherOp(IntegerList Places, int Axis) : Op
{
    /// <inheritdoc/>
    public override string Name => "Gather";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        RequireAxis(x, Axis);
        return new ValueFacts(TensorShuffle.GatheredShape(x.Shape, Places.AsSpan(), new Shape(Places.Count), Axis), x.FractionBits, x.Range);
    }
}

/// <summary>A tensor repeated to a larger shape, as NumPy broadcasts.</summary>
/// <param name="Shape">The shape.</param>
public sealed record ExpandOp(Shape Shape) : Op
{
    /// <inheritdoc/>
    public override string Name => "Expand";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        return new ValueFacts(TensorShuffle.BroadcastShape(x.Shape, Shape), x.FractionBits, x.Range);
    }
}
