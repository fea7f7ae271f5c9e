using Hybrid.Planning;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Seal;

/// <summary>What a session's keys are for: the parameters, and what results are merged with.</summary>
/// <param name="Parameters">Degree and primes.</param>
/// <param name="Merging">The keys to merge results with, yet to be made or made; null where none are.</param>
internal sealed record CkksKeySet(CkksParameters Parameters, MergeKeys? Merging = null)
{
    /// <summary>Sets whose results are sent as they are, smaller ones first.</summary>
    public static IReadOnlyList<CkksParameters> Plain { get; } =
        [RingPackedParameters.Degree4096Short(), RingPackedParameters.Degree4096(), RingPackedParameters.Degree8192(), RingPackedParameters.Degree8192Long()];

    /// <summary>Sets whose results can be merged, smaller ones first.</summary>
    public static IReadOnlyList<CkksParameters> WithSpecialPrime { get; } =
        [RingPackedParameters.Degree4096ShortMerging(), RingPackedParameters.Degree8192Merging(), RingPackedParameters.Degree8192LongMerging()];

    /// <summary>
    /// What tiles are compared by, the same at both parties whatever link each has been told of: merging pays on slow links, so tiles are those
    /// of one.
    /// </summary>
    public PackingCost Cost => Merging is null ? new PackingCost() : PackingCost.Over(LinkProfile.Wan);

    /// <summary>Bytes of the keys for merging; 0 where they are not known yet.</summary>
    public long MergeKeyBytes => Merging is { AreOpen: false } keys ? MergeKeyMessage.Bytes(Parameters, keys) : 0;
}
