using Hybrid.Seal.Sampling;

namespace Hybrid.Seal.Wire;

/// <summary>
/// What SEAL calls a Ciphertext, found in bytes: everything but the residues has been checked, and nothing reserved yet.
/// </summary>
internal readonly ref struct SealPolynomials
{
    private readonly CkksContext _context;
    private readonly SealReader _reader;
    private readonly ReadOnlySpan<byte> _words;

    /// <param name="reader">The object, from its parms_id on, up to its end.</param>
    /// <param name="context">The parameters it must be under.</param>
    /// <param name="isKey">Whether it must be a pair modulo all primes with scale 1, rather than a ciphertext of any level.</param>
    /// <exception cref="FormatRefusedException">The bytes are nothing that SEAL saves, or not of that kind.</exception>
    /// <exception cref="ParameterException">It is under other parameters.</exception>
    public SealPolynomials(SealReader reader, CkksContext context, bool isKey)
    {
        _context = context;
        _reader = reader;
        CkksParameters parameters = context.Parameters;
        ReadOnlySpan<byte> id = reader.Bytes(ParametersId.Size, "parms_id");
        byte transformed = reader.Byte("transformed form");
        ulong size = reader.UInt64("number of polynomials");
        ulong degree = reader.UInt64("degree");
        ulong primes = reader.UInt64("number of primes");
        double scale = reader.Double("scale");
        ulong factor = reader.UInt64("correction factor");

        reader.RequireParameters(id, degree, primes, parameters, isKey);
        if (transformed != 1 || factor != 1)
        {
            throw reader.Refuse("is not in transformed (NTT) form with a correction factor of 1, as everything of CKKS is: it was altered, or is of another scheme");
        }

        if (isKey ? size != 2 : size is < 2 or > Ciphertext.MaximumSize)
        {
            throw reader.Refuse(isKey ? $"has {size} polynomials where a key has 2: it was altered" : $"has {size} polynomials where 2 to {Ciphertext.MaximumSize} are possible: it was altered");
        }

        reader.RequireScale(scale, isKey, context, (int)primes);
        Size = (int)size;
        Primes = (int)primes;
        Scale = scale;

        _words = ResidueWords.Read(ref reader, $"numbers of the {reader.Name}", out long count);
        long half = (long)Primes * context.Degree;
        if (count == half && Size == 2)
        {
            Seed = SavedSeed.Read(ref reader, $"seed of the {reader.Name}");
        }
        else if (count != half * Size)
        {
            throw reader.Refuse($"has {count} numbers where {half * Size} belong: it was altered");
        }

        reader.End();
    }

    /// <summary>How many polynomials.</summary>
    public int Size { get; }

    /// <summary>Of the first so many primes.</summary>
    public int Primes { get; }

    /// <summary>The scale: positive, and below the product of the primes.</summary>
    public double Scale { get; }

    /// <summary>What the second of two polynomials is expanded from, if it is.</summary>
    public SealSeed? Seed { get; }

    /// <summary>Takes the residues over, and expands the seed if there is one.</summary>
    /// <param name="destination">Polynomial by polynomial, prime by prime.</param>
    /// <exception cref="FormatRefusedException">A residue is not below its prime; the destination then holds anything.</exception>
    public void CopyTo(Span<ulong> destination)
    {
        int length = Primes * _context.Degree;
        for (int i = 0; i * length * sizeof(ulong) < _words.Length; i++)
        {
            if (!ResidueWords.CopyPolynomial(_words.Slice(i * length * sizeof(ulong), length * sizeof(ulong)), _context.Ring, destination.Slice(i * length, length)))
            {
                throw _reader.Refuse($"has numbers in polynomial {i} that are not below their prime: it was altered");
            }
        }

        if (Seed is not null)
        {
            Seed.Expand(_context, Primes, destination.Slice(length, length));
        }
    }
}
