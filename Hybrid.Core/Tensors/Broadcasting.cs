
namespace Hybrid.Tensors;

/// <summary>NumPy's rule for operands of unlike shapes: aligned at the last dimension, a length of 1 repeats to fit the other.</summary>
public static class Broadcasting
{
    /// <summary>The lengths that both stretch to.</summary>
    /// <param name="left">Lengths of the left operand.</param>
    /// <param name="right">Lengths of the right operand.</param>
    /// <param name="what">The operation, for the message.</param>
    /// <exception cref="ParameterException">Two lengths differ and neither is 1.</exception>
    public static int[] Join(ReadOnlySpan<int> left, ReadOnlySpan<int> right, string what)
    {
        var lengths = new int[Math.Max(left.Length, right.Length)];
        for (int back = 1; back <= lengths.Length; back++)
        {
            int x = back <= left.Length ? left[^back] : 1;
            int y = back <= right.Length ? right[^back] : 1;
            if (x != y && x != 1 && y != 1)
            {
                throw new ParameterException(
                    ParameterFault.Mismatch,
                    $"The {what} takes shapes that repeat to fit each other; "
                    + $"{x} and {y}, dimension {back} from the last, differ and neither is 1.");
            }

            lengths[^back] = x == 1 ? y : x;
        }

        return lengths;
    }

    /// <summary>Row-major strides, in words, of an operand stretched to <paramref name="rank"/> dimensions: 0 where it repeats.</summary>
    public static int[] Strides(ReadOnlySpan<int> lengths, int rank)
    {
        var strides = new int[rank];
        int words = 1;
        for (int back = 1; back <= lengths.Length; back++)
        {
            strides[^back] = lengths[^back] == 1 ? 0 : words;
            words *= lengths[^back];
        }

        return strides;
    }

    /// <summary>Row-major strides, in words, of a tensor.</summary>
    public static int[] Strides(Shape shape) => Strides(shape.Lengths.AsSpan(), shape.Rank);
}
