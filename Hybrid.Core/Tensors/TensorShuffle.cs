
namespace Hybrid.Tensors;

/// <summary>
/// Words moved, repeated or added up by their place in a tensor alone: what each party does to its own share. No bytes, no rounds,
/// nothing revealed.
/// </summary>
/// <remarks>
/// Each operation is a pair: a function that checks its settings and gives the result's shape, and a kernel on words, which takes
/// settings that passed the check and destinations of that shape that do not overlap the source. Tensors lie row-major without
/// gaps; dimensions and indices count from 0. Time depends on shapes and settings alone. Every operation is linear, up to the
/// public words that padding puts in: of those, one party writes the constant and the others zero.
/// </remarks>
public static partial class TensorShuffle
{
    /// <summary>The shape after reordering dimensions: dimension i of the result is dimension permutation[i] of the source.</summary>
    /// <exception cref="ParameterException">The permutation does not name each dimension once.</exception>
    public static Shape TransposedShape(Shape source, ReadOnlySpan<int> permutation)
    {
        CheckDimensions(source, permutation);
        return permutation.Length == source.Rank
            ? new Shape(Pick(source, permutation))
            : throw new ParameterException(
                ParameterFault.Mismatch,
                $"A transposition of shape {source} names each of its dimensions once; ({Text(permutation)}) was asked for.");
    }

    /// <summary>Reorders the dimensions of <paramref name="source"/>, as <see cref="TransposedShape"/>.</summary>
    public static void Transpose<T>(ReadOnlySpan<T> source, Shape shape, ReadOnlySpan<int> permutation, Span<T> destination)
    {
        int[] strides = Broadcasting.Strides(shape.Lengths.AsSpan(), shape.Rank);
        var moved = new int[strides.Length];
        for (int i = 0; i < moved.Length; i++)
            moved[i] = strides[permutation[i]];
        Shape result = new(Pick(shape, permutation));
        Copy(source, 0, moved, destination, 0, Broadcasting.Strides(result), result.Lengths.AsSpan());
    }

    /// <summary>
    /// The shape with <paramref name="before"/>[i] cells in front of dimension i and <paramref name="after"/>[i] behind it.
    /// </summary>
    /// <exception cref="ParameterException">There is not one pair for each dimension, or one is negative or too large.</exception>
    public static Shape PaddedShape(Shape source, ReadOnlySpan<int> before, ReadOnlySpan<int> after)
    {
        CheckCount(source, before.Length, "pads in front");
        CheckCount(source, after.Length, "pads behind");
        var lengths = new int[source.Rank];
        for (int i = 0; i < lengths.Length; i++)
        {
            if (before[i] < 0 || after[i] < 0 || (long)source[i] + before[i] + after[i] > Shape.MaximumElements)
            {
                throw new ParameterException(
                    ParameterFault.OutOfRange,
                    $"Pads of {before[i]} and {after[i]} were asked for in dimension {i} of shape {source}: choose 0 or more.");
            }

            lengths[i] = source[i] + before[i] + after[i];
        }

        return new Shape(lengths);
    }

    /// <summary>
    /// Surrounds <paramref name="source"/> with the public element <paramref name="outside"/>, as <see cref="PaddedShape"/>.
    /// </summary>
    public static void Pad<T>(
        ReadOnlySpan<T> source, Shape shape, ReadOnlySpan<int> before, ReadOnlySpan<int> after, T outside, Span<T> destination)
    {
        int[] strides = Broadcasting.Strides(PaddedShape(shape, before, after));
        int offset = 0;
        for (int i = 0; i < strides.Length; i++)
            offset += before[i] * strides[i];
        destination.Fill(outside);
        Copy(source, 0, Broadcasting.Strides(shape), destination, offset, strides, shape.Lengths.AsSpan());
    }

