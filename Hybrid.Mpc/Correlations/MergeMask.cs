using System.Collections.Immutable;
using Hybrid.Mpc.Bits;

namespace Hybrid.Mpc.Correlations;

/// <summary>Uniform bits and their products, for one level of a comparison's tree: digits compared in fours, or in sixes.</summary>
public sealed record MergeMask : CorrelationKind
{
    /// <summary>The kind for a level.</summary>
    /// <param name="digits">How many digits come into it, 2 to 16.</param>
    /// <param name="group">How many are compared at once, 4 or 6.</param>
    public MergeMask(int digits, int group = MergeGroup.UsualDigits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 16);
        if (group is not (MergeGroup.UsualDigits or MergeGroup.MostDigits))
        {
            throw new ArgumentOutOfRangeException(nameof(group), group, $"Digits are compared {MergeGroup.UsualDigits} or {MergeGroup.MostDigits} at once.");
        }

        Digits = digits;
        Group = group;
    }

    /// <summary>How many digits come into the level.</summary>
    public int Digits { get; }

    /// <summary>How many are compared at once.</summary>
    public int Group { get; }

    /// <inheritdoc/>
    public override string Name => $"merge masks of {Digits} digits{(Group == MergeGroup.UsualDigits ? string.Empty : $", {Group} at once")}";

    private protected override ImmutableArray<DealtVector> Describe()
    {
        var shape = new DigitMerge(Digits, Group);
        return
        [
            new(shape.OpenedPlanes, Dealing.Shared, VectorForm.Planes), new(shape.ProductPlanes, Dealing.Derived, VectorForm.Planes),
        ];
    }

    internal override void Derive(DealtValues values) => new DigitMerge(Digits, Group).Products(values[0], values.PlaneWords, values[1]);
}
