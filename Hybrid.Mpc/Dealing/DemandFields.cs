using System.Buffers;
using System.Buffers.Binary;
using Hybrid.Mpc.Lookups;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Dealing;

/// <summary>Takes the fields of a demand from bytes that anyone may have sent; each number has its range.</summary>
internal ref struct DemandReader(ReadOnlySpan<byte> bytes, LookupCatalogue lookups)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Look-up functions made so far.</summary>
    public LookupCatalogue Lookups { get; } = lookups;

    /// <summary>Bytes not yet read.</summary>
    public readonly int Left => _rest.Length;

    /// <summary>One byte.</summary>
    /// <exception cref="FormatRefusedException">None is left.</exception>
    public byte Byte(string what)
    {
        byte value = Take(1, what)[0];
        return value;
    }

    /// <summary>A 32-bit number.</summary>
    /// <exception cref="FormatRefusedException">None is left, or it is out of range.</exception>
    public int Number(int least, int most, string what)
    {
        int value = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int), what));
        return value >= least && value <= most
            ? value
            : throw new FormatRefusedException($"A demand has {what} {value}, where {least} to {most} are possible.");
    }

    /// <summary>A shape: its rank, and its lengths.</summary>
    /// <exception cref="FormatRefusedException">It is cut short, or out of range.</exception>
    /// <exception cref="ParameterException">It has too many elements.</exception>
    public Shape Shape()
    {
        int rank = Byte("a rank");
        if (rank > DemandFormat.MaximumRank)
        {
            throw new FormatRefusedException($"A demand has a tensor of {rank} dimensions, where {DemandFormat.MaximumRank} are the most.");
        }

        Span<int> lengths = stackalloc int[DemandFormat.MaximumRank];
        for (int dimension = 0; dimension < rank; dimension++)
            lengths[dimension] = Number(0, Tensors.Shape.MaximumElements, "a dimension of length");
        return new Shape(lengths[..rank]);
    }

    private ReadOnlySpan<byte> Take(int count, string what)
    {
        if (_rest.Length < count)
        {
            throw new FormatRefusedException($"A demand ends where {what} should follow.");
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}

/// <summary>Puts down the fields of a demand, within the ranges that <see cref="DemandReader"/> accepts.</summary>
internal sealed class DemandWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Bytes so far.</summary>
    public int Length => _bytes.WrittenCount;

    /// <summary>All of them.</summary>
    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    /// <summary>One byte.</summary>
    public void Byte(byte value) => _bytes.Write([value]);

    /// <summary>A 32-bit number.</summary>
    /// <exception cref="ParameterException">It is out of range.</exception>
    public void Number(int value, int least, int most, string what)
    {
        if (value < least || value > most)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"The demand has {what} {value}, where a dealer takes {least} to {most}: cut the work into parts.");
        }

        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        _bytes.Write(bytes);
    }

    /// <summary>A shape.</summary>
    /// <exception cref="ParameterException">It has too many dimensions.</exception>
    public void Shape(Shape shape)
    {
        if (shape.Rank > DemandFormat.MaximumRank)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"The demand has a tensor of {shape.Rank} dimensions, where a dealer takes {DemandFormat.MaximumRank}.");
        }

        Byte((byte)shape.Rank);
        foreach (int length in shape.Lengths)
            Number(length, 0, Tensors.Shape.MaximumElements, "a dimension of length");
    }
}
