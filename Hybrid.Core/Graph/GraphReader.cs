using System.Buffers.Binary;
using System.Text;
using Hybrid.Models;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>
/// Reads the parts of a graph: see <see cref="GraphFormat"/>. Every length is checked against what is left before anything is
/// allocated; every method throws <see cref="FormatRefusedException"/> where the bytes are none of what it reads.
/// </summary>
/// <param name="bytes">The graph.</param>
/// <param name="what">What it is, for errors.</param>
internal sealed class GraphReader(ReadOnlyMemory<byte> bytes, string what)
{
    private int _position;

    private int Left => bytes.Length - _position;

    /// <summary>What the graph starts with, and that it is not too long.</summary>
    public void Header()
    {
        if (bytes.Length > GraphLimits.MaximumBytes)
        {
            throw Refused($"has {bytes.Length} bytes; {GraphLimits.MaximumBytes} is the limit");
        }

        if (!Take(GraphFormat.Magic.Length).SequenceEqual(GraphFormat.Magic))
        {
            throw new FormatRefusedException($"{what} does not start as graphs do: use the same release on both sides.");
        }

        byte version = Byte();
        if (version != GraphFormat.Version)
        {
            throw Refused($"has the format version {version}; this program reads {GraphFormat.Version}: use the same release on both sides");
        }
    }

    /// <summary>Sees to it that nothing follows.</summary>
    public void End()
    {
        if (Left > 0)
        {
            throw Refused($"is followed by {Left} bytes that belong to nothing");
        }
    }

    /// <summary>An error about the graph.</summary>
    /// <param name="problem">The end of a sentence that starts with the graph, without its full stop.</param>
    public FormatRefusedException Refused(string problem) => new($"{what} {problem}.");

    /// <summary>A byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>Yes or no.</summary>
    public bool Flag() => Byte() switch { 0 => false, 1 => true, _ => throw Damaged() };

    /// <summary>A whole number from 0 to a limit.</summary>
    public int Count(int limit, string things)
    {
        uint count = Unsigned();
        return count <= limit ? (int)count : throw Refused($"has {count} {things} at byte {_position}; {limit} is the limit");
    }

    /// <summary>A whole number.</summary>
    public int Integer()
    {
        uint value = Unsigned();
        return (int)(value >> 1) ^ -(int)(value & 1);
    }

    /// <summary>A number.</summary>
    public double Number() => BinaryPrimitives.ReadDoubleLittleEndian(Take(GraphWriter.LongBytes));

    /// <summary>So many whole numbers of 64 bits.</summary>
    public long[] Longs(int count)
    {
        ReadOnlySpan<byte> source = count <= Left / GraphWriter.LongBytes ? Take(count * GraphWriter.LongBytes) : throw Damaged();
        var integers = new long[count];
        for (int i = 0; i < count; i++)
            integers[i] = BinaryPrimitives.ReadInt64LittleEndian(source[(i * GraphWriter.LongBytes)..]);
        return integers;
    }

    /// <summary>A range of integers that <see cref="OpGraph.MaximumBits"/> hold.</summary>
    public WordRange Range()
    {
        var range = new WordRange(Wide(), Wide());
        return range.Low <= range.High ? range : throw Refused($"has a range at byte {_position} whose low end comes last");
    }

    /// <summary>A bound on magnitudes that <see cref="OpGraph.MaximumBits"/> hold.</summary>
    public Int128 Bound()
    {
        Int128 bound = Wide();
        return bound >= 0 ? bound : throw Refused($"has a bound at byte {_position} that is negative");
    }

    /// <summary>One of the two parties that compute.</summary>
    public Party Party() => Byte() switch
    {
        (byte)Graph.Party.Client => Graph.Party.Client,
        (byte)Graph.Party.Server => Graph.Party.Server,
        _ => throw Damaged(),
    };

    /// <summary>Who knows a constant.</summary>
    public Visibility Visibility() => (VisibilityKind)Byte() switch
    {
        VisibilityKind.Public => Graph.Visibility.Public,
        VisibilityKind.Private => Graph.Visibility.Private(Party()),
        VisibilityKind.Secret => Graph.Visibility.Secret,
        _ => throw Damaged(),
    };

    /// <summary>A function of one number.</summary>
    public UnaryFunction Function()
    {
        var function = (UnaryFunction)Byte();
        return Enum.IsDefined(function) ? function : throw Damaged();
    }

    /// <summary>A shape.</summary>
    /// <exception cref="ParameterException">It is none.</exception>
    public Shape Shape() => new(List(GraphLimits.MaximumRank, "dimensions of a tensor"));

    /// <summary>A number for each of a tensor's dimensions, or for some.</summary>
    public IntegerList Dimensions() => new(List(GraphLimits.MaximumRank, "dimensions of a tensor"));

    /// <summary>Places in a dimension: any number of them, as each takes a byte at least.</summary>
    public IntegerList Places() => new(List(Left, "places"));

    /// <summary>How windows move.</summary>
    /// <exception cref="ParameterException">They cannot move so.</exception>
    public Conv2dGeometry Geometry() => new()
    {
        StrideRows = Integer(),
        StrideColumns = Integer(),
        PadTop = Integer(),
        PadLeft = Integer(),
        PadBottom = Integer(),
        PadRight = Integer(),
        DilationRows = Integer(),
        DilationColumns = Integer(),
        Groups = Integer(),
    };

    /// <summary>A label; null for the one that the node has anyway.</summary>
    public string? Label()
    {
        int length = Count(GraphLimits.MaximumLabelBytes + 1, "bytes of a label") - 1;
        if (length < 0)
        {
            return null;
        }

        try
        {
            string label = GraphWriter.Utf8.GetString(Take(length));
            return Printable.Is(label) ? label : throw Refused($"has a label at byte {_position - length} that cannot be printed");
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatRefusedException($"{what} has a label at byte {_position - length} that is no text.", e);
        }
    }

    private Int128 Wide()
    {
        Int128 value = BinaryPrimitives.ReadInt128LittleEndian(Take(GraphWriter.WideBytes));
        return value >= -Int128.MaxValue
            ? value
            : throw Refused($"has an integer of 128 bits at byte {_position}; {OpGraph.MaximumBits} is the limit");
    }

    private int[] List(int limit, string things)
    {
        int count = Count(limit, things);
        var integers = count <= Left ? new int[count] : throw Damaged();
        for (int i = 0; i < count; i++)
            integers[i] = Integer();
        return integers;
    }

    // Of the ways to write a number only the shortest is read.
    private uint Unsigned()
    {
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte part = Byte();
            if (shift == 28 && part > 0x0F)
            {
                break;
            }

            value |= (uint)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return part > 0 || shift == 0 ? value : throw Damaged();
            }
        }

        throw Damaged();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> taken = count <= Left ? bytes.Span.Slice(_position, count) : throw Damaged();
        _position += count;
        return taken;
    }

    private FormatRefusedException Damaged() => Refused($"is cut off or damaged at byte {_position}: have it sent again");
}
