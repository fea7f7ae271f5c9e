using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;

namespace Hybrid.Seal;

/// <summary>
/// An encrypted vector: polynomials c_0, c_1, … modulo the primes q_0 … q_level, transformed, of which
/// c_0 + c_1 s + c_2 s² … is the plaintext with some noise.
/// </summary>
/// <remarks>
/// Size is 2 when fresh, 3 after a product until it is relinearised. It is a destination too: an operation into it takes memory only
/// if it has none large enough, and may have it as an operand. One thread at a time may write it; any number may read it.
/// Bytes: 8 N (level + 1) a polynomial.
/// </remarks>
public sealed class Ciphertext
{
    /// <summary>The most polynomials, SEAL's bound.</summary>
    public const int MaximumSize = 16;

    private ResidueBlock _block;
    private double _scale = 1;

    /// <summary>Zero, at a level; a destination with room for a product.</summary>
    /// <param name="context">The parameters.</param>
    /// <param name="level">The level, 0 to the parameters' maximum.</param>
    /// <param name="size">Polynomials, 2 to 16.</param>
    /// <exception cref="ArgumentOutOfRangeException">Level or size is out of range.</exception>
    public Ciphertext(CkksContext context, int level, int size = 2)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.RequireLevel(level, nameof(level));
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaximumSize);
        Context = context;
        Level = level;
        Size = size;
        _block = new ResidueBlock((long)size * (level + 1) * context.Degree);
    }

    /// <summary>Zero, at the highest level.</summary>
    public Ciphertext(CkksContext context)
        : this(context, context?.MaximumLevel ?? 0)
    {
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context { get; }

    /// <summary>Its level: it has one prime more.</summary>
    public int Level { get; private set; }

    /// <summary>Number of polynomials.</summary>
    public int Size { get; private set; }

    /// <summary>
    /// What the encrypted numbers are multiplied by. Setting it multiplies the numbers by old over new; that is how scales are made
    /// equal which rescaling left a little apart.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not positive, or not below the modulus of the level.</exception>
    public double Scale
    {
        get => _scale;
        set
        {
            Context.RequireScale(value, Level, nameof(value));
            _scale = value;
        }
    }

    /// <summary>What c_1 was expanded from, while it still is what it was expanded to.</summary>
    internal UniformSeed? Seed { get; set; }

    /// <summary>All residues: polynomial by polynomial, prime by prime.</summary>
    internal Span<ulong> Residues => _block.Span[..(Size * (Level + 1) * Context.Degree)];

    /// <summary>A polynomial's residues, prime by prime.</summary>
    internal Span<ulong> Polynomial(int index)
    {
        int length = (Level + 1) * Context.Degree;
        return _block.Span.Slice(index * length, length);
    }

    /// <summary>The residues of one polynomial and prime.</summary>
    internal Span<ulong> Prime(int polynomial, int prime) => Polynomial(polynomial).Slice(prime * Context.Degree, Context.Degree);

    /// <summary>Where the residues of one polynomial and prime are; valid while the ciphertext is referenced and not reset.</summary>
    internal unsafe nint Address(int polynomial, int prime) => (nint)(_block.Pointer + ((long)((polynomial * (Level + 1)) + prime) * Context.Degree));

    /// <summary>Makes it one of a size, level and scale, of any content.</summary>
    internal void Reset(int size, int level, double scale)
    {
        long length = (long)size * (level + 1) * Context.Degree;
        if (_block.Length < length)
        {
            _block = new ResidueBlock(length);
        }

        Size = size;
        Level = level;
        _scale = scale;
        Seed = null;
    }

    /// <summary>Copies another's content.</summary>
    public void CopyFrom(Ciphertext other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Context.RequireSame(other.Context, "ciphertext");
        if (other != this)
        {
            Reset(other.Size, other.Level, other._scale);
            other.Residues.CopyTo(Residues);
            Seed = other.Seed;
        }
    }

    /// <summary>A copy.</summary>
    public Ciphertext Clone()
    {
        var copy = new Ciphertext(Context, Level, Size);
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Says size, level and scale.</summary>
    public override string ToString() => $"CKKS ciphertext of {Size} polynomials, level {Level}, scale 2^{Math.Log2(_scale):F1}";
}
