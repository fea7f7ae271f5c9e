using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>The integers' magnitudes that meet in one element of a product: see <see cref="ConstantOp.NormBound"/>.</summary>
internal static class ConstantNorm
{
    /// <summary>The greatest sum of magnitudes: over a column of a matrix, over one of the O of kernels, else of one element.</summary>
    public static Int128 Of(Shape shape, ReadOnlySpan<long> integers)
    {
        Int128 most = 0;
        foreach (Int128 sum in Sums(shape, integers))
            most = Int128.Max(most, sum);
        return most;
    }

    /// <summary>The sums of magnitudes that the bound is on; none of a tensor that is empty, however long its other dimensions are.</summary>
    public static Int128[] Sums(Shape shape, ReadOnlySpan<long> integers)
    {
        if (integers.IsEmpty)
        {
            return [];
        }

        (int count, Func<int, int> which) = shape.Rank switch
        {
            2 => (shape[1], i => i % shape[1]),
            4 => (shape[0], i => i / (shape[1] * shape[2] * shape[3])),
            _ => (integers.Length, (Func<int, int>)(i => i)),
        };
        var sums = new Int128[count];
        for (int i = 0; i < integers.Length; i++)
            sums[which(i)] += Int128.Abs(integers[i]);
        return sums;
    }
}
