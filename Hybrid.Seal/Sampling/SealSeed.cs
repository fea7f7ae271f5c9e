using System.Collections.Immutable;

namespace Hybrid.Seal.Sampling;

/// <summary>What a uniform polynomial was expanded from, so that it can be sent as 64 bytes. Public: it hides nothing.</summary>
/// <param name="Kind">The generator.</param>
/// <param name="Bytes">The seed, 64 bytes.</param>
internal sealed record SealSeed(SealGeneratorKind Kind, ImmutableArray<byte> Bytes)
{
    /// <summary>Length of a seed in bytes.</summary>
    public const int Length = 64;
}
