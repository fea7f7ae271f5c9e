using Hybrid.Numerics;

namespace Hybrid.Graph;

/// <summary>x where it is positive, slope · x elsewhere.</summary>
/// <param name="Slope">The slope of the negative side.</param>
public sealed record LeakyReluOp(double Slope) : Op
{
    /// <inheritdoc/>
    public override string Name => "LeakyRelu";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        double low = (double)Int128.Min(x.Range.Low, 0) * Slope;
        if (!(Math.Abs(low) < 1e37))
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"LeakyRelu with a slope of {Slope:g} could give numbers beyond 127 bits.");
        }

        WordRange negative = new((Int128)Math.Floor(Math.Min(low, 0)) - TruncateOp.MaximumError, (Int128)Math.Ceiling(Math.Max(low, 0)) + TruncateOp.MaximumError);
        return new ValueFacts(x.Shape, x.FractionBits, negative.Union(x.Range.Clamped(0, Int128.MaxValue)));
    }
}

/// <summary>x, or the public bound that it is beyond.</summary>
/// <param name="Low">The least.</param>
/// <param name="High">The greatest.</param>
public sealed record ClipOp(double Low, double High) : Op
{
    /// <inheritdoc/>
    public override string Name => "Clip";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        return Low <= High
            ? new ValueFacts(x.Shape, x.FractionBits, x.Range.Clamped(FixedNumber.Bound(Low, x.FractionBits), FixedNumber.Bound(High, x.FractionBits)))
            : throw new ParameterException(ParameterFault.OutOfRange, $"Clip to [{Low:g}, {High:g}] was asked for: the low end comes first.");
    }
}

/// <summary>The greater of each two, of the same fraction bits.</summary>
public sealed record MaximumOp : Op
{
    /// <inheritdoc/>
    public override string Name => "Max";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs) => new(
        Both(inputs), inputs[0].FractionBits, new WordRange(Int128.Max(inputs[0].Range.Low, inputs[1].Range.Low), Int128.Max(inputs[0].Range.High, inputs[1].Range.High)));
}

/// <summary>The less of each two, of the same fraction bits.</summary>
public sealed record MinimumOp : Op
{
    /// <inheritdoc/>
    public override string Name => "Min";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs) => new(
        Both(inputs), inputs[0].FractionBits, new WordRange(Int128.Min(inputs[0].Range.Low, inputs[1].Range.Low), Int128.Min(inputs[0].Range.High, inputs[1].Range.High)));
}

/// <summary>1 where x &lt; y, 0 elsewhere, without fraction bits; x and y have the same.</summary>
public sealed record LessOp : Op
{
    /// <inheritdoc/>
    public override string Name => "Less";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs) => new(Both(inputs), 0, new WordRange(0, 1));
}

/// <summary>1 where x = y, 0 elsewhere, without fraction bits; x and y have the same.</summary>
public sealed record EqualOp : Op
{
    /// <inheritdoc/>
    public override string Name => "Equal";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs) => new(Both(inputs), 0, new WordRange(0, 1));
}

/// <summary>x where the condition is 1, y where it is 0; x and y have the same fraction bits, the condition none.</summary>
public sealed record WhereOp : Op
{
    /// <inheritdoc/>
    public override string Name => "Where";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        RequireCount(inputs, 3);
        (Node condition, Node x, Node y) = (inputs[0], inputs[1], inputs[2]);
        RequireSameFraction(x, y);
        if (condition.FractionBits != 0 || condition.Range.Low < 0 || condition.Range.High > 1)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"Where takes a condition of zeros and ones, such as a comparison gives; it was given {condition}.");
        }

        Tensors.Shape shape = new(Tensors.Broadcasting.Join(Joined(condition, x).Lengths.AsSpan(), y.Shape.Lengths.AsSpan(), Name));
        return new ValueFacts(shape, x.FractionBits, x.Range.Union(y.Range));
    }
}
