using System.Collections.Immutable;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Correlations;

/// <summary>Shares of uniform a and of c = a² mod 2^64: one squaring of a secret, for half the bytes of a multiplication.</summary>
public sealed record SquarePair : CorrelationKind
{
    /// <inheritdoc/>
    public override string Name => "square pairs";

    private protected override ImmutableArray<DealtVector> Describe() => [new(1, Dealing.Shared), new(1, Dealing.Derived)];

    internal override void Derive(DealtValues values) => RingVector.Multiply(values[0], values[0], values[1]);
}
