namespace Hybrid.Communication;

/// <summary>
/// What one end of a channel has sent, received and waited for so far: a snapshot. The difference of two snapshots measures a phase.
/// </summary>
/// <remarks>
/// Bytes include the 8-byte header of every message. They leave out the 8-byte preamble, heartbeats, the frames that end a
/// conversation, and what TLS and TCP add.
/// </remarks>
public readonly record struct ChannelCounters
{
    /// <summary>Bytes of the messages sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes of the messages received.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Messages sent.</summary>
    public long MessagesSent { get; init; }

    /// <summary>Messages received.</summary>
    public long MessagesReceived { get; init; }

    /// <summary>
    /// Rounds: how often this party began to wait for a message after it had begun to send at least one since its last wait.
    /// </summary>
    public long Rounds { get; init; }

    /// <summary>Time spent in receives, or waiting for a connection that took no more; the rest of a phase's time this party computed.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>What happened between an earlier snapshot and a later one.</summary>
    public static ChannelCounters operator -(ChannelCounters later, ChannelCounters earlier) => later.Since(earlier);

    /// <summary>What happened between <paramref name="earlier"/> and this snapshot.</summary>
    public ChannelCounters Since(ChannelCounters earlier) => new()
    {
        BytesSent = BytesSent - earlier.BytesSent,
        BytesReceived = BytesReceived - earlier.BytesReceived,
        MessagesSent = MessagesSent - earlier.MessagesSent,
        MessagesReceived = MessagesReceived - earlier.MessagesReceived,
        Rounds = Rounds - earlier.Rounds,
        Waited = Waited - earlier.Waited,
    };
}
