using Hybrid.Mpc.Ring64;
using Hybrid.Tensors;

namespace Hybrid.Tests.Mpc;

/// <summary>Tensor arithmetic by its definition, one element after the other.</summary>
internal static class Plain
{
    /// <summary>Where the elements of a broadcast tensor come from.</summary>
    public static int[] Sources(Shape from, Shape to)
    {
        var sources = new int[to.ElementCount];
        for (int element = 0; element < sources.Length; element++)
        {
            int rest = element;
            int stride = 1;
            for (int dimension = to.Rank - 1; dimension >= 0; dimension--)
            {
                int place = rest % to[dimension];
                rest /= to[dimension];
                int own = dimension - (to.Rank - from.Rank);
                if (own >= 0)
                {
                    sources[element] += from[own] == 1 ? 0 : place * stride;
                    stride *= from[own];
                }
            }
        }

        return sources;
    }

    /// <summary>A function of each two elements, shapes broadcast as in NumPy.</summary>
    public static T[] Broadcast<T>(T[] x, Shape xs, T[] y, Shape ys, Func<T, T, T> function)
    {
        Shape shape = new ElementwiseMap(xs, ys).Result;
        int[] left = Sources(xs, shape);
        int[] right = Sources(ys, shape);
        return [.. Enumerable.Range(0, shape.ElementCount).Select(element => function(x[left[element]], y[right[element]]))];
    }

    /// <summary>A function of the elements along one dimension, for each place of the others.</summary>
    public static T[] Reduce<T>(T[] x, Shape shape, int axis, Func<T[], T> function)
    {
        int inner = 1;
        for (int dimension = axis + 1; dimension < shape.Rank; dimension++)
            inner *= shape[dimension];
        int length = shape[axis];
        int outer = length == 0 ? 0 : x.Length / (length * inner);
        var results = new List<T>();
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
                results.Add(function([.. Enumerable.Range(0, length).Select(place => x[(((o * length) + place) * inner) + i])]));
        }

        return [.. results];
    }
}
