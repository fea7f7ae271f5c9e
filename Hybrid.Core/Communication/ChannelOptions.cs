using System.Buffers;

namespace Hybrid.Communication;

/// <summary>The limits of a channel. Both parties should use the same, or at least a heartbeat well inside the other's patience.</summary>
public sealed record ChannelOptions
{
    /// <summary>The limits used when none are given.</summary>
    public static ChannelOptions Default { get; } = new();

    /// <summary>Longest payload sent or received, in bytes; 1 GiB at first. Each receive sets its own, tighter limit.</summary>
    public int MaximumFrameBytes { get; init; } = 1 << 30;

    /// <summary>
    /// How long a party waits while nothing at all arrives, not even a heartbeat, before it takes the peer for lost; 8 s at first.
    /// The verdict comes at most an eighth later.
    /// </summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How often a heartbeat is sent when nothing else was; 2 s at first, at most a third of <see
    /// cref="SilenceTimeout"/>.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a send waits for a peer that is alive but takes nothing; 10 minutes at first. Where a peer may compute for longer
    /// before it reads a message too large for the connection's buffers, choose more.
    /// </summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Whether messages are hashed for <see cref="Channel.TranscriptHash"/>; true at first. It takes a second for each two gigabytes or
    /// so: channels that carry shares or what a dealer deals do without.
    /// </summary>
    public bool KeepsTranscript { get; init; } = true;

    /// <summary>Where payload buffers come from.</summary>
    internal ArrayPool<byte> Pool { get; init; } = ArrayPool<byte>.Shared;

    internal void Validate()
    {
        // The longest wait a timer takes is a little over 49 days; a day is already more than any party should wait.
        TimeSpan longest = TimeSpan.FromDays(1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaximumFrameBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaximumFrameBytes, Array.MaxLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(SilenceTimeout, TimeSpan.FromMilliseconds(10));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SilenceTimeout, longest);
        ArgumentOutOfRangeException.ThrowIfLessThan(HeartbeatInterval, TimeSpan.FromMilliseconds(1));
        // A gap between two heartbeats can be twice the interval, when a message went out just after one was due.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(HeartbeatInterval, SilenceTimeout / 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(SendTimeout, TimeSpan.FromMilliseconds(10));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SendTimeout, longest);
    }
}
