using System.Buffers.Binary;

namespace Hybrid.Mpc.Correlations;

/// <summary>Corrections on their way from the dealer to party 1: some units of one kind.</summary>
/// <remarks>
/// Little endian: which kind of the demand (32 bits), number of the first unit (64 bits), how many units (32 bits), then the units'
/// corrections, one derived vector after the other.
/// </remarks>
internal static class CorrectionMessage
{
    /// <summary>Bytes before the corrections.</summary>
    public const int HeaderBytes = 16;

    /// <summary>The most bytes that a message about a kind can have.</summary>
    public static int MaximumBytes(CorrelationKind kind) => checked(HeaderBytes + (kind.ChunkUnits * kind.CorrectionBytes));

    /// <summary>Writes a message's header.</summary>
    public static void WriteHeader(Span<byte> message, int pool, long first, int count)
    {
        BinaryPrimitives.WriteInt32LittleEndian(message, pool);
        BinaryPrimitives.WriteInt64LittleEndian(message[4..], first);
        BinaryPrimitives.WriteInt32LittleEndian(message[12..], count);
    }

    /// <summary>Checks a message that should carry the next units of a kind, and says how many it carries.</summary>
    /// <param name="message">The message.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="pool">The kind's place in the demand.</param>
    /// <param name="first">The number of the next unit.</param>
    /// <param name="left">How many units may still come.</param>
    /// <returns>How many units the message carries, at least 1; they follow the header.</returns>
    /// <exception cref="FormatRefusedException">It is not such a message.</exception>
    public static int ReadCount(ReadOnlySpan<byte> message, CorrelationKind kind, int pool, long first, long left)
    {
        if (message.Length < HeaderBytes)
        {
            throw Refused(kind, $"has {message.Length} bytes, fewer than its header's {HeaderBytes}");
        }

        int givenPool = BinaryPrimitives.ReadInt32LittleEndian(message);
        long givenFirst = BinaryPrimitives.ReadInt64LittleEndian(message[4..]);
        int count = BinaryPrimitives.ReadInt32LittleEndian(message[12..]);
        if (givenPool != pool || givenFirst != first)
        {
            throw Refused(kind, $"is about unit {givenFirst} of kind {givenPool}, where unit {first} of kind {pool} is next");
        }

        if (count < 1 || count > kind.ChunkUnits || count > left)
        {
            throw Refused(kind, $"announces {count} units, where 1 to {Math.Min(kind.ChunkUnits, left)} may come");
        }

        long expected = HeaderBytes + ((long)count * kind.CorrectionBytes);
        return message.Length == expected ? count : throw Refused(kind, $"has {message.Length} bytes instead of {expected}");
    }

    private static FormatRefusedException Refused(CorrelationKind kind, string problem) =>
        new($"The dealer's message of corrections for {kind.Name} {problem}: use the same plan and release at the dealer and both parties.");
}
