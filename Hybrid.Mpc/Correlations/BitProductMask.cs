using System.Collections.Immutable;
using Hybrid.Mpc.Bits;

namespace Hybrid.Mpc.Correlations;

/// <summary>Some uniform bits and the products of any two or more of them, shared by exclusive or: one AND of so many secret bits.</summary>
public sealed record BitProductMask : CorrelationKind
{
    /// <summary>The kind for an AND of <paramref name="factors"/> bits.</summary>
    /// <param name="factors">2 to 4.</param>
    public BitProductMask(int factors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factors, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factors, 4);
        Factors = factors;
    }

    /// <summary>How many bits are multiplied.</summary>
    public int Factors { get; }

    /// <inheritdoc/>
    public override string Name => $"masks for products of {Factors} bits";

    private protected override ImmutableArray<DealtVector> Describe() =>
        [new(Factors, Dealing.Shared, VectorForm.Planes), new(BitProduct.ProductPlanes(Factors), Dealing.Derived, VectorForm.Planes)];

    internal override void Derive(DealtValues values) => BitProduct.Products(values[0], Factors, values.PlaneWords, values[1]);
}
