using System.Collections.Immutable;

namespace Hybrid.Models.Onnx;

/// <summary>Reads the declaration of an input or an output (ValueInfoProto).</summary>
internal static class ValueReader
{
    /// <summary>Reads a declaration.</summary>
    /// <param name="message">Its message.</param>
    /// <exception cref="FormatRefusedException">It is malformed.</exception>
    public static OnnxValue Read(WireReader message)
    {
        string name = string.Empty;
        OnnxDataType type = OnnxDataType.Undefined;
        ImmutableArray<OnnxDimension>? dimensions = null;
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    name = message.Name();
                    break;
                case 2:
                    (type, dimensions) = ReadType(message.Nested());
                    break;
                default:
                    message.Skip();
                    break;
            }
        }

        return name.Length > 0
            ? new OnnxValue(name, type, dimensions)
            : throw message.Refused("has an input or an output without a name");
    }

    // TypeProto: sequences and maps, which may nest, are passed over.
    private static (OnnxDataType Type, ImmutableArray<OnnxDimension>? Dimensions) ReadType(WireReader message)
    {
        (OnnxDataType, ImmutableArray<OnnxDimension>?) read = default;
        while (message.Next())
        {
            if (message.Field == 1)
            {
                read = ReadTensorType(message.Nested());
            }
            else
            {
                message.Skip();
            }
        }

        return read;
    }

    private static (OnnxDataType Type, ImmutableArray<OnnxDimension>? Dimensions) ReadTensorType(WireReader message)
    {
        OnnxDataType type = OnnxDataType.Undefined;
        ImmutableArray<OnnxDimension>? dimensions = null;
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    type = (OnnxDataType)message.Integer(int.MaxValue, "declares the unknown element type");
                    break;
                case 2:
                    dimensions = ReadShape(message.Nested());
                    break;
                default:
                    message.Skip();
                    break;
            }
        }

        return (type, dimensions);
    }

    private static ImmutableArray<OnnxDimension> ReadShape(WireReader message)
    {
        ImmutableArray<OnnxDimension>.Builder dimensions = ImmutableArray.CreateBuilder<OnnxDimension>();
        while (message.Next())
        {
            if (message.Field == 1)
            {
                message.RequireRoom(dimensions.Count, OnnxLimits.Rank, "dimensions at an input or an output");
                dimensions.Add(ReadDimension(message.Nested()));
            }
            else
            {
                message.Skip();
            }
        }

        return dimensions.DrainToImmutable();
    }

    private static OnnxDimension ReadDimension(WireReader message)
    {
        int? length = null;
        string? symbol = null;
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    long value = message.Integer();
                    // Some exporters write -1 for a length that is not known.
                    length = value < 0 ? null : value <= int.MaxValue ? (int)value : throw message.Refused($"declares a dimension of length {value}");
                    break;
                case 2:
                    symbol = message.Name();
                    break;
                default:
                    message.Skip();
                    break;
            }
        }

        return new OnnxDimension(length, length is null && symbol is { Length: > 0 } ? symbol : null);
    }
}
