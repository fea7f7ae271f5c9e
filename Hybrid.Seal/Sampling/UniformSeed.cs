namespace Hybrid.Seal.Sampling;

/// <summary>What a uniform polynomial was expanded from, so that it can be sent as a few bytes. Public: it hides nothing.</summary>
internal abstract record UniformSeed
{
    /// <summary>Writes the polynomial modulo the first primes of a context, prime by prime.</summary>
    public abstract void Expand(CkksContext context, int primes, Span<ulong> polynomial);
}
