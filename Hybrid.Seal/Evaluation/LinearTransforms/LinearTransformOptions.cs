namespace Hybrid.Seal;

/// <summary>What a <see cref="LinearTransform"/> is compiled for; what is left out is chosen.</summary>
public sealed record LinearTransformOptions
{
    /// <summary>Level of the ciphertexts it will be applied to; the highest unless given.</summary>
    public int? Level { get; init; }

    /// <summary>
    /// Scale of the matrix: the last prime of the level unless given, so that a rescaled result has the operand's very scale; without
    /// rescaling the parameters' default.
    /// </summary>
    public double? Scale { get; init; }

    /// <summary>Whether the result is rescaled, which takes a level; yes, where there is one to take, unless given.</summary>
    public bool? Rescale { get; init; }

    /// <summary>
    /// The period n with which operands repeat in the slots, at least the matrix's columns: slot t holds number t mod n. Chosen unless
    /// given: the number of columns, or the next power of two.
    /// </summary>
    public int? Period { get; init; }

    /// <summary>
    /// Slots for one vector: with fewer than there are, a ciphertext holds several vectors one after the other, each repeated within its
    /// slots, and all are transformed at once. All slots unless given.
    /// </summary>
    public int? Stride { get; init; }

    /// <summary>
    /// The period with which the result is to repeat in the slots, at least the matrix's rows and a power of two, so that it is an operand
    /// for another transform; costs more rotations. Unless given, the result stands only in the first slots, and the others hold numbers
    /// without meaning, which depend on matrix and operand.
    /// </summary>
    public int? OutputPeriod { get; init; }
}
