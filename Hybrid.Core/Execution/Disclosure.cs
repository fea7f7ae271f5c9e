using Hybrid.Graph;

namespace Hybrid.Execution;

/// <summary>A value that a party learns by design.</summary>
/// <param name="Learner">Who learns it.</param>
/// <param name="Value">What it is.</param>
/// <param name="Extent">Its shape or size.</param>
/// <param name="Bits">Bits of each element; 0 where that says nothing.</param>
/// <param name="Why">Why it may be learnt, and what hides the rest.</param>
public sealed record Disclosure(Party Learner, string Value, string Extent, int Bits, string Why);
