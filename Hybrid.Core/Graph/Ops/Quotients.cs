using Hybrid.Numerics;

namespace Hybrid.Graph;

/// <summary>x / y for positive y in [2^−8, 2^15], with x's fraction bits; both have the same.</summary>
public sealed record DivideOp : Op
{
    /// <inheritdoc/>
    public override string Name => "Div";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Tensors.Shape shape = Both(inputs);
        (Node x, Node y) = (inputs[0], inputs[1]);
        ValueFacts reciprocal = new UnaryOp(UnaryFunction.Reciprocal).Infer([y]);
        WordRange product = x.Range * reciprocal.Range.Clamped(0, Int128.MaxValue);
        // A product that 128 bits do not hold says nothing of the quotient, which is then refused.
        WordRange quotient = product.Magnitude < Int128.MaxValue ? product.Truncated(y.FractionBits) : WordRange.Within(Int128.MaxValue >> 1);
        return new ValueFacts(shape, x.FractionBits, Reduction.Rounded(quotient));
    }
}

/// <summary>x to a public power: whole ones up to 64 in magnitude for any x, others for positive x, where results are e^10 at most.</summary>
/// <param name="Exponent">The power.</param>
public sealed record PowerOp(double Exponent) : Op
{
    /// <inheritdoc/>
    public override string Name => "Pow";

    /// <summary>Whether the power is one of products, which take any x, and not one by way of the logarithm.</summary>
    internal bool IsWhole => double.IsInteger(Exponent) && Math.Abs(Exponent) <= 64;

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        if (!double.IsFinite(Exponent))
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"Pow was given the exponent {Exponent}, which is no finite number.");
        }

        if (!IsWhole)
        {
            UnaryOp.RequirePositive(x, Name);
        }

        double bound = IsWhole ? Math.Pow(Base(x), Math.Abs(Exponent)) : Math.Exp(10);
        double magnitude = Math.ScaleB(bound * 1.001, x.FractionBits);
        if (!(magnitude < 1e37))
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"Pow to {Exponent:g} of numbers up to {Base(x):g} could give numbers beyond 127 bits: bound them first.");
        }

        Int128 most = (Int128)magnitude + (64 * TruncateOp.MaximumError);
        bool isPositive = !IsWhole || Exponent % 2 == 0;
        return new ValueFacts(x.Shape, x.FractionBits, new WordRange(isPositive ? -64 * TruncateOp.MaximumError : -most, most));
    }

    // Negative powers are powers of the reciprocal.
    private double Base(Node x) => Exponent >= 0
        ? Math.ScaleB((double)x.Range.Magnitude, -x.FractionBits)
        : Math.ScaleB((double)new UnaryOp(UnaryFunction.Reciprocal).Infer([x]).Range.Magnitude, -x.FractionBits);
}

/// <summary>e^x over the sum of all e^x along a dimension, with x's fraction bits.</summary>
/// <param name="Axis">The dimension.</param>
public sealed record SoftmaxOp(int Axis) : Op
{
    /// <inheritdoc/>
    public override string Name => "Softmax";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        RequireAxis(x, Axis);
        return new ValueFacts(x.Shape, x.FractionBits, new WordRange(-TruncateOp.MaximumError, WordRange.Shift(1, x.FractionBits) + TruncateOp.MaximumError));
    }
}

/// <summary>ln of the softmax along a dimension.</summary>
/// <param name="Axis">The dimension.</param>
public sealed record LogSoftmaxOp(int Axis) : Op
{
    /// <inheritdoc/>
    public override string Name => "LogSoftmax";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        RequireAxis(x, Axis);
        double log = Math.Log(Math.Max(1, x.Shape[Axis])) + 0.01;
        Int128 most = (Int128)Math.Ceiling(Math.ScaleB(log, x.FractionBits)) + TruncateOp.MaximumError;
        return new ValueFacts(x.Shape, x.FractionBits, new WordRange(WordRange.Sum(x.Range.Low - x.Range.High, -most), WordRange.Shift(1, Math.Max(0, x.FractionBits - 6)) + TruncateOp.MaximumError));
    }
}
