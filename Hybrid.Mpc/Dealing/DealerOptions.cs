using Hybrid.Mpc.Lookups;
using Hybrid.Communication;
using Hybrid.Security;

namespace Hybrid.Mpc.Dealing;

/// <summary>The limits of a dealer.</summary>
public sealed record DealerOptions
{
    /// <summary>The limits used when none are given.</summary>
    public static DealerOptions Default { get; } = new();

    /// <summary>How many meetings there can be at a time, at least 1; 64 at first.</summary>
    public int MaximumMeetings { get; init; } = 64;

    /// <summary>How many parties a meeting can have, 2 to 1024; 16 at first.</summary>
    public int MaximumParties { get; init; } = 16;

    /// <summary>How long the first party waits for the others, and any connection may take to say hello; 30 s at first.</summary>
    public TimeSpan MeetingTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most bytes that one deal sends to all parties together; 1 TiB at first.</summary>
    public long MaximumDealtBytes { get; init; } = 1L << 40;

    /// <summary>
    /// The most work of one deal: words drawn or derived, and products of words that bilinear maps take; 2^45 at first, which is
    /// hours.
    /// </summary>
    public long MaximumWork { get; init; } = 1L << 45;

    /// <summary>The most memory of one meeting: what a deal works on, and the masks of weights that it remembers; 1 GiB at first.</summary>
    public long MaximumMemoryBytes { get; init; } = 1L << 30;

    /// <summary>The limits of the channels to the parties.</summary>
    public ChannelOptions Channel { get; init; } = ChannelOptions.Default with { KeepsTranscript = false };

    /// <summary>Where the seeds come from: the operating system, unless results are to repeat.</summary>
    public IRandomSource Random { get; init; } = OsRandom.Instance;

    /// <summary>Checks the limits.</summary>
    /// <exception cref="ArgumentException">They contradict each other.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumMeetings, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumParties, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaximumParties, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(MeetingTime, TimeSpan.FromMilliseconds(10));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MeetingTime, TimeSpan.FromDays(1));
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumDealtBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumWork);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumMemoryBytes);
        ArgumentNullException.ThrowIfNull(Channel);
        ArgumentNullException.ThrowIfNull(Random);
    }

    /// <summary>Look-up functions made so far: meetings share them.</summary>
    internal LookupCatalogue Lookups { get; } = new();
}