    /// <summary>
    /// The shape of <paramref name="sizes"/>[i] cells of each dimension i, from <paramref name="starts"/>[i] on in steps of
    /// <paramref name="steps"/>[i], which may be negative.
    /// </summary>
    /// <exception cref="ParameterException">There is not one of each a dimension, a step is 0, or a slice leaves the tensor.</exception>
    public static Shape SlicedShape(Shape source, ReadOnlySpan<int> starts, ReadOnlySpan<int> sizes, ReadOnlySpan<int> steps)
    {
        CheckCount(source, starts.Length, "starts");
        CheckCount(source, sizes.Length, "sizes");
        CheckCount(source, steps.Length, "steps");
        for (int i = 0; i < sizes.Length; i++)
        {
            long last = starts[i] + ((long)(sizes[i] - 1) * steps[i]);
            bool inside = sizes[i] == 0 || (starts[i] >= 0 && starts[i] < source[i] && last >= 0 && last < source[i]);
            if (sizes[i] < 0 || steps[i] == 0 || !inside)
            {
                throw new ParameterException(
                    ParameterFault.OutOfRange,
                    $"{sizes[i]} cells from {starts[i]} on in steps of {steps[i]} were asked for, "
                    + $"of dimension {i} of shape {source}: stay inside it.");
            }
        }

        return new Shape(sizes);
    }

    /// <summary>Takes a regular part of <paramref name="source"/>, as <see cref="SlicedShape"/>.</summary>
    public static void Slice<T>(
        ReadOnlySpan<T> source, Shape shape, ReadOnlySpan<int> starts, ReadOnlySpan<int> sizes, ReadOnlySpan<int> steps,
        Span<T> destination)
    {
        int[] strides = Broadcasting.Strides(shape);
        int offset = 0;
        for (int i = 0; i < strides.Length; i++)
        {
            offset += starts[i] * strides[i];
            // Of one cell or none no step is taken, however long it is.
            strides[i] = sizes[i] > 1 ? strides[i] * steps[i] : 0;
        }

        Copy(source, offset, strides, destination, 0, Broadcasting.Strides(new Shape(sizes)), sizes);
    }

    /// <summary>The shape of the parts one after the other along a dimension.</summary>
    /// <exception cref="ParameterException">There is no part, or two differ in another dimension.</exception>
    public static Shape ConcatenatedShape(ReadOnlySpan<Shape> parts, int axis)
    {
        if (parts.Length == 0)
        {
            throw new ParameterException(ParameterFault.OutOfRange, "Concatenating no tensors was asked for: give at least one.");
        }

        CheckDimensions(parts[0], [axis]);
        int[] lengths = [.. parts[0].Lengths];
        long sum = 0;
        foreach (Shape part in parts)
        {
            sum += part.Rank == lengths.Length ? part[axis] : 0;
            lengths[axis] = part.Rank == lengths.Length ? part[axis] : 0;
            if (!part.Lengths.AsSpan().SequenceEqual(lengths))
            {
                throw new ParameterException(
                    ParameterFault.Mismatch,
                    $"Tensors of shapes {parts[0]} and {part} were to be concatenated along dimension {axis}; the others must agree.");
            }
        }

        lengths[axis] = (int)Math.Min(sum, int.MaxValue);
        return new Shape(lengths);
    }

    /// <summary>
    /// Writes one part of a concatenation into <paramref name="destination"/>, of shape <paramref name="result"/>, from index
    /// <paramref name="start"/> of the dimension on.
    /// </summary>
    public static void ConcatPart<T>(ReadOnlySpan<T> part, Shape shape, int axis, int start, Span<T> destination, Shape result)
    {
        int[] strides = Broadcasting.Strides(result);
        Copy(part, 0, Broadcasting.Strides(shape), destination, start * strides[axis], strides, shape.Lengths.AsSpan());
    }

    /// <summary>The shape with dimension <paramref name="axis"/> replaced by those of the indices.</summary>
    /// <exception cref="ParameterException">
    /// There are not as many indices as their shape says, one is outside the dimension, or the result is too large.
    /// </exception>
    public static Shape GatheredShape(Shape source, ReadOnlySpan<int> indices, Shape indexShape, int axis)
    {
        CheckDimensions(source, [axis]);
        if (indices.Length != indexShape.ElementCount)
        {
            throw new ParameterException(
                ParameterFault.Mismatch,
                $"Indices of shape {indexShape} are {indexShape.ElementCount}; {indices.Length} were given.");
        }

        foreach (int index in indices)
        {
            if (index < 0 || index >= source[axis])
            {
                throw new ParameterException(
                    ParameterFault.OutOfRange,
                    $"Index {index} was asked for, of dimension {axis} of shape {source}: stay inside it.");
            }
        }

        return new Shape([.. source.Lengths.AsSpan()[..axis], .. indexShape.Lengths, .. source.Lengths.AsSpan()[(axis + 1)..]]);
    }

