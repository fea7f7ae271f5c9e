using System.Buffers.Binary;
using System.Globalization;
using Hybrid.Models.Onnx;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>
/// A tensor for <see cref="OnnxBuilder"/>: <c>OnnxTensorDraft.Floats([2, 3], 1, 2, 3, 4, 5, 6).Typed()</c>. It is written as raw
/// data unless it says otherwise.
/// </summary>
internal sealed record OnnxTensorDraft
{
    public required OnnxDataType Type { get; init; }

    public required long[] Dims { get; init; }

    /// <summary>Values of integer types and truth values.</summary>
    public long[] Integers { get; init; } = [];

    /// <summary>Values of floating-point types.</summary>
    public double[] Reals { get; init; } = [];

    public string[] Texts { get; init; } = [];

    public Place At { get; init; } = Place.Raw;

    public string Location { get; init; } = string.Empty;

    public long? Offset { get; init; }

    public long? Length { get; init; }

    public enum Place
    {
        Raw,
        Typed,
        Unpacked,
        External,
    }

    public static OnnxTensorDraft Floats(long[] dims, params double[] values) => Real(OnnxDataType.Float, dims, values);

    public static OnnxTensorDraft Doubles(long[] dims, params double[] values) => Real(OnnxDataType.Double, dims, values);

    public static OnnxTensorDraft Real(OnnxDataType type, long[] dims, params double[] values) => new() { Type = type, Dims = dims, Reals = values };

    public static OnnxTensorDraft Longs(long[] dims, params long[] values) => Whole(OnnxDataType.Int64, dims, values);

    public static OnnxTensorDraft Whole(OnnxDataType type, long[] dims, params long[] values) => new() { Type = type, Dims = dims, Integers = values };

    public static OnnxTensorDraft Strings(long[] dims, params string[] values) => new() { Type = OnnxDataType.String, Dims = dims, Texts = values };

    /// <summary>In the field of its type, packed.</summary>
    public OnnxTensorDraft Typed() => this with { At = Place.Typed };

    /// <summary>In the field of its type, value by value.</summary>
    public OnnxTensorDraft Unpacked() => this with { At = Place.Unpacked };

    /// <summary>In another file, which the caller writes: its <see cref="RawBytes"/> at the offset.</summary>
    public OnnxTensorDraft External(string location, long? offset = null, long? length = null) =>
        this with { At = Place.External, Location = location, Offset = offset, Length = length };

    /// <summary>The values as raw data has them.</summary>
    public byte[] RawBytes()
    {
        int size = Type.ElementBytes();
        var bytes = new byte[Math.Max(Integers.Length, Reals.Length) * size];
        Span<byte> left = bytes;
        foreach (double value in Reals)
        {
            switch (Type)
            {
                case OnnxDataType.Double:
                    BinaryPrimitives.WriteDoubleLittleEndian(left, value);
                    break;
                case OnnxDataType.Float:
                    BinaryPrimitives.WriteSingleLittleEndian(left, (float)value);
                    break;
                default:
                    BinaryPrimitives.WriteUInt16LittleEndian(left, (ushort)Bits16(value));
                    break;
            }

            left = left[size..];
        }

        Span<byte> whole = stackalloc byte[8];
        foreach (long value in Integers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(whole, value);
            whole[..size].CopyTo(left);
            left = left[size..];
        }

        return bytes;
    }

    /// <summary>The tensor as a message.</summary>
    public WireMessage ToMessage(string name)
    {
        var message = new WireMessage();
        foreach (long dim in Dims)
        {
            message.Integer(1, dim);
        }

        message.Integer(2, (int)Type);
        if (At is Place.Typed or Place.Unpacked || Type == OnnxDataType.String)
        {
            WriteTyped(message, At == Place.Unpacked);
        }

        if (name.Length > 0)
        {
            message.Text(8, name);
        }

        if (At == Place.Raw && Type != OnnxDataType.String)
        {
            message.Bytes(9, RawBytes());
        }

        if (At == Place.External)
        {
            message.Nested(13, Entry("location", Location));
            AddNumber(message, "offset", Offset);
            AddNumber(message, "length", Length);
            message.Integer(14, 1);
        }

        return message;
    }

    private static void AddNumber(WireMessage message, string key, long? value)
    {
        if (value is { } number)
        {
            message.Nested(13, Entry(key, number.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static WireMessage Entry(string key, string value) => new WireMessage().Text(1, key).Text(2, value);

    private long Bits16(double value) => Type == OnnxDataType.Float16
        ? BitConverter.HalfToUInt16Bits((Half)value)
        : BitConverter.SingleToUInt32Bits((float)value) >> 16;

    private void WriteTyped(WireMessage message, bool unpacked)
    {
        foreach (string text in Texts)
        {
            message.Text(6, text);
        }

        if (Type is OnnxDataType.Float or OnnxDataType.Double)
        {
            int field = Type == OnnxDataType.Float ? 4 : 10;
            if (!unpacked)
            {
                message.Bytes(field, RawBytes());
            }

            foreach (double value in unpacked ? Reals : [])
            {
                _ = Type == OnnxDataType.Float ? message.Float(field, (float)value) : message.Double(field, value);
            }
        }
        else if (Type != OnnxDataType.String)
        {
            int field = Type switch { OnnxDataType.Int64 => 7, OnnxDataType.Uint32 or OnnxDataType.Uint64 => 11, _ => 5 };
            long[] values = Type is OnnxDataType.Float16 or OnnxDataType.Bfloat16 ? [.. Reals.Select(Bits16)] : Integers;
            if (!unpacked)
            {
                message.PackedIntegers(field, values);
            }

            foreach (long value in unpacked ? values : [])
            {
                message.Integer(field, value);
            }
        }
    }
}
