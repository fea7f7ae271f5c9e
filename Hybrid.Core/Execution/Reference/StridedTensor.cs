using Hybrid.Tensors;

namespace Hybrid.Execution;

/// <summary>Elements of any type moved and repeated by their place in a tensor: what shape ops are made of.</summary>
internal static class StridedTensor
{
    /// <summary>Copies a block of cells of the given lengths from one place of a tensor to one of another.</summary>
    public static void Copy<T>(
        ReadOnlySpan<T> source, int sourceStart, ReadOnlySpan<int> sourceStrides,
        Span<T> destination, int destinationStart, ReadOnlySpan<int> destinationStrides, ReadOnlySpan<int> lengths)
    {
        var walk = new StridedWalk(lengths, sourceStrides, destinationStrides, new int[lengths.Length]);
        if (walk.IsEmpty)
        {
            return;
        }

        (int from, int to, _) = walk.RunStrides;
        StridedWalk.Position at = walk.Start();
        for (int run = 0; run < walk.Runs; run++, at.Next())
        {
            int x = sourceStart + at.X;
            int y = destinationStart + at.Y;
            if (from == 1 && to == 1)
            {
                source.Slice(x, walk.Run).CopyTo(destination[y..]);
                continue;
            }

            for (int i = 0; i < walk.Run; i++, x += from, y += to)
                destination[y] = source[x];
        }
    }

    /// <summary>A tensor repeated to fit a shape, or itself where it has that shape's elements already.</summary>
    public static T[] Expand<T>(T[] source, Shape shape, Shape target)
    {
        if (source.Length == target.ElementCount)
        {
            return source;
        }

        var result = new T[target.ElementCount];
        Copy(source, 0, Broadcasting.Strides(shape.Lengths.AsSpan(), target.Rank), result, 0, Broadcasting.Strides(target), target.Lengths.AsSpan());
        return result;
    }

    /// <summary>Dimensions in another order.</summary>
    public static T[] Transpose<T>(T[] source, Shape shape, ReadOnlySpan<int> order, Shape target)
    {
        int[] strides = Broadcasting.Strides(shape);
        var moved = new int[strides.Length];
        for (int i = 0; i < moved.Length; i++)
            moved[i] = strides[order[i]];
        var result = new T[source.Length];
        Copy(source, 0, moved, result, 0, Broadcasting.Strides(target), target.Lengths.AsSpan());
        return result;
    }

    /// <summary>A box of a tensor.</summary>
    public static T[] Slice<T>(T[] source, Shape shape, ReadOnlySpan<int> starts, ReadOnlySpan<int> steps, Shape target)
    {
        int[] strides = Broadcasting.Strides(shape);
        int offset = 0;
        for (int i = 0; i < strides.Length; i++)
        {
            offset += starts[i] * strides[i];
            // No step is taken of one cell or none, however long it is.
            strides[i] = target[i] > 1 ? strides[i] * steps[i] : 0;
        }

        var result = new T[target.ElementCount];
        Copy(source, offset, strides, result, 0, Broadcasting.Strides(target), target.Lengths.AsSpan());
        return result;
    }

    /// <summary>A tensor within a larger one that is filled with a value.</summary>
    public static T[] Pad<T>(T[] source, Shape shape, ReadOnlySpan<int> before, T value, Shape target)
    {
        var result = new T[target.ElementCount];
        result.AsSpan().Fill(value);
        Place(source, shape, before, result, target);
        return result;
    }

    /// <summary>Writes a tensor into a larger one, from the given place on.</summary>
    public static void Place<T>(ReadOnlySpan<T> source, Shape shape, ReadOnlySpan<int> at, Span<T> destination, Shape target)
    {
        int[] strides = Broadcasting.Strides(target);
        int offset = 0;
        for (int i = 0; i < strides.Length; i++)
            offset += at[i] * strides[i];
        Copy(source, 0, Broadcasting.Strides(shape), destination, offset, strides, shape.Lengths.AsSpan());
    }

    /// <summary>Slices of a dimension that places name.</summary>
    public static T[] Gather<T>(T[] source, Shape shape, ReadOnlySpan<int> places, int axis, Shape target)
    {
        (int outer, int length, int inner) = Around(shape, axis);
        var result = new T[target.ElementCount];
        Span<T> rest = result;
        for (int block = 0; block < outer; block++)
        {
            foreach (int place in places)
            {
                source.AsSpan(((block * length) + place) * inner, inner).CopyTo(rest);
                rest = rest[inner..];
            }
        }

        return result;
    }

    /// <summary>A shape as (outer, the dimension, inner).</summary>
    public static (int Outer, int Length, int Inner) Around(Shape shape, int axis)
    {
        int outer = 1;
        int inner = 1;
        for (int i = 0; i < shape.Rank; i++)
        {
            outer *= i < axis ? shape[i] : 1;
            inner *= i > axis ? shape[i] : 1;
        }

        return (outer, shape[axis], inner);
    }
}
