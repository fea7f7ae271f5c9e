using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>Constants that nodes make, and shapes, which are known before any data is.</summary>
internal static class Sources
{
    /// <summary>The operators.</summary>
    public static readonly Translator[] All =
    [
        new("Constant", Constant),
        new("ConstantOfShape", ConstantOfShape),
        new("Shape", ShapeOf),
        new("Size", at => at.Result(ConstantTensor.Integers("size", at.Value(0).Shape.ElementCount).Reshape([]))),
        new("Range", Range),
    ];

    // One number says something of the architecture; more of them may have been learnt.
    private static void Constant(NodeImport at)
    {
        string name = at.Node.Outputs.Length > 0 ? at.Node.Outputs[0] : at.Node.Name;
        OnnxNode node = at.Node;
        ConstantTensor? constant = null;
        if (node.Tensor("value") is { } tensor)
        {
            constant = ConstantTensor.Of(tensor, name, tensor.Shape.ElementCount == 1 || !tensor.DataType.IsFloating());
        }
        else if (node.KindOf("value_float") is not null)
        {
            constant = new ConstantTensor(name, new Shape(), [node.Float("value_float", 0)], isWhole: false, isPublic: true);
        }
        else if (node.KindOf("value_int") is not null)
        {
            constant = new ConstantTensor(name, new Shape(), [node.Integer("value_int", 0)], isWhole: true, isPublic: true);
        }
        else if (node.KindOf("value_floats") is not null)
        {
            double[] values = [.. node.Floats("value_floats").Select(value => (double)value)];
            constant = new ConstantTensor(name, new Shape(values.Length), values, isWhole: false, isPublic: values.Length == 1);
        }
        else if (node.KindOf("value_ints") is not null)
        {
            double[] values = [.. node.Integers("value_ints").Select(value => (double)value)];
            constant = new ConstantTensor(name, new Shape(values.Length), values, isWhole: true, isPublic: true);
        }

        at.Result(constant ?? throw at.Refused("holds no numbers, or holds them as a sparse tensor: export the model with dense ones"));
    }

    private static void ConstantOfShape(NodeImport at)
    {
        var shape = new Shape(at.Integers(at.RequireConstant(0, "the shape"), "its lengths"));
        at.Import.Spend(at.Node, shape.ElementCount);
        double value = 0;
        bool isWhole = false;
        if (at.Node.Tensor("value") is { } tensor)
        {
            value = at.Single(ConstantTensor.Of(tensor, "value", isPublic: true), "value");
            isWhole = !tensor.DataType.IsFloating();
        }

        var values = new double[shape.ElementCount];
        Array.Fill(values, value);
        at.Result(new ConstantTensor(at.Node.Outputs[0], shape, values, isWhole, isPublic: true));
    }

    private static void ShapeOf(NodeImport at)
    {
        Shape shape = at.Value(0).Shape;
        int start = Place(at.Node.Integer("start", 0), shape.Rank);
        int end = Place(at.Node.Integer("end", shape.Rank), shape.Rank);
        at.Result(ConstantTensor.Integers("shape", start < end ? shape.Lengths.AsSpan()[start..end] : []));
    }

    private static int Place(long place, int rank) => (int)Math.Clamp(place < 0 ? Math.Max(place, -rank) + rank : place, 0, rank);

    private static void Range(NodeImport at)
    {
        var ends = new double[3];
        bool isWhole = true;
        for (int i = 0; i < 3; i++)
        {
            ConstantTensor end = at.RequireConstant(i, "where it starts and ends");
            ends[i] = at.Single(end, "start, limit and step");
            isWhole &= end.IsWhole;
        }

        double count = Math.Max(0, Math.Ceiling((ends[1] - ends[0]) / ends[2]));
        if (!(count <= Shape.MaximumElements))
        {
            throw at.Refused($"counts from {ends[0]:g6} to {ends[1]:g6} in steps of {ends[2]:g6}, which is too many");
        }

        at.Import.Spend(at.Node, (long)count);
        var values = new double[(int)count];
        for (int i = 0; i < values.Length; i++)
            values[i] = ends[0] + (i * ends[2]);
        at.Result(new ConstantTensor(at.Node.Outputs[0], new Shape(values.Length), values, isWhole, isPublic: true));
    }
}
