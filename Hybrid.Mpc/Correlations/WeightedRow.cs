using System.Collections.Immutable;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Correlations;

/// <summary>
/// A uniform row A (1 × k) known to the party without the weights, and shares of A · B, B being the weights' mask: one row of a
/// product with private weights.
/// </summary>
public sealed record WeightedRow : CorrelationKind
{
    /// <summary>The kind for rows that meet one matrix of weights.</summary>
    public WeightedRow(WeightMask weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Weights = weights;
    }

    /// <summary>The mask of the weights.</summary>
    public WeightMask Weights { get; }

    /// <inheritdoc/>
    public override string Name => $"rows for party {Weights.Owner}'s weights {Weights.Weights}, {Weights.K} × {Weights.N}";

    internal override ImmutableArray<DealtVector> Vectors =>
        [new(Weights.K, Weights.Owner == 0 ? Dealing.Party1 : Dealing.Party0), new(Weights.N, Dealing.Derived)];

    internal override WeightMask? Mask => Weights;

    // Fewer rows would read the whole mask for each of them.
    internal override int LeastChunk => 32;

    internal override void Derive(CorrelationVectors values, ReadOnlySpan<ulong> mask) =>
        MatrixProduct.Multiply(values[0], mask, values[1], values.Count, Weights.K, Weights.N);
}
