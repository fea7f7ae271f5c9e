using Hybrid.Mpc.Bits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Lookups;

namespace Hybrid.Mpc.Circuits;

/// <summary>How a circuit is built. Circuits built with one object share what it takes milliseconds to make.</summary>
public sealed record CircuitOptions
{
    /// <summary>How many parties compute, at least 2.</summary>
    public int Parties { get; init; } = 2;

    /// <summary>How secrets are compared: by tree where rounds are cheap, by function sharing where they are dear.</summary>
    public ComparisonMethod Comparison { get; init; } = ComparisonMethod.Tree;

    /// <summary>
    /// How many digits a comparison by tree merges at once, 4 or 6: with 6 numbers of 18 to 25 bits take a round less, and about 8 bytes more that are dealt.
    /// </summary>
    internal int MergedDigits { get; init; } = MergeGroup.UsualDigits;

    /// <summary>Fraction bits of tensors, unless an op says otherwise.</summary>
    public int FractionBits { get; init; } = 16;

    /// <summary>Options for two parties.</summary>
    public static CircuitOptions Default => new();

    /// <summary>Look-up functions made so far: circuits built with the same options share them.</summary>
    internal LookupCatalogue Lookups { get; } = new();
}
