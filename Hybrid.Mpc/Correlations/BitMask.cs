using System.Collections.Immutable;
using Hybrid.Mpc.Bits;

namespace Hybrid.Mpc.Correlations;

/// <summary>A uniform bit, shared by exclusive or and as the word 0 or 1: one bit made a word (daBits; Rotaru and Wood, 2019).</summary>
public sealed record BitMask : CorrelationKind
{
    /// <inheritdoc/>
    public override string Name => "bit masks";

    private protected override ImmutableArray<DealtVector> Describe() => [new(1, Dealing.Shared, VectorForm.Planes), new(1, Dealing.Derived)];

    internal override void Derive(DealtValues values) => BitPlanes.Expand(values[0], values[1]);
}
