using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Hybrid.Mpc.Correlations;

/// <summary>Exclusive-or shares of uniform 64-bit words a, b and of c = a AND b: 64 AND gates of secret bits.</summary>
public sealed record BitTriple : CorrelationKind
{
    /// <inheritdoc/>
    public override string Name => "words of bit triples";

    internal override ImmutableArray<DealtVector> Vectors => [new(1, Dealing.Shared), new(1, Dealing.Shared), new(1, Dealing.Derived)];

    internal override bool IsBitwise => true;

    internal override void Derive(CorrelationVectors values, ReadOnlySpan<ulong> mask) =>
        TensorPrimitives.BitwiseAnd<ulong>(values[0], values[1], values[2]);
}
