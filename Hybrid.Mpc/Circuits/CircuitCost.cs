using System.Collections.Immutable;
using Hybrid.Mpc.Correlations;
using Hybrid.Schemes;

namespace Hybrid.Mpc.Circuits;

/// <summary>What a run of a circuit costs: exact numbers that follow from the circuit alone.</summary>
/// <param name="Rounds">How often the parties wait for messages on their way, all ways at once.</param>
/// <param name="BytesFrom">Bytes that each party sends, frame headers included.</param>
/// <param name="MessagesFrom">Messages that each party sends.</param>
/// <param name="Demand">The correlations it draws.</param>
public sealed record CircuitCost(int Rounds, ImmutableArray<long> BytesFrom, ImmutableArray<int> MessagesFrom, CorrelationDemand Demand)
{
    /// <summary>The ways between two parties that are waited for; of more parties, as if between the first two.</summary>
    public Ways Ways { get; init; } = Ways.None;

    /// <summary>What a party has to do.</summary>
    public CircuitWork Work { get; init; }

    /// <summary>Bytes that all parties send together.</summary>
    public long Bytes => BytesFrom.Sum();
}
