using System.Collections.Immutable;
using Hybrid.Mpc.Bits;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Correlations;

/// <summary>
/// A uniform word r, a uniform bit s shared by exclusive or and as a word, and shares of r · s: one product of a secret bit and a
/// secret word.
/// </summary>
public sealed record SelectionMask : CorrelationKind
{
    /// <inheritdoc/>
    public override string Name => "selection masks";

    private protected override ImmutableArray<DealtVector> Describe() =>
        [new(1, Dealing.Shared), new(1, Dealing.Shared, VectorForm.Planes), new(1, Dealing.Derived), new(1, Dealing.Derived)];

    internal override void Derive(DealtValues values)
    {
        BitPlanes.Expand(values[1], values[2]);
        RingVector.Multiply(values[0], values[2], values[3]);
    }
}
