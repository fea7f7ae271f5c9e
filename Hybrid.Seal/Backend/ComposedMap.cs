using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Seal;

/// <summary>The server's weights and bias of a whole stretch, composed from its constants exactly.</summary>
/// <param name="Weights">A matrix (inputs, outputs) or kernels (O, C / groups, KH, KW), row-major.</param>
/// <param name="Bias">One for each output or output channel.</param>
internal sealed record ComposedMap(long[] Weights, Int128[] Bias)
{
    /// <summary>Composes the constants of a stretch.</summary>
    public static ComposedMap Of(Stretch stretch, StepContext context)
    {
        Int128[]? matrix = null;
        Int128[] bias = new Int128[stretch.Entry.Shape[1]];
        foreach (Node op in stretch.Ops)
        {
            ReadOnlySpan<long> constant = context.Binding(op.Inputs[1]).Integers.Span;
            if (op.Op is AddOp)
            {
                for (int j = 0; j < bias.Length; j++)
                {
                    bias[j] += constant[j];
                }
            }
            else if (op.Op is Conv2dOp)
            {
                matrix = Widened(constant);
                bias = new Int128[op.Shape[1]];
            }
            else
            {
                int outputs = op.Shape[1];
                matrix = matrix is null ? Widened(constant) : Product(matrix, constant, outputs);
                bias = Product(bias, constant, outputs);
            }
        }

        return new ComposedMap([.. matrix!.Select(weight => checked((long)weight))], bias);
    }

    private static Int128[] Widened(ReadOnlySpan<long> constant)
    {
        var widened = new Int128[constant.Length];
        for (int i = 0; i < widened.Length; i++)
        {
            widened[i] = constant[i];
        }

        return widened;
    }

    // (m, k) by (k, n); the graph has bounded every entry below 2^127.
    private static Int128[] Product(Int128[] left, ReadOnlySpan<long> right, int outputs)
    {
        int inner = right.Length / outputs;
        var product = new Int128[left.Length / inner * outputs];
        for (int i = 0; i < left.Length; i++)
        {
            for (int j = 0; j < outputs; j++)
            {
                product[(i / inner * outputs) + j] += left[i] * right[(i % inner * outputs) + j];
            }
        }

        return product;
    }
}
