using Hybrid.Tensors;

namespace Hybrid.Tests.Mpc.Ring64;

/// <summary>Tensors by their definition: one index at a time.</summary>
internal static class NaiveTensor
{
    /// <summary>Every index of a shape, in row-major order.</summary>
    public static IEnumerable<int[]> Indices(Shape shape)
    {
        for (int flat = 0; flat < shape.ElementCount; flat++)
        {
            var index = new int[shape.Rank];
            int rest = flat;
            for (int i = shape.Rank - 1; i >= 0; i--)
            {
                index[i] = rest % shape[i];
                rest /= shape[i];
            }

            yield return index;
        }
    }

    /// <summary>The place of an index, of as many dimensions or more, in a tensor that repeats by NumPy's rule.</summary>
    public static int Place(Shape shape, ReadOnlySpan<int> index)
    {
        int place = 0;
        for (int i = 0; i < shape.Rank; i++)
            place = (place * shape[i]) + (shape[i] == 1 ? 0 : index[index.Length - shape.Rank + i]);
        return place;
    }
}
