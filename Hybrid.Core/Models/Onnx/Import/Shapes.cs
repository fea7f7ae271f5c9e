using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>Operators that move elements by their places alone, of constants and of tensors alike.</summary>
internal static class Shapes
{
    /// <summary>The operators.</summary>
    public static readonly Translator[] All =
    [
        new("Identity", at => at.Result(at.Value(0))),
        new("Flatten", Flatten),
        new("Reshape", Reshape),
        new("Squeeze", Squeeze),
        new("Unsqueeze", Unsqueeze),
        new("Transpose", Transpose),
        new("Concat", Concat),
        new("Slice", Slices.Slice),
        new("Split", Slices.Split),
        new("Pad", Pads.Pad),
        new("Gather", Gather),
        new("Expand", Expand),
        new("Tile", Tile),
        new("DepthToSpace", DepthToSpace),
        new("SpaceToDepth", SpaceToDepth),
    ];

    /// <summary>A value in another shape of as many elements.</summary>
    public static ImportValue Reshaped(ImportValue value, ReadOnlySpan<int> lengths) =>
        value.Constant is { } constant ? constant.Reshape(lengths) : value.Secret!.Reshape(lengths);

    /// <summary>Slices of one dimension that places name.</summary>
    public static ImportValue Gathered(NodeImport at, ImportValue value, int[] places, int axis)
    {
        if (value.Constant is not { } constant)
        {
            return value.Secret!.Gather(places, axis);
        }

        at.Import.Spend(at.Node, (long)constant.Shape.ElementCount / Math.Max(1, constant.Shape[axis]) * places.Length);
        return constant.Gather(places, axis);
    }

    private static void Flatten(NodeImport at)
    {
        ImportValue x = at.Value(0);
        int rank = x.Shape.Rank;
        long axis = at.Node.Integer("axis", 1);
        // Behind the last dimension is a place, too.
        int split = axis == rank ? rank : at.Axis(axis, Math.Max(1, rank));
        int outer = x.Shape.Lengths.AsSpan()[..Math.Min(split, rank)].ToArray().Aggregate(1, (product, length) => product * length);
        at.Result(Reshaped(x, [outer, outer == 0 ? 0 : x.Shape.ElementCount / outer]));
    }

