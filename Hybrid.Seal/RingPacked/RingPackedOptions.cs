namespace Hybrid.Seal.RingPacked;

/// <summary>What a ring-packed layer must bear, and what its steps cost. Both parties must use the same.</summary>
public sealed record RingPackedOptions
{
    /// <summary>The largest magnitude of a weight; 2^15 unless set, which 16-bit weights have.</summary>
    public long LargestWeight { get; init; } = 1L << 15;

    /// <summary>
    /// A bound on the sum of magnitudes of all the weights of any one result, which bounds the noise better than the largest weight can;
    /// no bound beyond that unless set.
    /// </summary>
    public double LargestNorm { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// Statistical security of revealing results to the key's owner, in bits: the noise then tells of the weights 2^-bits at most, a
    /// coefficient. 0, the default, is for results that become shares, which a uniform mask hides wholly and which need a shorter modulus.
    /// </summary>
    public int RevealBits { get; init; }

    /// <summary>
    /// How far results that become shares may be off, in units of words modulo 2^64: what a truncation cuts off is room for noise. Exact but for
    /// the last bit unless set.
    /// </summary>
    public double Allowance { get; init; } = 0.5;

    /// <summary>Whether the evaluator adds a share of its own to the inputs, which is rounded too.</summary>
    public bool InputsAreShared { get; init; } = true;

    /// <summary>The level of the ciphertexts, whose primes are one more: fewer where noise needs no more; all that there are unless set.</summary>
    public int? Level { get; init; }

    /// <summary>
    /// The keys that results may be merged with, where parameters have a special prime: fewer and fuller ciphertexts come back
    /// (<see cref="MatMulTile.MergeLevels"/>). None unless set.
    /// </summary>
    public MergeKeys? Merging { get; init; }

    /// <summary>What the steps cost.</summary>
    public PackingCost Cost { get; init; } = new();

    /// <summary>Whether results are exact, but for the last bit of shares.</summary>
    internal bool IsExact => RevealBits > 0 || Allowance <= 0.5;

    /// <summary>The level with some parameters.</summary>
    /// <exception cref="ParameterException">They have no such level.</exception>
    internal int LevelOf(CkksParameters parameters) => Level is not { } level ? parameters.MaximumLevel
        : level >= 0 && level <= parameters.MaximumLevel ? level
        : throw new ParameterException(ParameterFault.OutOfRange, $"{parameters} have levels from 0 to {parameters.MaximumLevel}, and {level} was asked for.");
}
