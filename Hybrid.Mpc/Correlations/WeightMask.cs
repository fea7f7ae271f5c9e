using System.Collections.Immutable;

namespace Hybrid.Mpc.Correlations;

/// <summary>A uniform tensor B that one party alone knows: it hides that party's weights, once for all their products.</summary>
/// <remarks>There is one for each tensor of weights: used for two, their difference would show.</remarks>
public sealed record WeightMask : CorrelationKind
{
    /// <summary>The mask of one tensor of weights.</summary>
    /// <param name="weights">Which weights of the session, 0 or more.</param>
    /// <param name="owner">The party that knows them, 0 or 1.</param>
    /// <param name="words">How many there are, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, the owner is not 0 or 1, or there are no words.</exception>
    /// <exception cref="ParameterException">There are too many weights for one piece.</exception>
    public WeightMask(int weights, int owner, int words)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weights);
        ArgumentOutOfRangeException.ThrowIfNegative(owner);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(owner, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(words, 1);
        RequireElement("A tensor of weights", words);
        Weights = weights;
        Owner = owner;
        Words = words;
    }

    /// <summary>Which weights of the session.</summary>
    public int Weights { get; }

    /// <summary>The party that knows them.</summary>
    public int Owner { get; }

    /// <summary>How many there are.</summary>
    public int Words { get; }

    /// <inheritdoc/>
    public override string Name => $"masks of party {Owner}'s {Words} weights {Weights}";

    private protected override ImmutableArray<DealtVector> Describe() => [new(Words, Dealing.Owned, Owner: Owner)];

    internal override int MaximumParties => 2;

    internal override void Derive(DealtValues values)
    {
        // Nothing is derived from a mask alone.
    }
}
