using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>What the connection between the parties is like.</summary>
/// <param name="Name">Its name.</param>
/// <param name="BitsPerSecondUp">From client to server.</param>
/// <param name="BitsPerSecondDown">From server to client.</param>
/// <param name="RoundTripSeconds">There and back.</param>
public sealed record LinkProfile(string Name, double BitsPerSecondUp, double BitsPerSecondDown, double RoundTripSeconds)
{
    /// <summary>A local network: 1 Gbit/s, 1 ms.</summary>
    public static LinkProfile Lan { get; } = new("lan", 1e9, 1e9, 0.001);

    /// <summary>The internet: 100 Mbit/s, 40 ms.</summary>
    public static LinkProfile Wan { get; } = new("wan", 1e8, 1e8, 0.04);

    /// <summary>A telephone: 20 Mbit/s, 60 ms.</summary>
    public static LinkProfile Mobile { get; } = new("mobile", 2e7, 2e7, 0.06);

    /// <summary>Two processes of one machine: 10 Gbit/s, 60 µs, about what TCP takes there. Nothing is held back to make it so.</summary>
    public static LinkProfile Loopback { get; } = new("loopback", 1e10, 1e10, 60e-6);

    // A thread that has slept takes so long to go on: 60 to 70 µs for a message on Linux, from the moment that it is there. Shorter ways are not slept through.
    private const double UsualWakeSeconds = 65e-6;
    private const double SleepsFromSeconds = 100e-6;

    /// <summary>Seconds that a party takes to go on with a message it has waited for, besides the message's way. None for a loopback or a measured link, whose round trips have it in them.</summary>
    public double WakeSeconds { get; init; } = RoundTripSeconds / 2 < SleepsFromSeconds ? 0 : UsualWakeSeconds;

    /// <summary>Seconds of a way that is waited for.</summary>
    public double WaySeconds => (RoundTripSeconds / 2) + WakeSeconds;

    /// <summary>Reads a profile: <c>lan</c>, <c>wan</c>, <c>mobile</c>, <c>loopback</c>, or figures such as <c>100mbit/40ms</c> and, with
    /// the way up before the way down, <c>20mbit:5mbit/60ms</c>.</summary>
    /// <param name="text">A name, or figures: rates in kbit, mbit or gbit a second, from 1kbit to 1000gbit; then the round trip in us, ms
    /// or s, from 0 to 60s.</param>
    /// <returns>The named profile, or one whose name is its figures.</returns>
    /// <exception cref="ParameterException">The text is neither, or a figure is out of its range.</exception>
    public static LinkProfile Parse(string text) => LinkProfileText.Read(text);

    /// <summary>The form that <see cref="Parse"/> reads: the name if it is one of the four above, or else the figures to 12 decimals of
    /// their unit.</summary>
    public override string ToString() => LinkProfileText.Write(this);

    /// <summary>
    /// Seconds from start to end of a step: computing and sending, one party after the other or, where the step is mutual, both at once, or where it is
    /// done in pieces, overlapping; and <see cref="WaySeconds"/> for each way between the parties.
    /// </summary>
    public double Latency(Quote quote) => PlanTime.Of(quote, this).Total;
}
