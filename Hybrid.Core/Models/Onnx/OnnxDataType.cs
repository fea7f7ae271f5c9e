namespace Hybrid.Models.Onnx;

/// <summary>
/// What the elements of a tensor are, by ONNX's numbers. Values can be read of the types that have an
/// <see cref="OnnxDataTypes.ElementBytes"/> and of <see cref="String"/>; the others have a name only, for errors.
/// </summary>
internal enum OnnxDataType
{
    /// <summary>Not said, or not a tensor: a sequence or a map.</summary>
    Undefined = 0,

    /// <summary>IEEE 754, 32 bits.</summary>
    Float = 1,

    /// <summary>0 to 2^8 - 1.</summary>
    Uint8 = 2,

    /// <summary>-2^7 to 2^7 - 1.</summary>
    Int8 = 3,

    /// <summary>0 to 2^16 - 1.</summary>
    Uint16 = 4,

    /// <summary>-2^15 to 2^15 - 1.</summary>
    Int16 = 5,

    /// <summary>-2^31 to 2^31 - 1.</summary>
    Int32 = 6,

    /// <summary>-2^63 to 2^63 - 1.</summary>
    Int64 = 7,

    /// <summary>UTF-8 text.</summary>
    String = 8,

    /// <summary>0 or 1, in a byte.</summary>
    Bool = 9,

    /// <summary>IEEE 754, 16 bits.</summary>
    Float16 = 10,

    /// <summary>IEEE 754, 64 bits.</summary>
    Double = 11,

    /// <summary>0 to 2^32 - 1.</summary>
    Uint32 = 12,

    /// <summary>0 to 2^64 - 1.</summary>
    Uint64 = 13,

    /// <summary>Two 32-bit floats; not read.</summary>
    Complex64 = 14,

    /// <summary>Two 64-bit floats; not read.</summary>
    Complex128 = 15,

    /// <summary>The upper 16 bits of a 32-bit float.</summary>
    Bfloat16 = 16,

    /// <summary>An 8-bit float; not read.</summary>
    Float8E4M3Fn = 17,

    /// <summary>An 8-bit float; not read.</summary>
    Float8E4M3Fnuz = 18,

    /// <summary>An 8-bit float; not read.</summary>
    Float8E5M2 = 19,

    /// <summary>An 8-bit float; not read.</summary>
    Float8E5M2Fnuz = 20,

    /// <summary>Two to a byte; not read.</summary>
    Uint4 = 21,

    /// <summary>Two to a byte; not read.</summary>
    Int4 = 22,

    /// <summary>Two to a byte; not read.</summary>
    Float4E2M1 = 23,
}

/// <summary>What is to be known of an element type.</summary>
internal static class OnnxDataTypes
{
    /// <summary>Bytes of an element as it lies in raw data; 0 for types whose values are not read so.</summary>
    public static int ElementBytes(this OnnxDataType type) => type switch
    {
        OnnxDataType.Uint8 or OnnxDataType.Int8 or OnnxDataType.Bool => 1,
        OnnxDataType.Uint16 or OnnxDataType.Int16 or OnnxDataType.Float16 or OnnxDataType.Bfloat16 => 2,
        OnnxDataType.Float or OnnxDataType.Int32 or OnnxDataType.Uint32 => 4,
        OnnxDataType.Double or OnnxDataType.Int64 or OnnxDataType.Uint64 => 8,
        _ => 0,
    };

    /// <summary>Whether the elements are floating-point numbers that can be read.</summary>
    public static bool IsFloating(this OnnxDataType type) =>
        type is OnnxDataType.Float or OnnxDataType.Double or OnnxDataType.Float16 or OnnxDataType.Bfloat16;

    /// <summary>The type as ONNX writes it in messages: "float16"; its number where it has no name.</summary>
    public static string Name(this OnnxDataType type) =>
        Enum.IsDefined(type) ? type.ToString().ToLowerInvariant() : $"number {(int)type}";
}