    private static void Reshape(NodeImport at)
    {
        ImportValue x = at.Value(0);
        ConstantTensor wanted = at.RequireConstant(1, "the shape");
        int[] lengths = at.Integers(wanted, "its lengths");
        bool isZeroLiteral = at.Node.Integer("allowzero", 0) != 0;
        int open = -1;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] == -1 && open < 0)
            {
                open = i;
            }
            else if (lengths[i] == 0 && !isZeroLiteral && i < x.Shape.Rank)
            {
                lengths[i] = x.Shape[i];
            }
            else if (lengths[i] < 0)
            {
                throw at.Refused($"reshapes to ({string.Join(", ", lengths)}), where one length may be -1 and no other negative");
            }
        }

        if (!Fits(x.Shape, lengths, open) && lengths is [1, ..] && x.Secret is not null)
        {
            // A model exported for a batch of one has it in its shapes; here it is as many rows as there are.
            lengths[0] = at.Import.Rows;
        }

        if (open >= 0)
        {
            lengths[open] = 1;
            int others = new Shape(lengths).ElementCount;
            lengths[open] = others == 0 ? 0 : x.Shape.ElementCount / others;
        }

        at.Result(new Shape(lengths).ElementCount == x.Shape.ElementCount
            ? Reshaped(x, lengths)
            : throw at.Refused($"reshapes {x.Shape} to ({string.Join(", ", at.Integers(wanted, "its lengths"))}), which has another number of elements"));
    }

    private static bool Fits(Shape shape, int[] lengths, int open)
    {
        long others = 1;
        for (int i = 0; i < lengths.Length && others <= Shape.MaximumElements; i++)
            others *= i == open ? 1 : lengths[i];
        return open < 0 ? others == shape.ElementCount : others > 0 && shape.ElementCount % others == 0;
    }

    private static void Squeeze(NodeImport at)
    {
        ImportValue x = at.Value(0);
        int rank = x.Shape.Rank;
        int[] axes = at.Setting("axes", 1) is { } said ? at.Axes(said, rank) : [.. Enumerable.Range(0, rank).Where(axis => x.Shape[axis] == 1)];
        foreach (int axis in axes)
        {
            if (x.Shape[axis] != 1)
            {
                throw at.Refused($"takes dimension {axis} out of shape {x.Shape}, where it has more than one element");
            }
        }

        at.Result(Reshaped(x, [.. Enumerable.Range(0, rank).Except(axes).Select(axis => x.Shape[axis])]));
    }

    private static void Unsqueeze(NodeImport at)
    {
        ImportValue x = at.Value(0);
        int[] said = at.Setting("axes", 1) ?? throw at.Refused("does not say which dimensions it adds");
        int rank = x.Shape.Rank + said.Length;
        int[] axes = rank <= 2 * OnnxLimits.Rank ? at.Axes(said, rank) : throw at.Refused($"makes a tensor of {rank} dimensions");
        var lengths = new List<int>(x.Shape.Lengths);
        foreach (int axis in axes)
            lengths.Insert(axis, 1);
        at.Result(Reshaped(x, [.. lengths]));
    }

    private static void Transpose(NodeImport at)
    {
        ImportValue x = at.Value(0);
        int[] order = at.Integers("perm") is { Length: > 0 } said ? said : [.. Enumerable.Range(0, x.Shape.Rank).Reverse()];
        if (order.Length != x.Shape.Rank)
        {
            throw at.Refused($"orders {order.Length} dimensions of a tensor of shape {x.Shape}");
        }

        if (x.Constant is not { } constant)
        {
            at.Result(order.Length == 0 ? x : x.Secret!.Transpose(order));
            return;
        }

        at.Import.Spend(at.Node, constant.Shape.ElementCount);
        at.Result(constant.Transpose(order));
    }

    private static void Concat(NodeImport at)
    {
        ImportValue[] parts = [.. Enumerable.Range(0, at.Node.Inputs.Length).Select(at.Value)];
        if (parts.Length == 0)
        {
            throw at.Refused("has nothing to put together");
        }

        at.Node.Require("axis");
        int axis = at.Axis(at.Node.Integer("axis", 0), parts[0].Shape.Rank);
        if (Array.TrueForAll(parts, part => part.Constant is not null))
        {
            at.Import.Spend(at.Node, parts.Sum(part => (long)part.Shape.ElementCount));
            at.Result(ConstantTensor.Concat([.. parts.Select(part => part.Constant!)], axis));
            return;
        }

        SecretTensor[] all = [.. parts.Select(part => Stretched(at, part, parts, axis)).Where(part => part.Shape.ElementCount > 0)];
        at.Result(all.Length == 1 ? all[0] : SecretTensor.Concat(axis, all));
    }

    // A constant part made for a batch of one, such as the token that stands for the class, goes before every row.
    private static SecretTensor Stretched(NodeImport at, ImportValue part, ImportValue[] parts, int axis)
    {
        SecretTensor tensor = at.Secret(part);
        return axis > 0 && part.Constant is not null && part.Shape.Rank > 1 && part.Shape[0] == 1 && at.Import.Rows > 1
            && parts.Any(other => other.Secret is not null && other.Shape.Rank == part.Shape.Rank && other.Shape[0] == at.Import.Rows)
            ? tensor.Expand(new Shape([at.Import.Rows, .. part.Shape.Lengths[1..]]))
            : tensor;
    }

    private static void Gather(NodeImport at)
    {
        ImportValue x = at.Value(0);
        ConstantTensor indices = at.RequireConstant(1, "the places to gather");
        int axis = at.Axis(at.Node.Integer("axis", 0), x.Shape.Rank);
        int[] places = at.Integers(indices, "the places to gather");
        int length = x.Shape[axis];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = places[i] < -length || places[i] >= length
                ? throw at.Refused($"gathers place {places[i]} of a dimension of {length} elements")
                : places[i] < 0 ? places[i] + length : places[i];
        }

        int[] lengths = [.. x.Shape.Lengths];
        at.Result(Reshaped(Gathered(at, x, places, axis), [.. lengths[..axis], .. indices.Shape.Lengths, .. lengths[(axis + 1)..]]));
    }

    private static void Expand(NodeImport at)
    {
        ImportValue x = at.Value(0);
        var wanted = new Shape(at.Integers(at.RequireConstant(1, "the shape"), "its lengths"));
        var shape = new Shape(Broadcasting.Join(x.Shape.Lengths.AsSpan(), wanted.Lengths.AsSpan(), "Expand"));
        if (shape.Equals(x.Shape))
        {
            at.Result(x);
        }
        else if (x.Constant is { IsPublic: true } constant)
        {
            at.Import.Spend(at.Node, shape.ElementCount);
            at.Result(constant.Expand(shape));
        }
        else
        {
            // What was learnt is one constant, however often it is repeated.
            at.Result(at.Secret(x).Expand(shape));
        }
    }

    private static void Tile(NodeImport at)
    {
        ImportValue x = at.Value(0);
        int[] repeats = at.Integers(at.RequireConstant(1, "how often to repeat"), "its repeats");
        if (repeats.Length != x.Shape.Rank)
        {
            throw at.Refused($"repeats {repeats.Length} dimensions of a tensor of shape {x.Shape}");
        }

        for (int axis = 0; axis < repeats.Length; axis++)
        {
            int length = x.Shape[axis];
            int count = at.Fit((long)length * repeats[axis], "length of the result", 0, Shape.MaximumElements);
            if (repeats[axis] != 1)
            {
                at.Import.Spend(at.Node, count);
                x = Gathered(at, x, [.. Enumerable.Range(0, count).Select(place => place % length)], axis);
            }
        }

        at.Result(x);
    }

    private static void DepthToSpace(NodeImport at)
    {
        (SecretTensor x, int block) = Blocks(at);
        (int rows, int channels, int height, int width) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        if ((long)channels % ((long)block * block) != 0)
        {
            throw at.Refused($"makes blocks of {block} by {block} of {channels} channels");
        }

        int left = channels / (block * block);
        SecretTensor moved = at.Node.Text("mode", "DCR") == "CRD"
            ? x.Reshape(rows, left, block, block, height, width).Transpose(0, 1, 4, 2, 5, 3)
            : x.Reshape(rows, block, block, left, height, width).Transpose(0, 3, 4, 1, 5, 2);
        at.Result(moved.Reshape(rows, left, height * block, width * block));
    }

    private static void SpaceToDepth(NodeImport at)
    {
        (SecretTensor x, int block) = Blocks(at);
        (int rows, int channels, int height, int width) = (x.Shape[0], x.Shape[1], x.Shape[2] / block, x.Shape[3] / block);
        if (x.Shape[2] % block != 0 || x.Shape[3] % block != 0)
        {
            throw at.Refused($"takes images whose height and width are multiples of {block}; it was given {x.Shape}");
        }

        at.Result(x.Reshape(rows, channels, height, block, width, block).Transpose(0, 3, 5, 1, 2, 4).Reshape(rows, channels * block * block, height, width));
    }

    private static (SecretTensor Images, int Block) Blocks(NodeImport at)
    {
        at.Node.Require("blocksize");
        SecretTensor x = at.Secret(0);
        return x.Shape.Rank == 4 ? (x, at.Integer("blocksize", 1, 1, 1 << 10)) : throw at.Refused($"takes images (N, C, H, W); it was given shape {x.Shape}");
    }
}
