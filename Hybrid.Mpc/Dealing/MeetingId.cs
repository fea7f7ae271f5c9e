using System.Buffers;
using System.Buffers.Binary;
using Hybrid.Security;

namespace Hybrid.Mpc.Dealing;

/// <summary>Names one meeting of parties at a dealer: 16 random bytes that the parties agree on between themselves.</summary>
/// <remarks>Whoever knows it can take a free place in the meeting: it travels over TLS only, and no message or log shows it.</remarks>
public readonly struct MeetingId : IEquatable<MeetingId>
{
    /// <summary>Bytes of an id.</summary>
    public const int Bytes = 16;

    private readonly UInt128 _value;

    private MeetingId(UInt128 value) => _value = value;

    /// <summary>Draws a fresh id.</summary>
    /// <param name="random">Where it comes from: the operating system, unless results are to repeat.</param>
    public static MeetingId Create(IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> bytes = stackalloc byte[Bytes];
        random.Fill(bytes);
        return Read(bytes);
    }

    /// <summary>Reads the form that <see cref="Format"/> writes.</summary>
    /// <exception cref="FormatRefusedException">The text is not 32 hexadecimal digits.</exception>
    public static MeetingId Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<byte> bytes = stackalloc byte[Bytes];
        return text.Length == 2 * Bytes && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done
            ? Read(bytes)
            : throw new FormatRefusedException("The id of a meeting is written as 32 hexadecimal digits; this text is not.");
    }

    /// <summary>Reads 16 bytes.</summary>
    internal static MeetingId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128LittleEndian(bytes));

    /// <summary>Writes 16 bytes.</summary>
    internal void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt128LittleEndian(bytes, _value);

    /// <summary>The id as 32 hexadecimal digits, for the other parties only.</summary>
    public string Format()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <inheritdoc/>
    public bool Equals(MeetingId other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MeetingId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <summary>Never the id itself.</summary>
    public override string ToString() => "a meeting's id";

    /// <summary>Whether both are the same.</summary>
    public static bool operator ==(MeetingId left, MeetingId right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(MeetingId left, MeetingId right) => !left.Equals(right);
}
