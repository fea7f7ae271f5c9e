using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Execution;

/// <summary>Numbers that enter a graph, as integers.</summary>
internal static class InputNumbers
{
    private const int BlockLength = 1024;

    // Up to here doubles are exact, and so are comparisons with bounds.
    private const double Exact = 1L << 52;

    /// <summary>round(x · 2^f) of each, ties to even.</summary>
    /// <param name="node">The input.</param>
    /// <param name="values">As many numbers as it has elements, row by row.</param>
    /// <param name="pool">Where memory is borrowed, if anywhere.</param>
    /// <returns>The integers; the caller disposes of them.</returns>
    /// <exception cref="ParameterException">A number is not finite or beyond the input's bound. The message names its index, never its value.</exception>
    public static PlainIntegers Encode(Node node, ReadOnlySpan<double> values, SecretPool? pool = null)
    {
        var integers = new PlainIntegers(node, pool);
        try
        {
            using var scaled = new SecretBuffer<double>(BlockLength, pool);
            for (int from = 0; from < values.Length; from += BlockLength)
            {
                int count = Math.Min(BlockLength, values.Length - from);
                if (!TryEncode(node, values.Slice(from, count), from, integers, scaled.Span[..count]))
                {
                    EncodeEach(node, values.Slice(from, count), from, integers);
                }
            }

            return integers;
        }
        catch
        {
            integers.Dispose();
            throw;
        }
    }

    // False where a number is long, or wrong: what is no number compares with nothing.
    private static bool TryEncode(Node node, ReadOnlySpan<double> values, int first, PlainIntegers integers, Span<double> scaled)
    {
        TensorPrimitives.Multiply(values, Math.ScaleB(1, node.FractionBits), scaled);
        TensorPrimitives.Round(scaled, MidpointRounding.ToEven, scaled);
        double low = Math.Max((double)node.Range.Low, -Exact);
        double high = Math.Min((double)node.Range.High, Exact);
        if (!integers.AreWords || !(TensorPrimitives.Min(scaled) >= low && TensorPrimitives.Max(scaled) <= high))
        {
            return false;
        }

        TensorPrimitives.ConvertTruncating<double, long>(scaled, integers.Words[first..]);
        return true;
    }

    private static void EncodeEach(Node node, ReadOnlySpan<double> values, int first, PlainIntegers integers)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double scaled = Math.Round(Math.ScaleB(values[i], node.FractionBits), MidpointRounding.ToEven);
            if (!(Math.Abs(scaled) < 1e37) || (Int128)scaled < node.Range.Low || (Int128)scaled > node.Range.High)
            {
                throw new ParameterException(
                    ParameterFault.OutOfRange,
                    $"Element {first + i} (counted row by row) of the input {node.Label} is not finite, or beyond ±{Math.ScaleB((double)node.Magnitude, -node.FractionBits):g}: scale the data, or give the input a larger bound.");
            }

            integers[first + i] = (Int128)scaled;
        }
    }
}
