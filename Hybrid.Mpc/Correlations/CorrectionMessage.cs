using System.Buffers.Binary;

namespace Hybrid.Mpc.Correlations;

/// <summary>What the dealer sends a party for one chunk of one draw.</summary>
/// <remarks>
/// Little endian: which draw of the demand and which chunk of the draw (32 bits each), then the vectors that are sent, one after the
/// other.
/// </remarks>
internal static class CorrectionMessage
{
    /// <summary>Bytes before the words.</summary>
    public const int HeaderBytes = 8;

    /// <summary>Bytes of a message; 0 where none is sent.</summary>
    public static int Bytes(CorrelationDraw draw, int party, int parties, int chunk)
    {
        int words = draw.SentWords(party, parties, chunk);
        return words == 0 ? 0 : checked(HeaderBytes + (words * sizeof(ulong)));
    }

    /// <summary>Writes a message's header.</summary>
    public static void WriteHeader(Span<byte> message, int draw, int chunk)
    {
        BinaryPrimitives.WriteInt32LittleEndian(message, draw);
        BinaryPrimitives.WriteInt32LittleEndian(message[4..], chunk);
    }

    /// <summary>Checks that a message is the one that is due.</summary>
    /// <exception cref="FormatRefusedException">It is not.</exception>
    public static void Require(ReadOnlySpan<byte> message, CorrelationDraw draw, int index, int chunk, int expectedBytes)
    {
        if (message.Length != expectedBytes)
        {
            throw Refused(draw, $"has {message.Length} bytes instead of {expectedBytes}");
        }

        int givenDraw = BinaryPrimitives.ReadInt32LittleEndian(message);
        int givenChunk = BinaryPrimitives.ReadInt32LittleEndian(message[4..]);
        if (givenDraw != index || givenChunk != chunk)
        {
            throw Refused(draw, $"is chunk {givenChunk} of draw {givenDraw}, where chunk {chunk} of draw {index} is next");
        }
    }

    private static FormatRefusedException Refused(CorrelationDraw draw, string problem) =>
        new($"The dealer's message for {draw} {problem}: use the same plan and release at the dealer and all parties.");
}
