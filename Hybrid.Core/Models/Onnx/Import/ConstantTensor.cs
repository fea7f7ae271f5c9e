using System.Runtime.InteropServices;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>A tensor that the file alone determines: its numbers, which nothing changes once it is made.</summary>
/// <param name="name">What it is called in the graph, should an op take it.</param>
/// <param name="shape">Its shape.</param>
/// <param name="values">Its numbers, row-major; integers beyond 2^53 are the nearest number.</param>
/// <param name="isWhole">Whether the file has it as integers or truth values.</param>
/// <param name="isPublic">Whether it says something of the architecture rather than of what was learnt, so that clients may know it.</param>
internal sealed class ConstantTensor(string name, Shape shape, double[] values, bool isWhole, bool isPublic)
{
    /// <summary>What it is called in the graph, should an op take it.</summary>
    public string Name { get; } = name;

    /// <summary>Its shape.</summary>
    public Shape Shape { get; } = shape;

    /// <summary>Its numbers, row-major; not to be changed.</summary>
    public double[] Values { get; } = values;

    /// <summary>Whether the file has it as integers or truth values.</summary>
    public bool IsWhole { get; } = isWhole;

    /// <summary>Whether clients may know it.</summary>
    public bool IsPublic { get; } = isPublic;

    /// <summary>Whether it is one number, of whatever rank.</summary>
    public bool IsSingle => Values.Length == 1;

    /// <summary>The tensor of a file. Costs a new array.</summary>
    /// <exception cref="FormatRefusedException">It holds texts.</exception>
    public static ConstantTensor Of(OnnxTensor tensor, string name, bool isPublic) =>
        new(name, tensor.Shape, tensor.ToDoubles(), !tensor.DataType.IsFloating(), isPublic);

    /// <summary>Integers that say something of shapes.</summary>
    public static ConstantTensor Integers(string name, params ReadOnlySpan<int> integers)
    {
        var values = new double[integers.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = integers[i];
        return new ConstantTensor(name, new Shape(values.Length), values, isWhole: true, isPublic: true);
    }

    /// <summary>The same of other numbers and another shape.</summary>
    public ConstantTensor With(Shape shape, double[] values) => new(Name, shape, values, IsWhole, IsPublic);

    /// <summary>The same numbers in another shape of as many.</summary>
    public ConstantTensor Reshape(params ReadOnlySpan<int> lengths) => With(new Shape(lengths), Values);

    /// <summary>A function of each number. Costs a new array.</summary>
    public ConstantTensor Map(Func<double, double> function, bool? isWhole = null) =>
        new(Name, Shape, Array.ConvertAll(Values, value => function(value)), isWhole ?? IsWhole, IsPublic);

    /// <summary>The dimensions in another order. Costs a new array.</summary>
    /// <exception cref="ParameterException">The order does not name each dimension once.</exception>
    public ConstantTensor Transpose(params ReadOnlySpan<int> order)
    {
        Shape shape = TensorShuffle.TransposedShape(Shape, order);
        var result = new double[Values.Length];
        TensorShuffle.Transpose(Words(Values), Shape, order, Words(result));
        return With(shape, result);
    }

    /// <summary>A box: from the starts, so many elements in each dimension, at the steps. Costs a new array.</summary>
    /// <exception cref="ParameterException">It leaves the tensor.</exception>
    public ConstantTensor Slice(ReadOnlySpan<int> starts, ReadOnlySpan<int> sizes, ReadOnlySpan<int> steps)
    {
        Shape shape = TensorShuffle.SlicedShape(Shape, starts, sizes, steps);
        var result = new double[shape.ElementCount];
        TensorShuffle.Slice(Words(Values), Shape, starts, sizes, steps, Words(result));
        return With(shape, result);
    }

    /// <summary>The slices of one dimension that places name. Costs a new array.</summary>
    /// <exception cref="ParameterException">A place is outside the dimension.</exception>
    public ConstantTensor Gather(ReadOnlySpan<int> places, int axis)
    {
        Shape shape = TensorShuffle.GatheredShape(Shape, places, new Shape(places.Length), axis);
        var result = new double[shape.ElementCount];
        TensorShuffle.Gather(Words(Values), Shape, places, axis, Words(result));
        return With(shape, result);
    }

    /// <summary>Repeated to a larger shape. Costs a new array.</summary>
    /// <exception cref="ParameterException">It does not repeat to fit.</exception>
    public ConstantTensor Expand(Shape shape)
    {
        if (shape.Equals(Shape))
        {
            return this;
        }

        TensorShuffle.BroadcastShape(Shape, shape);
        var result = new double[shape.ElementCount];
        TensorShuffle.BroadcastTo(Words(Values), Shape, shape, Words(result));
        return With(shape, result);
    }

    /// <summary>Surrounded by a number. Costs a new array.</summary>
    /// <exception cref="ParameterException">A pad is negative or too large.</exception>
    public ConstantTensor Pad(ReadOnlySpan<int> before, ReadOnlySpan<int> after, double value)
    {
        Shape shape = TensorShuffle.PaddedShape(Shape, before, after);
        var result = new double[shape.ElementCount];
        TensorShuffle.Pad(Words(Values), Shape, before, after, BitConverter.DoubleToUInt64Bits(value), Words(result));
        return With(shape, result);
    }

    /// <summary>Tensors one after the other along a dimension. Costs a new array.</summary>
    /// <exception cref="ParameterException">They differ in another dimension.</exception>
    public static ConstantTensor Concat(ReadOnlySpan<ConstantTensor> parts, int axis)
    {
        var shapes = new Shape[parts.Length];
        bool isWhole = true;
        bool isPublic = true;
        for (int i = 0; i < parts.Length; i++)
        {
            shapes[i] = parts[i].Shape;
            isWhole &= parts[i].IsWhole;
            isPublic &= parts[i].IsPublic;
        }

        Shape shape = TensorShuffle.ConcatenatedShape(shapes, axis);
        var result = new double[shape.ElementCount];
        int start = 0;
        foreach (ConstantTensor part in parts)
        {
            TensorShuffle.ConcatPart(Words(part.Values), part.Shape, axis, start, Words(result), shape);
            start += part.Shape[axis];
        }

        return new ConstantTensor(parts[0].Name, shape, result, isWhole, isPublic);
    }

    /// <summary>A function of each two numbers; shapes broadcast as in NumPy. Costs a new array, and one for each that is repeated.</summary>
    /// <exception cref="ParameterException">The shapes do not fit.</exception>
    public static ConstantTensor Zip(ConstantTensor x, ConstantTensor y, Func<double, double, double> function, bool? isWhole = null)
    {
        var shape = new Shape(Broadcasting.Join(x.Shape.Lengths.AsSpan(), y.Shape.Lengths.AsSpan(), "operation on constants"));
        (double[] left, double[] right) = (x.Expand(shape).Values, y.Expand(shape).Values);
        var result = new double[left.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = function(left[i], right[i]);
        return new ConstantTensor(x.IsPublic ? y.Name : x.Name, shape, result, isWhole ?? (x.IsWhole && y.IsWhole), x.IsPublic && y.IsPublic);
    }

    // Elements are moved as words, whatever they mean.
    private static Span<ulong> Words(double[] values) => MemoryMarshal.Cast<double, ulong>(values.AsSpan());
}
