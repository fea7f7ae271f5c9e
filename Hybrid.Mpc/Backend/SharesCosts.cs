using Hybrid.Mpc.Circuits;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Mpc;

/// <summary>What a step on shares costs: bytes, messages and rounds exactly, seconds by each party's machine, all from its circuit.</summary>
internal static class SharesCosts
{
    /// <summary>The quote of a circuit.</summary>
    public static Quote Of(CircuitCost cost, MachineProfile client, MachineProfile server) => new(
        SharesPrimitives.Seconds(cost.Work, client),
        SharesPrimitives.Seconds(cost.Work, server),
        cost.BytesFrom[0],
        cost.BytesFrom[1],
        cost.MessagesFrom[0] + cost.MessagesFrom[1])
    {
        Ways = cost.Ways,
        IsMutual = true,
    };
}
