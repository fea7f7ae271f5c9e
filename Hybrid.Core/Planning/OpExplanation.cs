using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>An op of a plan: where it is computed, what else could have been, and why it was not.</summary>
/// <param name="Op">The op.</param>
/// <param name="Scheme">Its scheme.</param>
/// <param name="Step">The step that computes it, often with others; null if the client or the server does so by itself without a step.</param>
/// <param name="Alternatives">The op in every scheme at hand, the chosen one among them; none for ops in the clear.</param>
/// <param name="Why">Why the scheme was chosen, as the end of a sentence.</param>
/// <param name="AddedError">Bound on what the op's own rounding adds to the error of its value; null where none is known.</param>
public sealed record OpExplanation(Node Op, Scheme Scheme, PlanStep? Step, ImmutableArray<SchemeAlternative> Alternatives, string Why, double? AddedError)
{
    /// <summary>The op in its scheme; null for ops in the clear.</summary>
    public SchemeAlternative? Chosen => Alternatives.FirstOrDefault(alternative => alternative.Scheme == Scheme);

    /// <summary>The other schemes that could have been chosen, by what a whole plan would cost that has the op there, the cheapest first.</summary>
    /// <param name="request">What plans are made for.</param>
    public IEnumerable<SchemeAlternative> Others(PlanRequest request) => Alternatives
        .Where(alternative => alternative is { IsAble: true, Plan: not null } && alternative.Scheme != Scheme)
        .OrderBy(alternative => request.Cost(alternative.Plan!));
}
