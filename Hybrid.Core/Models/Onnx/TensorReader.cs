using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx;

/// <summary>
/// Reads one tensor (TensorProto). A first pass over its fields learns type, shape and where the values are; memory for values is
/// taken only when there are as many as the shape wants.
/// </summary>
internal sealed class TensorReader
{
    private readonly WireReader _message;
    private readonly ExternalData _external;
    private readonly List<long> _dimensions = [];
    private readonly Dictionary<string, string> _place = [];
    private string _name = string.Empty;
    private string _what;
    private OnnxDataType _type;
    private ArraySegment<byte>? _raw;
    private int _typedField;
    private bool _isExternal;

    private TensorReader(WireReader message, ExternalData external, string what)
    {
        _message = message;
        _external = external;
        _what = what;
    }

    /// <summary>Reads a tensor.</summary>
    /// <param name="message">Its message.</param>
    /// <param name="external">Where to look for values that lie in other files.</param>
    /// <param name="what">What to call it in errors until, or unless, it tells its name.</param>
    /// <exception cref="FormatRefusedException">It is malformed, or of a type whose values are not read.</exception>
    public static OnnxTensor Read(WireReader message, ExternalData external, string what)
    {
        var reader = new TensorReader(message, external, what);
        reader.ReadFields();
        return reader.Finish();
    }

    private void ReadFields()
    {
        while (_message.Next())
        {
            switch (_message.Field)
            {
                case TensorField.Dims:
                    for (WireReader packed = _message.Packed(WireFormat.WireType.Varint); !packed.AtEnd;)
                    {
                        RequireThat(_dimensions.Count < OnnxLimits.Rank, $"has more than {OnnxLimits.Rank} dimensions, which is the limit");
                        _dimensions.Add(packed.PackedInteger());
                    }

                    break;
                case TensorField.DataType:
                    _type = (OnnxDataType)_message.Integer(int.MaxValue, "has a tensor of the unknown element type");
                    break;
                case TensorField.Name:
                    _name = _message.Name();
                    _what = _name.Length > 0 ? $"the tensor {Printable.Shortened(_name)}" : _what;
                    break;
                case TensorField.RawData:
                    _raw = _message.Bytes();
                    break;
                case TensorField.Segment:
                    throw Refused("is stored in segments, which are not read");
                case TensorField.ExternalData:
                    ReadPlace(_message.Nested());
                    break;
                case TensorField.DataLocation:
                    _isExternal = _message.Integer(1, "has a tensor at the unknown data location") == 1;
                    break;
                case TensorField.FloatData or TensorField.Int32Data or TensorField.StringData or TensorField.Int64Data or TensorField.DoubleData
                    or TensorField.Uint64Data:
                    RequireThat(_typedField == 0 || _typedField == _message.Field, "has its values in two fields");
                    _typedField = _message.Field;
                    _message.Skip();
                    break;
                default:
                    _message.Skip();
                    break;
            }
        }
    }

    private void ReadPlace(WireReader entry)
    {
        RequireThat(_place.Count < 10, "says in too many ways where its values lie");
        (string key, string value) = (string.Empty, string.Empty);
        while (entry.Next())
        {
            switch (entry.Field)
            {
                case 1:
                    key = entry.Name();
                    break;
                case 2:
                    value = entry.Name();
                    break;
                default:
                    entry.Skip();
                    break;
            }
        }

        RequireThat(_place.TryAdd(key, value), $"says twice what the {Printable.Shortened(key)} of its values is");
    }

    private OnnxTensor Finish()
    {
        Shape shape = CheckedShape();
        if (_type == OnnxDataType.String)
        {
            RequireThat(_raw is null && !_isExternal, "is of texts, which must lie in the field for texts");
            return Tensor(shape, default, Texts(shape.ElementCount));
        }

        int size = _type.ElementBytes();
        RequireThat(size > 0, $"has elements of the type {_type.Name()}, which are not read: export the model with float weights");
        long needed = (long)shape.ElementCount * size;
        RequireThat(needed <= Array.MaxLength, $"has {needed} bytes, and {Array.MaxLength} is the limit");
        RequireThat((_raw is null ? 0 : 1) + (_typedField == 0 ? 0 : 1) + (_isExternal ? 1 : 0) <= 1, "has its values in two places");
        ReadOnlyMemory<byte> data = _isExternal ? External((int)needed) : _raw is { } raw ? raw : Typed(shape.ElementCount, size);
        RequireThat(data.Length == needed, $"has {data.Length} bytes of values where its shape {shape} of {_type.Name()} takes {needed}");
        RequireThat(_type != OnnxDataType.Bool || data.Span.IndexOfAnyExceptInRange((byte)0, (byte)1) < 0, "has truth values other than 0 and 1");
        return Tensor(shape, data, []);
    }

    private OnnxTensor Tensor(Shape shape, ReadOnlyMemory<byte> data, ImmutableArray<ReadOnlyMemory<byte>> texts) =>
        new($"{_message.What}: {_what}", _name, _type, shape, data, texts);

    private Shape CheckedShape()
    {
        var lengths = new int[_dimensions.Count];
        long count = 1;
        for (int i = 0; i < lengths.Length; i++)
        {
            RequireThat(_dimensions[i] is >= 0 and <= int.MaxValue, $"has a dimension of length {_dimensions[i]}");
            lengths[i] = (int)_dimensions[i];
        }

        foreach (int length in lengths.Contains(0) ? [0] : lengths)
        {
            count *= length;
            RequireThat(count <= OnnxLimits.Elements, $"has the shape ({string.Join(", ", lengths)}) of more than {OnnxLimits.Elements} elements, which is the limit");
        }

        return new Shape(lengths);
    }

