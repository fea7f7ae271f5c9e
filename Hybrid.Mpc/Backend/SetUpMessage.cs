using System.Buffers.Binary;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Planning;

namespace Hybrid.Mpc;

/// <summary>What the client tells the server at set-up: where to meet, and by what both choose how to compare.</summary>
/// <param name="Meeting">The meeting's id.</param>
/// <param name="Comparison">How to compare; null: in each circuit as is cheaper over the link.</param>
/// <param name="Link">What the connection is like.</param>
/// <param name="DealerLink">What the connections to the dealer are like.</param>
internal sealed record SetUpMessage(MeetingId Meeting, ComparisonMethod? Comparison, LinkProfile Link, LinkProfile DealerLink)
{
    /// <summary>Its length: the id, a byte for the method, three numbers of each link.</summary>
    public const int Bytes = MeetingId.Bytes + 1 + (2 * LinkBytes);

    private const int LinkBytes = 3 * sizeof(double);

    /// <summary>Writes it.</summary>
    public byte[] Write()
    {
        var bytes = new byte[Bytes];
        Meeting.Write(bytes);
        bytes[MeetingId.Bytes] = (byte)(Comparison is { } method ? 1 + (int)method : 0);
        WriteLink(Link, bytes.AsSpan(MeetingId.Bytes + 1));
        WriteLink(DealerLink, bytes.AsSpan(MeetingId.Bytes + 1 + LinkBytes));
        return bytes;
    }

    /// <summary>Reads it.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="peer">Who sent it.</param>
    /// <param name="step">What messages call the step.</param>
    /// <exception cref="ProtocolException">The bytes are something else.</exception>
    public static SetUpMessage Read(ReadOnlySpan<byte> bytes, string peer, string step)
    {
        if (bytes.Length != Bytes)
        {
            throw new ProtocolException(peer, step, $"sent {bytes.Length} bytes to agree on shares where {Bytes} do: use the same release on both sides");
        }

        int method = bytes[MeetingId.Bytes];
        if (method > 1 + (int)ComparisonMethod.FunctionSharing || ReadLink("the client's", bytes[(MeetingId.Bytes + 1)..]) is not { } link
            || ReadLink("the dealer's", bytes[(MeetingId.Bytes + 1 + LinkBytes)..]) is not { } dealerLink)
        {
            throw new ProtocolException(peer, step, "sent a way of comparing or a link that is none: use the same release on both sides");
        }

        return new SetUpMessage(MeetingId.Read(bytes[..MeetingId.Bytes]), method == 0 ? null : (ComparisonMethod)(method - 1), link, dealerLink);
    }

    private static void WriteLink(LinkProfile link, Span<byte> numbers)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(numbers, link.BitsPerSecondUp);
        BinaryPrimitives.WriteDoubleLittleEndian(numbers[sizeof(double)..], link.BitsPerSecondDown);
        BinaryPrimitives.WriteDoubleLittleEndian(numbers[(2 * sizeof(double))..], link.RoundTripSeconds);
    }

    // Null if the numbers are of no link.
    private static LinkProfile? ReadLink(string name, ReadOnlySpan<byte> numbers)
    {
        double up = BinaryPrimitives.ReadDoubleLittleEndian(numbers);
        double down = BinaryPrimitives.ReadDoubleLittleEndian(numbers[sizeof(double)..]);
        double roundTrip = BinaryPrimitives.ReadDoubleLittleEndian(numbers[(2 * sizeof(double))..]);
        return up is > 0 and < double.PositiveInfinity && down is > 0 and < double.PositiveInfinity && roundTrip is >= 0 and < double.PositiveInfinity
            ? new LinkProfile(name, up, down, roundTrip)
            : null;
    }
}
