using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>
/// Bounds on how far the roundings of a computation take its values from those in real numbers, on inputs and constants as they were
/// encoded. All schemes round where the graph says so and are exact in the integers elsewhere, but that CKKS has its noise in what a truncation on
/// shares cuts off (<see cref="Surplus"/>).
/// </summary>
/// <remarks>
/// <para>
/// What an op adds, in units of 2^-f of its result: nothing for sums, products, moves, comparisons and extremes; 1 for a truncation and for
/// a mean, <see cref="TruncateOp.MaximumError"/> where the value takes more than one 64-bit word or comes from CKKS; for functions what docs/accuracy.md
/// has measured, rounded up: 2 for bounded and smooth ones, 2^-15 of the result for e^x, 6 for softmax, 14 for its logarithm.
/// </para>
/// <para>
/// What comes in is amplified: by the norm of constants in products, by the number of terms in sums, by the steepest slope of functions.
/// Roots, quotients, logarithms and powers have no bound here, since they are steep near zero; neither has what follows them.
/// </para>
/// </remarks>
public static class RoundingError
{
    private const int WordBits = 62;

    /// <summary>What an op's own rounding adds; null where there is no bound.</summary>
    /// <param name="op">The op.</param>
    /// <param name="schemes">What is computed in which scheme; unless given, nothing comes from ciphertexts.</param>
    public static double? Added(Node op, SchemeAssignment? schemes = null)
    {
        ArgumentNullException.ThrowIfNull(op);
        double? units = op.Op switch
        {
            TruncateOp when schemes?[op.Inputs[0]] == Scheme.Ckks => TruncateOp.MaximumError,
            TruncateOp or ReduceMeanOp or AveragePoolOp or LeakyReluOp => op.Inputs[0].Bits <= WordBits ? 1 : TruncateOp.MaximumError,
            SoftmaxOp => 6,
            LogSoftmaxOp => 14,
            UnaryOp unary => Added(op, unary.Function),
            DivideOp or PowerOp => null,
            _ => 0,
        };
        return units is { } count ? Math.ScaleB(count, -op.FractionBits) : null;
    }

    /// <summary>A bound on the error of any revealed value; null where there is none.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="schemes">What is computed in which scheme; unless given, nothing comes from ciphertexts.</param>
    public static double? Of(OpGraph graph, SchemeAssignment? schemes = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var errors = new double?[graph.Nodes.Count];
        foreach (Node node in graph.Nodes)
            errors[node.Id] = node.Op is InputOp or ConstantOp ? 0 : Added(node, schemes) + Brought(node, errors);
        double?[] revealed = [.. graph.Reveals.Select(reveal => errors[reveal.Id])];
        return Array.TrueForAll(revealed, error => error is not null) ? revealed.Max() : null;
    }

    private static double? Added(Node op, UnaryFunction function) => function switch
    {
        UnaryFunction.Relu or UnaryFunction.Abs or UnaryFunction.Sign => 0,
        UnaryFunction.Exp => Math.Max(2, Math.ScaleB(Real(op), op.FractionBits - 15)),
        UnaryFunction.Log or UnaryFunction.Sqrt or UnaryFunction.Reciprocal or UnaryFunction.ReciprocalSqrt => null,
        _ => 2,
    };

    // What the errors of an op's inputs make of its value.
    private static double? Brought(Node op, double?[] errors)
    {
        double? sum = op.Inputs.Aggregate((double?)0, (total, input) => total + errors[input.Id]);
        if (sum is null or 0)
        {
            return sum;
        }

        return op.Op switch
        {
            MatMulOp or Conv2dOp => Product(op, errors),
            MultiplyOp => (errors[op.Inputs[0].Id] * Real(op.Inputs[1])) + (errors[op.Inputs[1].Id] * (Real(op.Inputs[0]) + errors[op.Inputs[0].Id])),
            AddOp or SubtractOp => sum,
            ReduceSumOp => sum * (op.Inputs[0].Shape.ElementCount / Math.Max(1, op.Shape.ElementCount)),
            LeakyReluOp leaky => sum * Math.Max(1, Math.Abs(leaky.Slope)),
            LogSoftmaxOp => 2 * sum,
            UnaryOp unary => sum * Slope(op, unary.Function),
            DivideOp or PowerOp => null,
            // A decision may turn out differently where what is compared is closer than the error.
            LessOp or EqualOp or ArgMaxOp => null,
            _ => op.Inputs.Max(input => errors[input.Id]),
        };
    }

    private static double? Product(Node op, double?[] errors)
    {
        (Node x, Node y) = (op.Inputs[0], op.Inputs[1]);
        double terms = op.Op is MatMulOp ? x.Shape[x.Shape.Rank - 1] : (double)y.Shape[1] * y.Shape[2] * y.Shape[3];
        double norm = y.Op is ConstantOp constant && y.Shape.Rank is 2 or 4
            ? Math.ScaleB((double)((ConstantOp)y.Op).NormBound, -y.FractionBits)
            : terms * Real(y);
        return (errors[x.Id] * norm) + (errors[y.Id] * terms * (Real(x) + errors[x.Id]));
    }

    private static double? Slope(Node op, UnaryFunction function) => function switch
    {
        UnaryFunction.Sigmoid => 0.25,
        UnaryFunction.Erf or UnaryFunction.Gelu or UnaryFunction.Silu => 1.2,
        UnaryFunction.Exp => Real(op) * 1.1,
        UnaryFunction.Sign or UnaryFunction.Log or UnaryFunction.Sqrt or UnaryFunction.Reciprocal or UnaryFunction.ReciprocalSqrt => null,
        _ => 1,
    };

    private static double Real(Node node) => Math.ScaleB((double)node.Magnitude, -node.FractionBits);
}
