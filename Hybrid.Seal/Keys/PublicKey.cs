using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;

namespace Hybrid.Seal;

/// <summary>An encryption of zero modulo every prime, (-(a s + e), a): with it anyone encrypts for the owner of s.</summary>
public sealed class PublicKey
{
    private readonly ResidueBlock _block;

    internal PublicKey(CkksContext context)
    {
        Context = context;
        _block = new ResidueBlock(2L * context.Parameters.Primes.Length * context.Degree);
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context { get; }

    /// <summary>What a was expanded from, if it was.</summary>
    internal SealSeed? Seed { get; set; }

    /// <summary>All residues: polynomial by polynomial, prime by prime, transformed.</summary>
    internal Span<ulong> Residues => _block.Span;

    /// <summary>A polynomial's residues, prime by prime.</summary>
    internal Span<ulong> Polynomial(int index) => Residues.Slice(index * Residues.Length / 2, Residues.Length / 2);

    /// <summary>The residues of one polynomial and prime.</summary>
    internal Span<ulong> Prime(int polynomial, int prime) => Polynomial(polynomial).Slice(prime * Context.Degree, Context.Degree);
}
