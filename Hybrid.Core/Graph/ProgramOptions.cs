namespace Hybrid.Graph;

/// <summary>How a program holds numbers.</summary>
public sealed record ProgramOptions
{
    /// <summary>Fraction bits of values: the resolution is 2^−16 unless set otherwise.</summary>
    public int FractionBits { get; init; } = 16;

    /// <summary>Fraction bits of constants in products.</summary>
    public int WeightFractionBits { get; init; } = 16;

    /// <summary>
    /// A ReLU whose argument could, by the bounds, be beyond 2^this saturates at 2^<see cref="SaturationBits"/>: so bounds do not grow from layer to
    /// layer until words cannot hold them, and nothing ever wraps.
    /// </summary>
    public int UnboundedBits { get; init; } = 18;

    /// <summary>Where such a ReLU saturates.</summary>
    public int SaturationBits { get; init; } = 10;
}
