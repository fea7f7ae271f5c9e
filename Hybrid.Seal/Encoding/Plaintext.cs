using Hybrid.Security;

namespace Hybrid.Seal;

/// <summary>An encoded vector: a polynomial modulo the primes q_0 … q_level, transformed, with the scale it was encoded at.</summary>
/// <remarks>
/// It may be the secret of the one who encrypts or decrypts, so it is wiped when disposed. It is a destination too: encoding or
/// decrypting into it takes memory only if it has none large enough.
/// </remarks>
public sealed class Plaintext : IDisposable
{
    private SecretBuffer<ulong> _residues;

    /// <summary>Zero, at a level.</summary>
    /// <param name="context">The parameters.</param>
    /// <param name="level">The level, 0 to the parameters' maximum.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such level.</exception>
    public Plaintext(CkksContext context, int level)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.RequireLevel(level, nameof(level));
        Context = context;
        Level = level;
        _residues = new SecretBuffer<ulong>((level + 1) * context.Degree);
    }

    /// <summary>Zero, at the highest level: room for all.</summary>
    public Plaintext(CkksContext context)
        : this(context, context?.MaximumLevel ?? 0)
    {
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context { get; }

    /// <summary>Its level: it has one prime more.</summary>
    public int Level { get; private set; }

    /// <summary>What the numbers were multiplied by before they were rounded.</summary>
    public double Scale { get; internal set; } = 1;

    /// <summary>All residues, prime by prime, transformed.</summary>
    internal Span<ulong> Residues => _residues.Span[..((Level + 1) * Context.Degree)];

    /// <summary>The residues of one prime.</summary>
    internal Span<ulong> Prime(int index) => Residues.Slice(index * Context.Degree, Context.Degree);

    /// <summary>Makes it one of a level, of any content.</summary>
    internal void Reset(int level, double scale)
    {
        int length = (level + 1) * Context.Degree;
        if (_residues.Length < length)
        {
            _residues.Dispose();
            _residues = new SecretBuffer<ulong>(length);
        }

        Level = level;
        Scale = scale;
    }

    /// <summary>Wipes it.</summary>
    public void Dispose() => _residues.Dispose();

    /// <summary>Says level and scale, never the content.</summary>
    public override string ToString() => $"CKKS plaintext, level {Level}, scale 2^{Math.Log2(Scale):F1}";
}
