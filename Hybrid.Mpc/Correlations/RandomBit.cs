using System.Collections.Immutable;

namespace Hybrid.Mpc.Correlations;

/// <summary>A secret bit that is 1 with a public probability, shared as a word.</summary>
public sealed record RandomBit : CorrelationKind
{
    /// <summary>The kind for a probability.</summary>
    /// <param name="probability">In (0, 1], rounded to 2^−32.</param>
    /// <exception cref="ParameterException">It is outside.</exception>
    public RandomBit(double probability)
        : this(probability is > 0 and <= 1
            ? Math.Max(1, (ulong)Math.Round(Math.ScaleB(probability, 32)))
            : throw new ParameterException(ParameterFault.OutOfRange, $"A chance of {probability} was asked for: choose one above 0, and 1 at most."))
    {
    }

    internal RandomBit(ulong threshold) => Threshold = threshold;

    /// <summary>The probability times 2^32.</summary>
    public ulong Threshold { get; }

    /// <inheritdoc/>
    public override string Name => $"random bits of chance {Threshold} / 2^32";

    private protected override ImmutableArray<DealtVector> Describe() => [new(1, Dealing.Shared), new(1, Dealing.Derived)];

    internal override void Derive(DealtValues values)
    {
        // The upper half of a uniform word is uniform; the difference is negative just when it is below the threshold.
        for (int i = 0; i < values.Count; i++)
            values[1][i] = ((values[0][i] >> 32) - Threshold) >> 63;
    }
}
