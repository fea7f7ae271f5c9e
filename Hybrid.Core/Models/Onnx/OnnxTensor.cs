using System.Buffers.Binary;
using System.Collections.Immutable;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx;

/// <summary>A constant tensor: as many values as its shape says, kept as the bytes of the file and decoded when they are asked for.</summary>
internal sealed class OnnxTensor
{
    private readonly string _what;
    private readonly ReadOnlyMemory<byte> _data;
    private readonly ImmutableArray<ReadOnlyMemory<byte>> _texts;

    /// <summary>Makes a tensor.</summary>
    /// <param name="what">What to call model and tensor in errors.</param>
    /// <param name="name">Its name.</param>
    /// <param name="type">What its elements are.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="data">Its elements, little-endian, <see cref="OnnxDataTypes.ElementBytes"/> each; nothing for texts.</param>
    /// <param name="texts">Its elements, if they are texts.</param>
    public OnnxTensor(
        string what, string name, OnnxDataType type, Shape shape, ReadOnlyMemory<byte> data, ImmutableArray<ReadOnlyMemory<byte>> texts)
    {
        _what = what;
        _data = data;
        _texts = texts;
        Name = name;
        DataType = type;
        Shape = shape;
    }

    /// <summary>Its name; may be empty for a tensor in an attribute.</summary>
    public string Name { get; }

    /// <summary>What its elements are: a type with an <see cref="OnnxDataTypes.ElementBytes"/>, or texts.</summary>
    public OnnxDataType DataType { get; }

    /// <summary>Its shape; () for a single number.</summary>
    public Shape Shape { get; }

    /// <summary>
    /// The elements in row-major order. They need not be finite; integers beyond 2^53 become the nearest number. Costs a new array.
    /// </summary>
    /// <exception cref="FormatRefusedException">The elements are texts.</exception>
    public double[] ToDoubles()
    {
        ReadOnlySpan<byte> data = Numbers();
        var values = new double[Shape.ElementCount];
        int size = DataType.ElementBytes();
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> element = data.Slice(i * size, size);
            values[i] = DataType switch
            {
                _ when DataType.IsFloating() => Floating(element),
                OnnxDataType.Uint64 => BinaryPrimitives.ReadUInt64LittleEndian(element),
                _ => Integer(element),
            };
        }

        return values;
    }

    /// <summary>The elements in row-major order, as integers. Costs a new array.</summary>
    /// <exception cref="FormatRefusedException">The elements are texts, or one is no integer from -2^63 to 2^63 - 1.</exception>
    public long[] ToIntegers()
    {
        ReadOnlySpan<byte> data = Numbers();
        var values = new long[Shape.ElementCount];
        int size = DataType.ElementBytes();
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> element = data.Slice(i * size, size);
            if (DataType.IsFloating())
            {
                double value = Floating(element);
                values[i] = value == Math.Truncate(value) && value is >= long.MinValue and < 9223372036854775808.0
                    ? (long)value
                    : throw Refused($"has an element {i + 1} that is no whole number from -2^63 to 2^63 - 1");
            }
            else
            {
                values[i] = Integer(element);
                if (DataType == OnnxDataType.Uint64 && values[i] < 0)
                {
                    throw Refused($"has an element {i + 1} that is 2^63 or more");
                }
            }
        }

        return values;
    }

    /// <summary>The elements in row-major order, as texts: each short, and free of control characters.</summary>
    /// <exception cref="FormatRefusedException">The elements are numbers, or one cannot be shown.</exception>
    public string[] ToTexts()
    {
        if (DataType != OnnxDataType.String)
        {
            throw Refused($"holds numbers of the type {DataType.Name()} where texts are wanted");
        }

        var texts = new string[_texts.Length];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = OnnxText.TryDecode(_texts[i].Span, OnnxLimits.TextBytes, out string? text)
                ? text
                : throw Refused($"has an element {i + 1} that {OnnxText.WhatIsWrong(OnnxLimits.TextBytes)}");
        }

        return texts;
    }

    /// <summary>Type and shape, as in "float (128, 64)".</summary>
    public override string ToString() => $"{DataType.Name()} {Shape}";

    private ReadOnlySpan<byte> Numbers() => DataType == OnnxDataType.String
        ? throw Refused("holds texts where numbers are wanted")
        : _data.Span;

    private double Floating(ReadOnlySpan<byte> element) => DataType switch
    {
        OnnxDataType.Float => BinaryPrimitives.ReadSingleLittleEndian(element),
        OnnxDataType.Double => BinaryPrimitives.ReadDoubleLittleEndian(element),
        OnnxDataType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(element),
        // The upper half of a 32-bit float.
        _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
    };

    private long Integer(ReadOnlySpan<byte> element) => DataType switch
    {
        OnnxDataType.Uint8 or OnnxDataType.Bool => element[0],
        OnnxDataType.Int8 => (sbyte)element[0],
        OnnxDataType.Uint16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
        OnnxDataType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(element),
        OnnxDataType.Uint32 => BinaryPrimitives.ReadUInt32LittleEndian(element),
        OnnxDataType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
        _ => BinaryPrimitives.ReadInt64LittleEndian(element),
    };

    private FormatRefusedException Refused(string problem) => new($"{_what} {problem}.");
}