    /// <summary>
    /// Takes the slices of <paramref name="source"/> that public indices name, in their order, as <see cref="GatheredShape"/>.
    /// </summary>
    public static void Gather<T>(ReadOnlySpan<T> source, Shape shape, ReadOnlySpan<int> indices, int axis, Span<T> destination)
    {
        (int outer, int length, int inner) = Around(shape, axis);
        for (int block = 0; block < outer; block++)
        {
            ReadOnlySpan<T> slices = source.Slice(block * length * inner, length * inner);
            foreach (int index in indices)
            {
                slices.Slice(index * inner, inner).CopyTo(destination);
                destination = destination[inner..];
            }
        }
    }

    /// <summary>Checks that the source repeats to fit <paramref name="target"/> by NumPy's rule, and gives that.</summary>
    /// <exception cref="ParameterException">It does not.</exception>
    public static Shape BroadcastShape(Shape source, Shape target)
    {
        int[] joined = Broadcasting.Join(source.Lengths.AsSpan(), target.Lengths.AsSpan(), $"broadcast of {source} to {target}");
        return joined.AsSpan().SequenceEqual(target.Lengths.AsSpan())
            ? target
            : throw new ParameterException(ParameterFault.Mismatch, $"Shape {source} was to repeat to fit {target}, which is smaller.");
    }

    /// <summary>Repeats <paramref name="source"/> to fit a shape, as <see cref="BroadcastShape"/>.</summary>
    public static void BroadcastTo<T>(ReadOnlySpan<T> source, Shape shape, Shape target, Span<T> destination) =>
        Copy(
            source, 0, Broadcasting.Strides(shape.Lengths.AsSpan(), target.Rank),
            destination, 0, Broadcasting.Strides(target), target.Lengths.AsSpan());

    /// <summary>The same, in a new array; or the source itself, where it has that shape's elements already.</summary>
    public static T[] BroadcastTo<T>(T[] source, Shape shape, Shape target)
    {
        if (source.Length == target.ElementCount)
        {
            return source;
        }

        var result = new T[target.ElementCount];
        BroadcastTo(source, shape, target, result);
        return result;
    }

    private static void CheckDimensions(Shape shape, ReadOnlySpan<int> dimensions)
    {
        for (int i = 0; i < dimensions.Length; i++)
        {
            if (dimensions[i] < 0 || dimensions[i] >= shape.Rank || dimensions[..i].Contains(dimensions[i]))
            {
                throw new ParameterException(
                    ParameterFault.OutOfRange,
                    $"Dimensions ({Text(dimensions)}) of shape {shape} were asked for: name each once, from 0 to {shape.Rank - 1}.");
            }
        }
    }

    private static void CheckCount(Shape shape, int count, string what)
    {
        if (count != shape.Rank)
        {
            throw new ParameterException(
                ParameterFault.Mismatch,
                $"Shape {shape} takes {shape.Rank} {what}, one for each dimension; {count} were given.");
        }
    }

    private static string Text(ReadOnlySpan<int> numbers) => string.Join(", ", numbers.ToArray());

    private static int[] Pick(Shape shape, ReadOnlySpan<int> dimensions)
    {
        var lengths = new int[dimensions.Length];
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = shape[dimensions[i]];
        return lengths;
    }

    // A tensor as (outer, axis, inner).
    /// <summary>A shape as the elements before a dimension, its length, and those after.</summary>
    internal static (int Outer, int Length, int Inner) Around(Shape shape, int axis)
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

    private static void Copy<T>(
        ReadOnlySpan<T> source, int sourceStart, int[] sourceStrides,
        Span<T> destination, int destinationStart, int[] destinationStrides, ReadOnlySpan<int> lengths)
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
            if (to == 1 && from == 1)
            {
                source.Slice(x, walk.Run).CopyTo(destination[y..]);
            }
            else if (to == 1 && from == 0)
            {
                destination.Slice(y, walk.Run).Fill(source[x]);
            }
            else
            {
                for (int i = 0; i < walk.Run; i++, x += from, y += to)
                    destination[y] = source[x];
            }
        }
    }
}
