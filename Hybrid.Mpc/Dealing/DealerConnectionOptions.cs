using Hybrid.Communication;

namespace Hybrid.Mpc.Dealing;

/// <summary>How a party deals with its dealer.</summary>
public sealed record DealerConnectionOptions
{
    /// <summary>The options used when none are given.</summary>
    public static DealerConnectionOptions Default { get; } = new();

    /// <summary>
    /// Whether all corrections of a demand are fetched into memory before its source is given, for when the time of the run itself
    /// counts; otherwise they come while they are used, 16 MB of them ahead, in memory that does not grow beyond that.
    /// </summary>
    public bool Prefetch { get; init; }

    /// <summary>How long to wait for the other parties of the meeting; 60 s at first, more than the dealer waits itself.</summary>
    public TimeSpan MeetingTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The limits of the channel.</summary>
    public ChannelOptions Channel { get; init; } = ChannelOptions.Default with { KeepsTranscript = false };

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">A time is out of range.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MeetingTime, TimeSpan.FromMilliseconds(10));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MeetingTime, TimeSpan.FromDays(1));
        ArgumentNullException.ThrowIfNull(Channel);
    }
}
