using Hybrid.Numerics;

namespace Hybrid.Graph;

/// <summary>A function of one number, element by element, with x's fraction bits unless the function says otherwise.</summary>
/// <param name="Function">The function.</param>
public sealed record UnaryOp(UnaryFunction Function) : Op
{
    // Where functions of positive numbers are computed.
    private const int LeastExponent = -8;
    private const int GreatestExponent = 15;
    private const double GreatestPower = 10;

    // Units by which a scheme's result may leave the function's own range.
    private const int Slack = 8;

    /// <inheritdoc/>
    public override string Name => Function.ToString();

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node x = One(inputs);
        int bits = x.FractionBits;
        if (Function is UnaryFunction.Log or UnaryFunction.Sqrt or UnaryFunction.ReciprocalSqrt or UnaryFunction.Reciprocal)
        {
            RequirePositive(x, Name);
        }

        return new ValueFacts(x.Shape, Function == UnaryFunction.Sign ? 0 : bits, Range(x.Range, bits));
    }

    /// <summary>
    /// What positive numbers a function is computed on: powers of two around the range, as far as [2^−8, 2^15] and the fraction bits go. Below
    /// it results are those of the low end, above it those of the high end.
    /// </summary>
    internal static (double Low, double High) Domain(WordRange x, int bits)
    {
        int greatest = Math.Min(GreatestExponent - 1, Log2(x.High) - bits);
        int least = Math.Min(Math.Max(Math.Max(LeastExponent, -bits), Log2(x.Low) - bits), greatest);
        return (Math.ScaleB(1, least), Math.ScaleB(1, greatest + 1));
    }

    /// <summary>Refuses what is never positive.</summary>
    /// <exception cref="ParameterException">It is not.</exception>
    internal static void RequirePositive(Node x, string op)
    {
        if (x.Range.High < 1)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"{op} is a function of positive numbers; it was given {x}, whose greatest integer is {x.Range.High}.");
        }
    }

    private WordRange Range(WordRange x, int bits) => Function switch
    {
        UnaryFunction.Relu => x.Clamped(0, Int128.MaxValue),
        UnaryFunction.Abs => new WordRange(x.Low <= 0 && x.High >= 0 ? 0 : Int128.Min(Int128.Abs(x.Low), Int128.Abs(x.High)), x.Magnitude),
        UnaryFunction.Sign => new WordRange(-1, 1),
        UnaryFunction.Sigmoid => Between(0, 1, bits),
        UnaryFunction.Tanh or UnaryFunction.Erf or UnaryFunction.Sin or UnaryFunction.Cos => Between(-1, 1, bits),
        UnaryFunction.Gelu or UnaryFunction.Silu => Above(-0.5, x, 0, bits),
        UnaryFunction.Softplus => Above(0, x, 0.75, bits),
        UnaryFunction.Exp => Between(0, Math.Exp(Math.Min(Real(x.High, bits), GreatestPower)) * 1.001, bits),
        UnaryFunction.Log => Between(Math.Log(Domain(x, bits).Low) - 0.01, Math.Log(Domain(x, bits).High) + 0.01, bits),
        UnaryFunction.Sqrt => Between(0, Math.Sqrt(Domain(x, bits).High) * 1.001, bits),
        UnaryFunction.ReciprocalSqrt => Between(0, 1.001 / Math.Sqrt(Domain(x, bits).Low), bits),
        UnaryFunction.Reciprocal => Between(0, 1.001 / Domain(x, bits).Low, bits),
        _ => throw new InvalidOperationException($"{Function} has no range."),
    };

    private static int Log2(Int128 x) => x < 1 ? 0 : 127 - (int)Int128.LeadingZeroCount(x);

    private static double Real(Int128 x, int bits) => Math.ScaleB((double)x, -bits);

    private static WordRange Between(double low, double high, int bits) =>
        new(WordRange.Sum((Int128)Math.Floor(Math.ScaleB(low, bits)), -Slack), WordRange.Sum((Int128)Math.Ceiling(Math.ScaleB(high, bits)), Slack));

    // Functions that end as x itself, or a little more.
    private static WordRange Above(double low, WordRange x, double more, int bits) =>
        new(Between(low, low, bits).Low, WordRange.Sum(Int128.Max(x.High, 0), Between(more, more, bits).High));
}
