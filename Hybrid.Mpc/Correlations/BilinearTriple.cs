using System.Collections.Immutable;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Correlations;

/// <summary>Shares of uniform A and B and of C, their product under a bilinear map: one product of two secret tensors (Beaver, 1991).</summary>
public sealed record BilinearTriple : CorrelationKind
{
    /// <summary>The kind for a map.</summary>
    /// <exception cref="ParameterException">The three tensors are too large for one piece.</exception>
    public BilinearTriple(BilinearMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        RequireElement(map.Name, (Int128)map.Left.ElementCount + map.Right.ElementCount + map.Result.ElementCount);
        Map = map;
    }

    /// <summary>The map.</summary>
    public BilinearMap Map { get; }

    /// <inheritdoc/>
    public override string Name => $"triples of {Map.Name}";

    private protected override ImmutableArray<DealtVector> Describe() =>
    [
        new(Map.Left.ElementCount, Dealing.Shared),
        new(Map.Right.ElementCount, Dealing.Shared),
        new(Map.Result.ElementCount, Dealing.Derived),
    ];

    internal override void Derive(DealtValues values)
    {
        (int left, int right, int result) = (Map.Left.ElementCount, Map.Right.ElementCount, Map.Result.ElementCount);
        values[2].Clear();
        for (int element = 0; element < values.Count; element++)
        {
            Map.MultiplyAdd(
                values[0].Slice(element * left, left), values[1].Slice(element * right, right), values[2].Slice(element * result, result));
        }
    }
}
