using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Execution;

/// <summary>Ops in the clear, in real numbers: what a protocol's results are measured against.</summary>
/// <remarks>
/// Nothing is rounded to fraction bits, so truncating and scaling change nothing. Functions of positive numbers saturate at the ends of their
/// domain, and e^x at its own, as the protocols do.
/// </remarks>
public static class RealReference
{
    /// <summary>The numbers of an op's value, row-major.</summary>
    /// <param name="op">The op; no input and no constant.</param>
    /// <param name="inputs">The numbers of its inputs, row-major; the result may be one of these arrays.</param>
    /// <exception cref="ArgumentException">The op is a source, or the inputs do not have its shapes.</exception>
    public static double[] Evaluate(Node op, IReadOnlyList<double[]> inputs)
    {
        ReferenceInputs.Check(op, inputs);
        return ReferenceOps.Evaluate(op, inputs, number => number) ?? op.Op switch
        {
            TruncateOp or ScaleUpOp => inputs[0],
            UnaryOp unary => ReferenceOps.Each(inputs[0], RealFunctions.Of(unary.Function, Domain(op.Inputs[0]))),
            LeakyReluOp leaky => ReferenceOps.Each(inputs[0], x => x > 0 ? x : leaky.Slope * x),
            PowerOp power => ReferenceOps.Each(inputs[0], RealFunctions.Power(power, Domain(op.Inputs[0]))),
            DivideOp => Quotient(op, inputs),
            ReduceMeanOp mean => Mean(op, Folding.Sum(inputs[0], op.Inputs[0].Shape, Reduction.Resolve(op.Inputs[0].Shape, mean.Axes), op.Shape.ElementCount)),
            AveragePoolOp pool => Mean(op, ReferenceOps.SumWindows(op, pool, inputs[0])),
            SoftmaxOp softmax => Softmax(inputs[0], op.Shape, softmax.Axis, isLog: false),
            LogSoftmaxOp softmax => Softmax(inputs[0], op.Shape, softmax.Axis, isLog: true),
            _ => throw new InvalidOperationException($"{op} has no reference."),
        };
    }

    private static (double Low, double High) Domain(Node x) => UnaryOp.Domain(x.Range, x.FractionBits);

    private static double[] Quotient(Node op, IReadOnlyList<double[]> inputs)
    {
        (double low, double high) = Domain(op.Inputs[1]);
        return ReferenceOps.Pair(op, inputs, (x, y, result) =>
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = x[i] / Math.Clamp(y[i], low, high);
        });
    }

    private static double[] Mean(Node op, double[] sums)
    {
        double terms = ReferenceOps.Terms(op);
        for (int i = 0; i < sums.Length; i++)
            sums[i] /= terms;
        return sums;
    }

    private static double[] Softmax(double[] x, Shape shape, int axis, bool isLog)
    {
        var result = new double[x.Length];
        (int outer, int length, int inner) = TensorShuffle.Around(shape, axis);
        Parallel.For(0, length == 0 ? 0 : outer * inner, i =>
        {
            int first = (i / inner * length * inner) + (i % inner);
            int end = first + (length * inner);
            double greatest = double.NegativeInfinity;
            for (int j = first; j < end; j += inner)
                greatest = Math.Max(greatest, x[j]);
            double sum = 0;
            for (int j = first; j < end; j += inner)
                sum += Math.Exp(x[j] - greatest);
            double log = Math.Log(sum);
            for (int j = first; j < end; j += inner)
                result[j] = isLog ? x[j] - greatest - log : Math.Exp(x[j] - greatest) / sum;
        });
        return result;
    }
}
