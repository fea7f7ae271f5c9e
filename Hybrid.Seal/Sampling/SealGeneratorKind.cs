namespace Hybrid.Seal.Sampling;

/// <summary>The generators that Microsoft SEAL expands seeds with, by its numbers.</summary>
internal enum SealGeneratorKind : byte
{
    /// <summary>BLAKE2Xb, SEAL's default.</summary>
    Blake2xb = 1,

    /// <summary>SHAKE256.</summary>
    Shake256 = 2,
}
