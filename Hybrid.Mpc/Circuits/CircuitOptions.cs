using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Circuits;

/// <summary>How a circuit is built.</summary>
public sealed record CircuitOptions
{
    /// <summary>How many parties compute, at least 2.</summary>
    public int Parties { get; init; } = 2;

    /// <summary>How secrets are compared: by tree where rounds are cheap, by function sharing where they are dear.</summary>
    public ComparisonMethod Comparison { get; init; } = ComparisonMethod.Tree;

    /// <summary>Fraction bits of tensors, unless an op says otherwise.</summary>
    public int FractionBits { get; init; } = 16;

    /// <summary>Options for two parties.</summary>
    public static CircuitOptions Default { get; } = new();
}
