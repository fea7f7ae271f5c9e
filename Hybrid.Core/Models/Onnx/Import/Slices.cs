using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>Parts of tensors.</summary>
internal static class Slices
{
    /// <summary>A box at steps, its ends brought inside.</summary>
    public static void Slice(NodeImport at)
    {
        ImportValue x = at.Value(0);
        int[] starts = at.Setting("starts", 1) ?? throw at.Refused("does not say where it starts");
        int[] ends = at.Setting("ends", 2) ?? throw at.Refused("does not say where it ends");
        int[] axes = at.Setting("axes", 3) ?? [.. Enumerable.Range(0, starts.Length)];
        int[] steps = at.Has(4) ? at.Integers(at.RequireConstant(4, "the steps"), "its steps") : [.. Enumerable.Repeat(1, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || steps.Contains(0))
        {
            throw at.Refused($"has {starts.Length} starts, {ends.Length} ends, {axes.Length} axes and {steps.Length} steps, which must be as many and no step 0");
        }

        at.Axes(axes, x.Shape.Rank);
        int[] firsts = new int[x.Shape.Rank];
        int[] sizes = [.. x.Shape.Lengths];
        int[] strides = [.. Enumerable.Repeat(1, x.Shape.Rank)];
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = at.Axis(axes[i], x.Shape.Rank);
            (firsts[axis], sizes[axis]) = Span(x.Shape[axis], starts[i], ends[i], steps[i]);
            strides[axis] = steps[i];
        }

        at.Result(Box(at, x, firsts, sizes, strides));
    }

    /// <summary>Parts one after the other along a dimension.</summary>
    public static void Split(NodeImport at)
    {
        ImportValue x = at.Value(0);
        int axis = at.Axis(at.Node.Integer("axis", 0), x.Shape.Rank);
        int length = x.Shape[axis];
        int parts = at.Node.Outputs.Length;
        int each = (length + parts - 1) / Math.Max(1, parts);
        int[] sizes = at.Setting("split", 1) ?? [.. Enumerable.Range(0, parts).Select(part => Math.Clamp(length - (part * each), 0, each))];
        if (sizes.Length != parts || Array.Exists(sizes, size => size < 0) || sizes.Sum(size => (long)size) != length)
        {
            throw at.Refused($"splits {length} elements into parts of {string.Join(", ", sizes.Take(16))} for {parts} outputs");
        }

        int start = 0;
        for (int part = 0; part < parts; part++)
        {
            if (at.IsUsed(part))
            {
                int[] firsts = new int[x.Shape.Rank];
                int[] lengths = [.. x.Shape.Lengths];
                (firsts[axis], lengths[axis]) = (start, sizes[part]);
                at.Result(Box(at, x, firsts, lengths, [.. Enumerable.Repeat(1, x.Shape.Rank)]), part);
            }

            start += sizes[part];
        }
    }

    /// <summary>A box of a value; the value itself where it is all of it.</summary>
    public static ImportValue Box(NodeImport at, ImportValue x, int[] starts, int[] sizes, int[] steps)
    {
        if (sizes.AsSpan().SequenceEqual(x.Shape.Lengths.AsSpan()) && !Array.Exists(steps, step => step != 1))
        {
            return x;
        }

        if (x.Constant is not { } constant)
        {
            return x.Secret!.Slice(starts, sizes, steps);
        }

        at.Import.Spend(at.Node, new Shape(sizes).ElementCount);
        return constant.Slice(starts, sizes, steps);
    }

    // ONNX: negative places count from the end, and what is outside comes in.
    private static (int First, int Size) Span(int length, int start, int end, int step)
    {
        long first = start < 0 ? start + (long)length : start;
        long last = end < 0 ? end + (long)length : end;
        first = step > 0 ? Math.Clamp(first, 0, length) : Math.Clamp(first, -1, length - 1);
        last = step > 0 ? Math.Clamp(last, 0, length) : Math.Clamp(last, -1, length - 1);
        long distance = step > 0 ? last - first : first - last;
        long size = distance <= 0 ? 0 : (distance + Math.Abs((long)step) - 1) / Math.Abs((long)step);
        return size == 0 ? (0, 0) : ((int)first, (int)size);
    }
}
