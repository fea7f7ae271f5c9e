using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>Padding with a number, or with what lies at the edge.</summary>
internal static class Pads
{
    /// <summary>Pads, or where pads are negative, cuts off.</summary>
    public static void Pad(NodeImport at)
    {
        ImportValue x = at.Value(0);
        int rank = x.Shape.Rank;
        int[] said = at.Setting("pads", 1) ?? throw at.Refused("does not say how much it pads");
        int[] axes = at.Opset >= 18 && at.Has(3) ? at.Integers(at.RequireConstant(3, "the axes"), "its axes") : [.. Enumerable.Range(0, rank)];
        if (said.Length != 2 * axes.Length || axes.Length > rank)
        {
            throw at.Refused($"has {said.Length} pads for {axes.Length} dimensions of a tensor of shape {x.Shape}, where two for each are due");
        }

        at.Axes(axes, rank);
        (int[] before, int[] after) = (new int[rank], new int[rank]);
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = at.Axis(axes[i], rank);
            (before[axis], after[axis]) = (Inside(at, said[i]), Inside(at, said[axes.Length + i]));
        }

        x = Cut(at, x, before, after);
        int[] front = Array.ConvertAll(before, pad => Math.Max(0, pad));
        int[] behind = Array.ConvertAll(after, pad => Math.Max(0, pad));
        string mode = at.Node.Text("mode", "constant");
        if (mode == "constant")
        {
            at.Result(Surrounded(at, x, front, behind));
            return;
        }

        for (int axis = 0; axis < rank; axis++)
        {
            if (front[axis] + behind[axis] > 0)
            {
                at.Import.Spend(at.Node, (long)front[axis] + x.Shape[axis] + behind[axis]);
                int length = x.Shape[axis];
                x = Shapes.Gathered(at, x, [.. Enumerable.Range(-front[axis], front[axis] + length + behind[axis]).Select(place => Place(at, place, length, mode))], axis);
            }
        }

        at.Result(x);
    }

    private static int Inside(NodeImport at, int pad) => at.Fit(pad, "pad", -Shape.MaximumElements, Shape.MaximumElements / 4);

    private static ImportValue Surrounded(NodeImport at, ImportValue x, int[] before, int[] after)
    {
        double value = at.Number("value", 2) ?? 0;
        if (before.Sum(pad => (long)pad) + after.Sum(pad => (long)pad) == 0)
        {
            return x;
        }

        if (x.Constant is not { } constant)
        {
            return x.Secret!.Pad(before, after, value);
        }

        at.Import.Spend(at.Node, TensorShuffle.PaddedShape(constant.Shape, before, after).ElementCount);
        return constant.Pad(before, after, value);
    }

    private static ImportValue Cut(NodeImport at, ImportValue x, int[] before, int[] after)
    {
        int rank = x.Shape.Rank;
        (int[] starts, int[] sizes) = (new int[rank], new int[rank]);
        for (int axis = 0; axis < rank; axis++)
        {
            starts[axis] = Math.Max(0, -before[axis]);
            sizes[axis] = at.Fit(x.Shape[axis] + Math.Min(0L, before[axis]) + Math.Min(0L, after[axis]), "length of the result", 0);
        }

        return Slices.Box(at, x, starts, sizes, [.. Enumerable.Repeat(1, rank)]);
    }

    private static int Place(NodeImport at, int place, int length, string mode)
    {
        switch (mode)
        {
            case "edge" when length > 0:
                return Math.Clamp(place, 0, length - 1);
            case "wrap" when length > 0:
                return ((place % length) + length) % length;
            case "reflect" when length > 1 && place > -length && place < (2 * length) - 1:
                return place < 0 ? -place : place >= length ? (2 * (length - 1)) - place : place;
            default:
                throw at.Refused($"pads a dimension of {length} elements in the mode {Printable.Shortened(mode)}, which cannot be done");
        }
    }
}
