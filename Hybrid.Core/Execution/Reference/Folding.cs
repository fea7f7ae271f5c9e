using System.Numerics;
using System.Numerics.Tensors;
using Hybrid.Tensors;

namespace Hybrid.Execution;

/// <summary>A run of elements as one.</summary>
internal delegate T RunFold<T>(ReadOnlySpan<T> run);

/// <summary>Sums and extremes along dimensions.</summary>
internal static class Folding
{
    /// <summary>Sums along dimensions.</summary>
    public static T[] Sum<T>(T[] source, Shape shape, int[] axes, int count)
        where T : INumber<T> => Fold(source, shape, axes, count, T.Zero, TensorPrimitives.Sum, TensorPrimitives.Add);

    /// <summary>The greatest or the least along a dimension that is not empty.</summary>
    public static T[] Extreme<T>(T[] source, Shape shape, int axis, bool least, int count)
        where T : INumber<T>, IMinMaxValue<T> => least
        ? Fold(source, shape, [axis], count, T.MaxValue, TensorPrimitives.Min, TensorPrimitives.Min)
        : Fold(source, shape, [axis], count, T.MinValue, TensorPrimitives.Max, TensorPrimitives.Max);

    /// <summary>The place of the first greatest or least along a dimension that is not empty.</summary>
    public static T[] Place<T>(T[] source, Shape shape, int axis, bool least, int count)
        where T : INumber<T>
    {
        var result = new T[count];
        (int outer, int length, int inner) = TensorShuffle.Around(shape, axis);
        for (int i = 0; i < outer * inner; i++)
        {
            int first = (i / inner * length * inner) + (i % inner);
            T best = source[first];
            int place = 0;
            for (int j = 1; j < length; j++)
            {
                T element = source[first + (j * inner)];
                if (least ? element < best : element > best)
                {
                    (best, place) = (element, j);
                }
            }

            result[i] = T.CreateChecked(place);
        }

        return result;
    }

    private static T[] Fold<T>(T[] source, Shape shape, int[] axes, int count, T start, RunFold<T> fold, PairFunction<T> join)
    {
        var result = new T[count];
        result.AsSpan().Fill(start);
        int[] folded = Broadcasting.Strides(TensorShuffle.ReducedShape(shape, axes, keepDimensions: true));
        var walk = new StridedWalk(shape.Lengths.AsSpan(), Broadcasting.Strides(shape), folded, new int[shape.Rank]);
        if (walk.IsEmpty)
        {
            return result;
        }

        StridedWalk.Position at = walk.Start();
        var one = new T[1];
        for (int run = 0; run < walk.Runs; run++, at.Next())
        {
            ReadOnlySpan<T> elements = source.AsSpan(at.X, walk.Run);
            bool isFolded = walk.RunStrides.Y == 0;
            Span<T> target = result.AsSpan(at.Y, isFolded ? 1 : walk.Run);
            if (isFolded)
            {
                one[0] = fold(elements);
                elements = one;
            }

            join(target, elements, target);
        }

        return result;
    }
}
