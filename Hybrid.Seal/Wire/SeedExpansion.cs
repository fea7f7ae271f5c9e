using Hybrid.Seal.Sampling;

namespace Hybrid.Seal.Wire;

/// <summary>From a seed in a file to the uniform polynomial that it stands for.</summary>
internal static class SeedExpansion
{
    /// <summary>Expands a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="context">The parameters.</param>
    /// <param name="primes">Of how many primes.</param>
    /// <param name="destination">The polynomial, prime by prime; it counts as transformed.</param>
    /// <exception cref="ParameterException">The seed is for SHAKE256, and this platform has none.</exception>
    public static void Expand(SealSeed seed, CkksContext context, int primes, Span<ulong> destination)
    {
        using var generator = new SealGenerator(seed.Kind, seed.Bytes.AsSpan());
        generator.FillUniform(context.Parameters.Primes.AsSpan()[..primes], context.Degree, destination);
    }
}
