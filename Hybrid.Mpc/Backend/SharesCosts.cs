using Hybrid.Mpc.Circuits;
using Hybrid.Schemes;

namespace Hybrid.Mpc;

/// <summary>What a step on shares costs: bytes, messages and rounds exactly, from its circuit; seconds about, from what is sent and dealt.</summary>
internal static class SharesCosts
{
    // Both are rough estimates, not measured yet. A party expands, adds and multiplies a few words for each that it sends or is dealt.
    private const double SecondsPerByte = 1e-9;

    // Scheduling, tags and buffers of one round.
    private const double SecondsPerRound = 50e-6;

    /// <summary>The quote of a circuit.</summary>
    public static Quote Of(CircuitCost cost) => new(
        Seconds(cost, 0), Seconds(cost, 1), cost.BytesFrom[0], cost.BytesFrom[1], cost.MessagesFrom[0] + cost.MessagesFrom[1])
    {
        Ways = cost.Ways,
        IsMutual = true,
    };

    private static double Seconds(CircuitCost cost, int party) =>
        (cost.Rounds * SecondsPerRound) + ((cost.Bytes + cost.Demand.DealtBytes(party)) * SecondsPerByte);
}
