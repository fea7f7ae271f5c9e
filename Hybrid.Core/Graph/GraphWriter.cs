using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Hybrid.Models;
using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>Writes the parts of a graph: see <see cref="GraphFormat"/>; methods return the writer itself.</summary>
internal sealed class GraphWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Bytes of a number of type long.</summary>
    public const int LongBytes = sizeof(long);

    /// <summary>Bytes of a number of 128 bits.</summary>
    public const int WideBytes = 2 * LongBytes;

    /// <summary>UTF-8 without replacements: what is no text is an error.</summary>
    public static UTF8Encoding Utf8 { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What was written.</summary>
    /// <exception cref="ParameterException">It is too long.</exception>
    public byte[] ToArray() => _bytes.WrittenCount <= GraphLimits.MaximumBytes
        ? _bytes.WrittenSpan.ToArray()
        : throw TooMany(_bytes.WrittenCount, GraphLimits.MaximumBytes, "bytes");

    /// <summary>An error about a graph that is too large to be sent.</summary>
    public static ParameterException TooMany(int count, int limit, string things) => new(
        ParameterFault.OutOfRange, $"A graph with {count} {things} was to be sent; {limit} is the limit: use a smaller model.");

    /// <summary>Bytes as they are.</summary>
    public GraphWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>A byte.</summary>
    public GraphWriter Byte(byte value) => Bytes([value]);

    /// <summary>Yes or no.</summary>
    public GraphWriter Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    /// <summary>A whole number from 0 to a limit.</summary>
    /// <exception cref="ParameterException">It is beyond the limit.</exception>
    public GraphWriter Count(int count, int limit, string things) =>
        count <= limit ? Unsigned((uint)count) : throw TooMany(count, limit, things);

    /// <summary>A whole number.</summary>
    public GraphWriter Integer(int value) => Unsigned((uint)((value << 1) ^ (value >> 31)));

    /// <summary>A whole number of 128 bits.</summary>
    public GraphWriter Wide(Int128 value)
    {
        BinaryPrimitives.WriteInt128LittleEndian(_bytes.GetSpan(WideBytes), value);
        _bytes.Advance(WideBytes);
        return this;
    }

    /// <summary>A number.</summary>
    public GraphWriter Number(double value) => Longs([BitConverter.DoubleToInt64Bits(value)]);

    /// <summary>Whole numbers of 64 bits.</summary>
    public GraphWriter Longs(ReadOnlySpan<long> values)
    {
        foreach (long value in values)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(LongBytes), value);
            _bytes.Advance(LongBytes);
        }

        return this;
    }

    /// <summary>One of the two parties that compute.</summary>
    public GraphWriter Party(Party party) => Byte((byte)party.Other().Other());

    /// <summary>Who knows a constant.</summary>
    public GraphWriter Visibility(Visibility visibility)
    {
        Byte((byte)visibility.Kind);
        return visibility.Owner is { } owner ? Party(owner) : this;
    }

    /// <summary>A function of one number.</summary>
    public GraphWriter Function(UnaryFunction function) => Byte((byte)function);

    /// <summary>A shape.</summary>
    /// <exception cref="ParameterException">It has too many dimensions.</exception>
    public GraphWriter Shape(Shape shape) => List(shape.Lengths.AsSpan(), GraphLimits.MaximumRank, "dimensions of a tensor");

    /// <summary>A number for each of a tensor's dimensions, or for some.</summary>
    /// <exception cref="ParameterException">There are too many.</exception>
    public GraphWriter Dimensions(IntegerList list) => List(list.AsSpan(), GraphLimits.MaximumRank, "dimensions of a tensor");

    /// <summary>Places in a dimension.</summary>
    public GraphWriter Places(IntegerList list) => List(list.AsSpan(), GraphLimits.MaximumBytes, "places");

    /// <summary>How windows move.</summary>
    public GraphWriter Geometry(Conv2dGeometry moves) =>
        Integer(moves.StrideRows).Integer(moves.StrideColumns)
        .Integer(moves.PadTop).Integer(moves.PadLeft).Integer(moves.PadBottom).Integer(moves.PadRight)
        .Integer(moves.DilationRows).Integer(moves.DilationColumns)
        .Integer(moves.Groups);

    /// <summary>A label; null for the one that the node would have anyway.</summary>
    /// <exception cref="ParameterException">It cannot be printed, or is too long.</exception>
    public GraphWriter Label(string? label)
    {
        if (label is null)
        {
            return Byte(0);
        }

        byte[]? bytes = Encoded(label);
        return bytes is { Length: <= GraphLimits.MaximumLabelBytes }
            ? Count(bytes.Length + 1, GraphLimits.MaximumLabelBytes + 1, "bytes").Bytes(bytes)
            : throw new ParameterException(
                ParameterFault.OutOfRange,
                $"The label \"{Printable.Shortened(label)}\" cannot be sent: choose one that can be printed, of "
                + $"{GraphLimits.MaximumLabelBytes} bytes at most.");
    }

    private static byte[]? Encoded(string label)
    {
        try
        {
            return Printable.Is(label) ? Utf8.GetBytes(label) : null;
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    private GraphWriter List(ReadOnlySpan<int> integers, int limit, string things)
    {
        Count(integers.Length, limit, things);
        foreach (int integer in integers)
            Integer(integer);
        return this;
    }

    // Seven bits a byte, the low ones first; the top bit says that more follow.
    private GraphWriter Unsigned(uint value)
    {
        for (; value >= 0x80; value >>= 7)
            Byte((byte)(value | 0x80));
        return Byte((byte)value);
    }
}
