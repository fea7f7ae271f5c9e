using System.Net.Sockets;
using System.Security.Authentication;

namespace Hybrid.Communication;

/// <summary>Why a conversation cannot go on; each call that meets it makes an error of it with its own step.</summary>
internal sealed class ChannelFault
{
    private readonly Func<string, string, Exception> _toException;

    private ChannelFault(Func<string, string, Exception> toException) => _toException = toException;

    /// <summary>This party disposed of the channel.</summary>
    public static ChannelFault Disposed { get; } = new((_, _) => new ObjectDisposedException(nameof(Channel)));

    /// <summary>This party told the other to stop.</summary>
    public static ChannelFault StoppedHere { get; } =
        new((_, _) => new InvalidOperationException("This party has stopped the conversation: dispose of the channel."));

    /// <summary>A call of this party was cancelled in the middle of a message.</summary>
    public static ChannelFault CancelledHere { get; } =
        new((_, _) => new InvalidOperationException("An earlier call was cancelled in the middle of a message: dispose of the channel."));

    /// <summary>The peer said goodbye, which it does when it disposes of its end.</summary>
    public static ChannelFault Goodbye { get; } = Peer("closed the connection");

    /// <summary>Nothing came from the peer for as long as this party waits.</summary>
    public static ChannelFault Silent(TimeSpan patience) => Peer($"has been silent for {Seconds(patience)}");

    /// <summary>The peer is heard, but reads nothing.</summary>
    public static ChannelFault NotTaking(TimeSpan patience) =>
        Peer($"is there but has taken nothing of what was sent to it for {Seconds(patience)}");

    public static ChannelFault Peer(string problem, Exception? cause = null) =>
        new((peer, step) => new ProtocolException(peer, step, problem, cause));

    /// <summary>The connection failed with <paramref name="cause"/>, or ended where a message was not yet complete.</summary>
    public static ChannelFault Lost(Exception cause) => cause is EndOfStreamException
        ? Peer("closed the connection without a goodbye: it may have crashed")
        : Peer("closed the connection abruptly, or the network did", cause);

    /// <summary>Whether <paramref name="error"/> is one that a stream throws when its connection fails or is closed or cancelled.</summary>
    public static bool IsFromTransport(Exception error) =>
        error is IOException or SocketException or ObjectDisposedException or OperationCanceledException or AuthenticationException;

    public Exception ToException(string peer, string step) => _toException(peer, step);

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.###} s");
}
