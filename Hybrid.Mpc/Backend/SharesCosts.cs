using Hybrid.Mpc.Circuits;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Mpc;

/// <summary>What a step on shares costs: bytes, messages and rounds exactly, seconds by each party's machine, all from its circuit.</summary>
internal static class SharesCosts
{
    /// <summary>The quote of a circuit.</summary>
    /// <param name="cost">What it costs.</param>
    /// <param name="dealer">What the connections to the dealer are like.</param>
    /// <param name="client">The client's machine.</param>
    /// <param name="server">The server's.</param>
    public static Quote Of(CircuitCost cost, LinkProfile dealer, MachineProfile client, MachineProfile server) => new(
        SharesPrimitives.Seconds(cost.Work, client),
        SharesPrimitives.Seconds(cost.Work, server),
        cost.BytesFrom[0],
        cost.BytesFrom[1],
        cost.MessagesFrom[0] + cost.MessagesFrom[1])
    {
        Ways = cost.Ways,
        IsMutual = true,
        DealtSeconds = ComparisonChoice.DealtSeconds(cost, dealer),
    };
}
