using System.Numerics;
using Hybrid.Mpc.Circuits;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Functions;

/// <summary>Rearranging tensors, and sums over parts of them. All local and free of messages.</summary>
public static class Shaping
{
    private const int Precision = 20;

    /// <summary>The same elements in another shape.</summary>
    /// <exception cref="ParameterException">It has not as many elements.</exception>
    public static Wire Reshape(this Wire x, params ReadOnlySpan<int> lengths)
    {
        Circuit circuit = Linear.Of(x);
        var shape = new Shape(lengths);
        if (shape.ElementCount != x.Count)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The {x} has {x.Count} elements, and a shape of {shape} has {shape.ElementCount}.");
        }

        if (shape.Equals(x.Shape))
        {
            return x;
        }

        return circuit.Alias("reshape", x, shape, x.FractionBits, x.Range);
    }

    /// <summary>The dimensions in another order: dimension i of the result is dimension permutation[i] of x.</summary>
    public static Wire Transpose(this Wire x, params ReadOnlySpan<int> permutation)
    {
        Circuit circuit = Linear.Of(x);
        int[] order = permutation.ToArray();
        Wire result = circuit.NewWire("transpose", TensorShuffle.TransposedShape(x.Shape, order), x.FractionBits, x.Range);
        return circuit.AddLocal($"transpose by {string.Join(',', order)}", result, [x], values =>
            TensorShuffle.Transpose(values.Words(x.Id), x.Shape, order, values.New(result)));
    }

    /// <summary>A box of x: from the starts, so many elements in each dimension, at the steps.</summary>
    public static Wire Slice(this Wire x, ReadOnlySpan<int> starts, ReadOnlySpan<int> sizes, ReadOnlySpan<int> steps)
    {
        Circuit circuit = Linear.Of(x);
        (int[] from, int[] count, int[] step) = (starts.ToArray(), sizes.ToArray(), steps.ToArray());
        Wire result = circuit.NewWire("slice", TensorShuffle.SlicedShape(x.Shape, from, count, step), x.FractionBits, x.Range);
        return circuit.AddLocal($"slice {string.Join(',', from)} of {string.Join(',', count)} by {string.Join(',', step)}", result, [x], values =>
            TensorShuffle.Slice(values.Words(x.Id), x.Shape, from, count, step, values.New(result)));
    }

    /// <summary>The elements start … start + size − 1 of one dimension, all of the others.</summary>
    public static Wire Slice(this Wire x, int axis, int start, int size)
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireAxis(x, axis);
        int[] starts = new int[x.Shape.Rank];
        int[] sizes = [.. x.Shape.Lengths];
        int[] steps = [.. Enumerable.Repeat(1, x.Shape.Rank)];
        starts[axis] = start;
        sizes[axis] = size;
        return x.Slice(starts, sizes, steps);
    }

    /// <summary>The tensors one after the other along a dimension.</summary>
    public static Wire Concat(int axis, params ReadOnlySpan<Wire> parts)
    {
        if (parts.IsEmpty)
        {
            throw new ParameterException(ParameterFault.Mismatch, "There is nothing to concatenate: give at least one tensor.");
        }

        Circuit circuit = Linear.Of(parts[0]);
        int bits = 0;
        foreach (Wire part in parts)
            bits = Math.Max(bits, circuit.Own(part).FractionBits);
        Wire[] all = [.. parts.ToArray().Select(part => part.Rescale(bits))];
        Shape shape = TensorShuffle.ConcatenatedShape(all.Select(part => part.Shape).ToArray(), axis);
        Wire result = circuit.NewWire("concat", shape, bits, all.Select(part => part.Range).Aggregate((x, y) => x.Union(y)));
        return circuit.AddLocal($"concat along {axis}", result, all, values =>
        {
            Span<ulong> destination = values.New(result);
            int start = 0;
            foreach (Wire part in all)
            {
                TensorShuffle.ConcatPart(values.Words(part.Id), part.Shape, axis, start, destination, shape);
                start += part.Shape[axis];
            }
        });
    }

    /// <summary>x surrounded by a public number.</summary>
    public static Wire Pad(this Wire x, ReadOnlySpan<int> before, ReadOnlySpan<int> after, double outside = 0)
    {
        Circuit circuit = Linear.Of(x);
        (int[] first, int[] last) = (before.ToArray(), after.ToArray());
        PublicTensor padding = PublicTensor.Of(outside, x.FractionBits);
        Wire result = circuit.NewWire("pad", TensorShuffle.PaddedShape(x.Shape, first, last), x.FractionBits, x.Range.Union(padding.Range));
        return circuit.AddLocal($"pad {string.Join(',', first)} and {string.Join(',', last)} with {padding}", result, [x], values =>
            TensorShuffle.Pad(values.Words(x.Id), x.Shape, first, last, values.IsFirst ? padding.Words[0] : 0, values.New(result)));
    }

    /// <summary>Slices of one dimension that public indices name.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="indices">Which, in [0, length of the dimension).</param>
    /// <param name="axis">The dimension.</param>
    public static Wire Gather(this Wire x, ReadOnlySpan<int> indices, int axis)
    {
        Circuit circuit = Linear.Of(x);
        int[] which = indices.ToArray();
        Wire result = circuit.NewWire("gather", TensorShuffle.GatheredShape(x.Shape, which, new Shape(which.Length), axis), x.FractionBits, x.Range);
        return circuit.AddLocal($"gather {string.Join(',', which)} along {axis}", result, [x], values =>
            TensorShuffle.Gather(values.Words(x.Id), x.Shape, which, axis, values.New(result)));
    }

    /// <summary>x repeated to a larger shape, as NumPy broadcasts.</summary>
    public static Wire BroadcastTo(this Wire x, Shape shape)
    {
        Circuit circuit = Linear.Of(x);
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Equals(x.Shape))
        {
            return x;
        }

        Wire result = circuit.NewWire("broadcast", TensorShuffle.BroadcastShape(x.Shape, shape), x.FractionBits, x.Range);
        return circuit.AddLocal("broadcast", result, [x], values =>
            TensorShuffle.BroadcastTo(values.Words(x.Id), x.Shape, shape, values.New(result)));
    }

    /// <summary>Sums over dimensions; over all of them if none is named, with shape (1).</summary>
    public static Wire Sum(this Wire x, ReadOnlySpan<int> axes, bool keepDimensions = false)
    {
        Circuit circuit = Linear.Of(x);
        int[] summed = axes.IsEmpty ? [.. Enumerable.Range(0, x.Shape.Rank)] : axes.ToArray();
        Shape shape = TensorShuffle.ReducedShape(x.Shape, summed, keepDimensions);
        long terms = summed.Aggregate(1L, (product, axis) => product * x.Shape[axis]);
        Wire result = circuit.NewWire("sum", shape.Rank == 0 ? new Shape(1) : shape, x.FractionBits, x.Range.Times(terms).Union(default));
        return circuit.AddLocal($"sum over {string.Join(',', summed)}", result, [x], values =>
            TensorShuffle.ReduceSum(values.Words(x.Id), x.Shape, summed, values.New(result)));
    }

    /// <summary>Means over dimensions: sums times a public number. One round.</summary>
    public static Wire Mean(this Wire x, ReadOnlySpan<int> axes, bool keepDimensions = false)
    {
        Wire sum = Sum(x, axes, keepDimensions);
        long terms = sum.Count == 0 ? 1 : Math.Max(1, x.Count / sum.Count);
        return sum.DividedBy(terms);
    }

    /// <summary>Means over windows of images (N, C, H, W); padding counts as zeros. One round.</summary>
    public static Wire AveragePool(this Wire x, int windowHeight, int windowWidth, Conv2dGeometry geometry)
    {
        Circuit circuit = Linear.Of(x);
        long terms = (long)windowHeight * windowWidth;
        Wire sum = circuit.NewWire(
            "average pool", TensorShuffle.SummedWindowsShape(x.Shape, windowHeight, windowWidth, geometry), x.FractionBits, x.Range.Union(default).Times(terms));
        circuit.AddLocal($"sum windows {windowHeight} × {windowWidth}, {geometry}", sum, [x], values =>
            TensorShuffle.SumWindows(values.Words(x.Id), x.Shape, windowHeight, windowWidth, geometry, values.New(sum)));
        return sum.DividedBy(terms);
    }

    /// <summary>x / n for a public whole number.</summary>
    internal static Wire DividedBy(this Wire x, long n)
    {
        if (n == 1)
        {
            return x;
        }

        // A power of two only moves the point.
        int shift = BitOperations.Log2((ulong)n);
        if (BitOperations.IsPow2(n) && x.FractionBits + shift <= 62)
        {
            return x.Relabel(x.FractionBits + shift).Rescale(x.FractionBits);
        }

        // 1 / n is right to twenty bits of itself at least; a tensor that leaves less room for them is truncated first.
        int room = 61 - x.Range.Bits;
        int cut = Math.Max(0, Precision - room);
        int bits = Math.Min(room + cut, 2 * Precision) + shift;
        Wire kept = cut == 0 ? x : x.Relabel(62).Rescale(62 - cut);
        Wire quotient = kept.Relabel(0).Product(PublicTensor.Of(1.0 / n, bits));
        Wire scaled = bits > cut
            ? quotient.Relabel(bits).Rescale(cut)
            : quotient.Relabel(0).Product(new PublicTensor(new Shape(1), 0, [1L << (cut - bits)]));
        return scaled.Relabel(x.FractionBits);
    }

    internal static void RequireAxis(Wire x, int axis)
    {
        if (axis < 0 || axis >= x.Shape.Rank)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"The {x} has no dimension {axis}: choose 0 to {x.Shape.Rank - 1}.");
        }
    }
}
