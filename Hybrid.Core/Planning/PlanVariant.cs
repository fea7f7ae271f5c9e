using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>One of several plans of a graph that are compared.</summary>
/// <param name="Name">What it is called: all-paillier, all-ckks, all-shares or chosen.</param>
/// <param name="Pin">The scheme of every op that it can compute; null for the chosen plan.</param>
/// <param name="Plan">The plan; null if there is none.</param>
/// <param name="Refusal">Why there is none, in one sentence; null if there is one.</param>
public sealed record PlanVariant(string Name, Scheme? Pin, Plan? Plan, string? Refusal)
{
    /// <summary>Bound on the error of results that computing adds, see <see cref="RoundingError"/>; null where there is none.</summary>
    public double? Error { get; init; }

    /// <summary>Bytes that a dealer would send both parties for a run; null where none is needed or nothing can be said.</summary>
    public long? BytesDealt { get; init; }

    /// <summary>The name of an earlier variant that is the same plan; null if there is none.</summary>
    public string? SameAs { get; init; }
}
