using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>An op in one scheme: what it would cost there by itself, and as part of the best plan that has it there.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Quote">
/// The op alone, with the conversions that its values then need; where no other scheme could hold its values, what it takes as part of
/// a longer chain. Null if the scheme cannot compute it.
/// </param>
/// <param name="Plan">
/// The best plan with the op in this scheme, everything else chosen anew; null if there is none. Where the scheme is the one that was
/// chosen, the chosen plan.
/// </param>
public sealed record SchemeAlternative(Scheme Scheme, Quote? Quote, Plan? Plan)
{
    /// <summary>Whether the scheme can compute the op.</summary>
    public bool IsAble => Quote is not null;

    /// <summary>Whether the quote is the op's alone, conversions included, and not that of its part of a longer chain.</summary>
    public bool StandsAlone { get; init; } = true;
}
