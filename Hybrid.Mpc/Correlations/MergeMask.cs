using System.Collections.Immutable;
using Hybrid.Mpc.Bits;

namespace Hybrid.Mpc.Correlations;

/// <summary>Uniform bits and their products, for one level of a comparison's tree: digits compared in fours.</summary>
public sealed record MergeMask : CorrelationKind
{
    /// <summary>The kind for a level.</summary>
    /// <param name="digits">How many digits come into it, 2 to 16.</param>
    public MergeMask(int digits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 16);
        Digits = digits;
    }

    /// <summary>How many digits come into the level.</summary>
    public int Digits { get; }

    /// <inheritdoc/>
    public override string Name => $"merge masks of {Digits} digits";

    private protected override ImmutableArray<DealtVector> Describe()
    {
        var shape = new DigitMerge(Digits);
        return
        [
            new(shape.OpenedPlanes, Dealing.Shared, VectorForm.Planes), new(shape.ProductPlanes, Dealing.Derived, VectorForm.Planes),
        ];
    }

    internal override void Derive(DealtValues values) => new DigitMerge(Digits).Products(values[0], values.PlaneWords, values[1]);
}
