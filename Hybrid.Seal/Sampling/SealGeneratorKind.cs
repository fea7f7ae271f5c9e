namespace Hybrid.Seal.Sampling;

/// <summary>The generators of Microsoft SEAL, by the numbers its files and messages give them.</summary>
internal enum SealGeneratorKind : byte
{
    /// <summary>BLAKE2Xb of the block's number under the seed as key: SEAL's default.</summary>
    Blake2xb = 1,

    /// <summary>SHAKE256 of the seed and the block's number.</summary>
    Shake256 = 2,
}