    private ReadOnlyMemory<byte> External(int needed)
    {
        RequireThat(_place.TryGetValue("location", out string? location) && location.Length > 0, "lies in another file and does not say in which");
        long offset = PlaceNumber("offset") ?? 0;
        long length = PlaceNumber("length") ?? needed;
        RequireThat(length == needed, $"has {length} bytes of external data where its shape takes {needed}");
        return _external.Read(_what, location!, offset, needed);
    }

    private long? PlaceNumber(string key)
    {
        if (!_place.TryGetValue(key, out string? text))
        {
            return null;
        }

        RequireThat(long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number), $"has external data whose {key} is \"{Printable.Shortened(text)}\", no number");
        return number;
    }

    private ImmutableArray<ReadOnlyMemory<byte>> Texts(int count)
    {
        // Each takes two bytes at least.
        RequireThat(_typedField is 0 or TensorField.StringData, "is of texts and has its values in a field for numbers");
        RequireThat(count <= _message.Message.Count, $"has fewer than the {count} texts of its shape");
        ImmutableArray<ReadOnlyMemory<byte>>.Builder texts = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(count);
        for (WireReader again = Again(); again.Next();)
        {
            if (again.Field == TensorField.StringData)
            {
                if (texts.Count == count)
                {
                    throw Refused($"has more than the {count} texts of its shape");
                }

                texts.Add(again.Bytes());
            }
            else
            {
                again.Skip();
            }
        }

        RequireThat(texts.Count == count, $"has {texts.Count} texts where its shape takes {count}");
        return texts.MoveToImmutable();
    }

    private byte[] Typed(int count, int size)
    {
        int field = _type switch
        {
            OnnxDataType.Float => TensorField.FloatData,
            OnnxDataType.Double => TensorField.DoubleData,
            OnnxDataType.Int64 => TensorField.Int64Data,
            OnnxDataType.Uint32 or OnnxDataType.Uint64 => TensorField.Uint64Data,
            _ => TensorField.Int32Data,
        };
        RequireThat(_typedField == 0 || _typedField == field, $"is of {_type.Name()} and has its values in the field of another type");
        // A value takes a byte of the file at least.
        RequireThat(count <= _message.Message.Count, $"has fewer than the {count} values of its shape");
        var data = new byte[count * size];
        int filled = 0;
        for (WireReader again = Again(); again.Next();)
        {
            if (again.Field == field)
            {
                filled += field is TensorField.FloatData or TensorField.DoubleData
                    ? CopyFixed(again, size, data.AsSpan(filled))
                    : DecodeIntegers(again, size, data.AsSpan(filled));
            }
            else
            {
                again.Skip();
            }
        }

        RequireThat(filled == data.Length, $"has {filled / size} values where its shape takes {count}");
        return data;
    }

    // The wire format and raw data have floats in the same little-endian bytes.
    private int CopyFixed(WireReader reader, int size, Span<byte> to)
    {
        ArraySegment<byte> row = reader.Packed(size == 4 ? WireFormat.WireType.Fixed32 : WireFormat.WireType.Fixed64).Message;
        RequireThat(row.Count % size == 0 && row.Count <= to.Length, "has other values than its shape takes");
        row.AsSpan().CopyTo(to);
        return row.Count;
    }

    private int DecodeIntegers(WireReader reader, int size, Span<byte> to)
    {
        int filled = 0;
        for (WireReader packed = reader.Packed(WireFormat.WireType.Varint); !packed.AtEnd; filled += size)
        {
            // A field of 32-bit integers counts the lower half only, as some writers leave out the sign's upper half.
            long value = reader.Field == TensorField.Int32Data ? (int)packed.PackedInteger() : packed.PackedInteger();
            if (filled >= to.Length)
            {
                throw Refused("has more values than its shape takes");
            }

            if (!Fits(value))
            {
                throw Refused($"has the value {value}, which is no {_type.Name()}");
            }

            Span<byte> element = to.Slice(filled, size);
            switch (size)
            {
                case 1:
                    element[0] = (byte)value;
                    break;
                case 2:
                    BinaryPrimitives.WriteInt16LittleEndian(element, (short)value);
                    break;
                case 4:
                    BinaryPrimitives.WriteInt32LittleEndian(element, (int)value);
                    break;
                default:
                    BinaryPrimitives.WriteInt64LittleEndian(element, value);
                    break;
            }
        }

        return filled;
    }

    // 16-bit floats lie in integers as their bits.
    private bool Fits(long value) => _type switch
    {
        OnnxDataType.Bool => value is 0 or 1,
        OnnxDataType.Uint8 => value == (byte)value,
        OnnxDataType.Int8 => value == (sbyte)value,
        OnnxDataType.Uint16 or OnnxDataType.Float16 or OnnxDataType.Bfloat16 => value == (ushort)value,
        OnnxDataType.Int16 => value == (short)value,
        OnnxDataType.Int32 => value == (int)value,
        OnnxDataType.Uint32 => value == (uint)value,
        _ => true,
    };

    private WireReader Again() => new(_message.What, _message.Message);

    private void RequireThat(bool holds, string problem)
    {
        if (!holds)
        {
            throw Refused(problem);
        }
    }

    private FormatRefusedException Refused(string problem) => new($"{_message.What}: {_what} {problem}.");

    /// <summary>Numbers of the fields of a tensor.</summary>
    private static class TensorField
    {
        public const int Dims = 1;
        public const int DataType = 2;
        public const int Segment = 3;
        public const int FloatData = 4;
        public const int Int32Data = 5;
        public const int StringData = 6;
        public const int Int64Data = 7;
        public const int Name = 8;
        public const int RawData = 9;
        public const int DoubleData = 10;
        public const int Uint64Data = 11;
        public const int ExternalData = 13;
        public const int DataLocation = 14;
    }
}
