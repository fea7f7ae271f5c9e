using System.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Execution;

/// <summary>A function of two runs of equal length, element by element.</summary>
internal delegate void PairFunction<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result);

/// <summary>Functions of two tensors or three, element by element, with shapes that repeat to fit each other.</summary>
internal static class Pairwise
{
    /// <summary>A function of each two elements; the target is what both shapes stretch to.</summary>
    public static T[] Of<T>(T[] x, Shape xShape, T[] y, Shape yShape, Shape target, PairFunction<T> function)
    {
        var result = new T[target.ElementCount];
        var walk = new StridedWalk(
            target.Lengths.AsSpan(), Broadcasting.Strides(xShape.Lengths.AsSpan(), target.Rank), Broadcasting.Strides(yShape.Lengths.AsSpan(), target.Rank),
            Broadcasting.Strides(target));
        if (walk.IsEmpty)
        {
            return result;
        }

        // Along a run an operand goes on by one or repeats.
        var repeated = new T[walk.RunStrides.X == 0 || walk.RunStrides.Y == 0 ? walk.Run : 0];
        StridedWalk.Position at = walk.Start();
        for (int run = 0; run < walk.Runs; run++, at.Next())
        {
            ReadOnlySpan<T> left = Run(x, at.X, walk.RunStrides.X, walk.Run, repeated);
            ReadOnlySpan<T> right = Run(y, at.Y, walk.RunStrides.Y, walk.Run, repeated);
            function(left, right, result.AsSpan(at.Z, walk.Run));
        }

        return result;
    }

    /// <summary>x where the condition is not zero, y elsewhere.</summary>
    public static T[] Where<T>(T[] condition, Shape conditionShape, T[] x, Shape xShape, T[] y, Shape yShape, Shape target)
        where T : INumberBase<T>
    {
        T[] conditions = TensorShuffle.BroadcastTo(condition, conditionShape, target);
        T[] xs = TensorShuffle.BroadcastTo(x, xShape, target);
        T[] ys = TensorShuffle.BroadcastTo(y, yShape, target);
        var result = new T[target.ElementCount];
        for (int i = 0; i < result.Length; i++)
            result[i] = T.IsZero(conditions[i]) ? ys[i] : xs[i];
        return result;
    }

    /// <summary>1 where x is less than y, 0 elsewhere.</summary>
    public static void Less<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : INumber<T>
    {
        for (int i = 0; i < result.Length; i++)
            result[i] = x[i] < y[i] ? T.One : T.Zero;
    }

    /// <summary>1 where x and y are equal, 0 elsewhere.</summary>
    public static void Equal<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : INumber<T>
    {
        for (int i = 0; i < result.Length; i++)
            result[i] = x[i] == y[i] ? T.One : T.Zero;
    }

    // Both operands repeat along a run only where it is a single cell, and there the strides are 1.
    private static ReadOnlySpan<T> Run<T>(T[] values, int start, int stride, int count, T[] repeated)
    {
        if (stride != 0)
        {
            return values.AsSpan(start, count);
        }

        repeated.AsSpan().Fill(values[start]);
        return repeated;
    }
}
