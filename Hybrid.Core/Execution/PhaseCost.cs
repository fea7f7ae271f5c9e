namespace Hybrid.Execution;

/// <summary>What a phase, set-up or one query, did cost, both ways.</summary>
/// <param name="ClientSeconds">The client's computing time.</param>
/// <param name="ServerSeconds">The server's computing time, as it reports it.</param>
/// <param name="WallSeconds">Time passed at the client.</param>
/// <param name="BytesUp">From client to server.</param>
/// <param name="BytesDown">From server to client.</param>
/// <param name="Rounds">Times the client waited for an answer after having sent something.</param>
public readonly record struct PhaseCost(double ClientSeconds, double ServerSeconds, double WallSeconds, long BytesUp, long BytesDown, long Rounds)
{
    /// <summary>Both phases together.</summary>
    public static PhaseCost operator +(PhaseCost left, PhaseCost right) => new(
        left.ClientSeconds + right.ClientSeconds,
        left.ServerSeconds + right.ServerSeconds,
        left.WallSeconds + right.WallSeconds,
        left.BytesUp + right.BytesUp,
        left.BytesDown + right.BytesDown,
        left.Rounds + right.Rounds);

    /// <summary>Both phases together.</summary>
    public static PhaseCost Add(PhaseCost left, PhaseCost right) => left + right;
}
