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

    /// <summary>
    /// Seconds from start to end of a step: computing and sending, one party after the other or, where the step is mutual, both at once;
    /// and half a round trip for each way between the parties.
    /// </summary>
    public double Latency(Quote quote)
    {
        double up = 8 * quote.BytesUp / BitsPerSecondUp;
        double down = 8 * quote.BytesDown / BitsPerSecondDown;
        return (quote.Flights * RoundTripSeconds / 2) + (quote.IsMutual
            ? Math.Max(quote.ClientSeconds, quote.ServerSeconds) + Math.Max(up, down)
            : quote.ClientSeconds + quote.ServerSeconds + up + down);
    }
}
