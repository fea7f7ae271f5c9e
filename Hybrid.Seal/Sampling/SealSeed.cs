using System.Collections.Immutable;
using Hybrid.Security;

namespace Hybrid.Seal.Sampling;

/// <summary>A seed of Microsoft SEAL's objects, expanded as SEAL does.</summary>
/// <param name="Kind">The generator.</param>
/// <param name="Bytes">The seed, 64 bytes.</param>
internal sealed record SealSeed(SealGeneratorKind Kind, ImmutableArray<byte> Bytes) : UniformSeed
{
    /// <summary>Length of a seed in bytes.</summary>
    public const int Length = 64;

    /// <summary>A fresh one, for SEAL's default generator.</summary>
    public static SealSeed Draw(IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[Length];
        random.Fill(bytes);
        return new SealSeed(SealGeneratorKind.Blake2xb, [.. bytes]);
    }

    /// <inheritdoc/>
    public override void Expand(CkksContext context, int primes, Span<ulong> polynomial)
    {
        using var generator = new SealGenerator(Kind, Bytes.AsSpan());
        generator.FillUniform(context.Parameters.Primes.AsSpan()[..primes], context.Degree, polynomial);
    }
}
