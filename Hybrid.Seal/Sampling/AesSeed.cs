using System.Buffers.Binary;
using System.Collections.Immutable;
using Hybrid.Security;

namespace Hybrid.Seal.Sampling;

/// <summary>A seed of this library's own messages: the key and the stream of a counter-mode generator.</summary>
/// <remarks>
/// Expanded by AES in a tenth of the time that SEAL's generator takes, residues exactly uniform, by rejection. That a public seed's expansion
/// serves as the uniform polynomial is what FrodoKEM with AES-128 (Alkim et al., specification of 2021, generation of A) rests on, too.
/// </remarks>
/// <param name="Bytes">The seed, 24 bytes: two alike would show a difference of messages, and among 2^64 there are two with a chance of 2^-65.</param>
internal sealed record AesSeed(ImmutableArray<byte> Bytes) : UniformSeed
{
    /// <summary>Length of a seed in bytes.</summary>
    public const int Length = AesCtrGenerator.SeedBytes + sizeof(ulong);

    /// <summary>A fresh one.</summary>
    public static AesSeed Draw(IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[Length];
        random.Fill(bytes);
        return new AesSeed([.. bytes]);
    }

    /// <inheritdoc/>
    public override void Expand(CkksContext context, int primes, Span<ulong> polynomial)
    {
        ReadOnlySpan<byte> bytes = Bytes.AsSpan();
        using var generator = new AesCtrGenerator(
            bytes[..AesCtrGenerator.SeedBytes], BinaryPrimitives.ReadUInt64LittleEndian(bytes[AesCtrGenerator.SeedBytes..]));
        for (int i = 0; i < primes; i++)
        {
            UniformSampler.Fill(generator, context.Ring.Modulus(i), context.Ring.Slice(polynomial, i));
        }
    }
}
