using System.Collections.Immutable;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Correlations;

/// <summary>
/// A uniform A known to the party without the weights, and shares of its product with B, the weights' mask, under a bilinear map: one
/// product of a secret tensor with private weights.
/// </summary>
public sealed record WeightedProduct : CorrelationKind
{
    /// <summary>The kind for a map whose right side is the weights.</summary>
    /// <exception cref="ParameterException">The weights have not the map's size, or the product is too large for one piece.</exception>
    public WeightedProduct(BilinearMap map, WeightMask weights)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(weights);
        if (map.Right.ElementCount != weights.Words)
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"{map.Name} takes {map.Right.ElementCount} weights, and the mask is for {weights.Words}.");
        }

        RequireElement(map.Name, (Int128)map.Left.ElementCount + map.Result.ElementCount);
        Map = map;
        Weights = weights;
    }

    /// <summary>The map.</summary>
    public BilinearMap Map { get; }

    /// <summary>The mask of the weights.</summary>
    public WeightMask Weights { get; }

    /// <inheritdoc/>
    public override string Name => $"products of {Map.Name} with party {Weights.Owner}'s weights {Weights.Weights}";

    private protected override ImmutableArray<DealtVector> Describe() =>
        [new(Map.Left.ElementCount, Dealing.Owned, Owner: 1 - Weights.Owner), new(Map.Result.ElementCount, Dealing.Derived)];

    internal override int MaximumParties => 2;

    internal override WeightMask? Mask => Weights;

    internal override void Derive(DealtValues values)
    {
        (int left, int result) = (Map.Left.ElementCount, Map.Result.ElementCount);
        values[1].Clear();
        for (int element = 0; element < values.Count; element++)
            Map.MultiplyAdd(values[0].Slice(element * left, left), values.Mask, values[1].Slice(element * result, result));
    }
}
