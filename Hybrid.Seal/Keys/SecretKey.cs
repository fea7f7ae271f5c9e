using Hybrid.Security;

namespace Hybrid.Seal;

/// <summary>The secret s: a polynomial with coefficients -1, 0 and 1, kept transformed modulo every prime. Wiped when disposed.</summary>
public sealed class SecretKey : IDisposable
{
    private readonly SecretBuffer<ulong> _residues;

    internal SecretKey(CkksContext context)
    {
        Context = context;
        _residues = new SecretBuffer<ulong>(context.Parameters.Primes.Length * context.Degree);
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context { get; }

    /// <summary>All residues, prime by prime, transformed.</summary>
    internal Span<ulong> Residues => _residues.Span;

    /// <summary>The residues of one prime.</summary>
    internal Span<ulong> Prime(int index) => Residues.Slice(index * Context.Degree, Context.Degree);

    /// <summary>Wipes it.</summary>
    public void Dispose() => _residues.Dispose();

    /// <summary>Names the parameters, never the key.</summary>
    public override string ToString() => $"CKKS secret key, {Context.Parameters}";
}
