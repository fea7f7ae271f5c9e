using System.Collections.Immutable;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Correlations;

/// <summary>Shares of uniform a, b and of c = a · b mod 2^64: one multiplication of two secrets (Beaver, 1991).</summary>
public sealed record MultiplicationTriple : CorrelationKind
{
    /// <inheritdoc/>
    public override string Name => "multiplication triples";

    private protected override ImmutableArray<DealtVector> Describe() => [new(1, Dealing.Shared), new(1, Dealing.Shared), new(1, Dealing.Derived)];

    internal override void Derive(DealtValues values) => RingVector.Multiply(values[0], values[1], values[2]);
}
