namespace Hybrid.Seal.Wire;

/// <summary>What SEAL calls a Plaintext, found in bytes: everything but the residues has been checked, and nothing reserved yet.</summary>
internal readonly ref struct SealPlaintext
{
    private readonly CkksContext _context;
    private readonly SealReader _reader;
    private readonly ReadOnlySpan<byte> _words;

    /// <param name="reader">The object, from its parms_id on, up to its end.</param>
    /// <param name="context">The parameters it must be under.</param>
    /// <param name="isKey">Whether it must be modulo all primes with scale 1, rather than a value of any level.</param>
    /// <exception cref="FormatRefusedException">The bytes are nothing that SEAL saves, or not of that kind.</exception>
    /// <exception cref="ParameterException">It is under other parameters.</exception>
    public SealPlaintext(SealReader reader, CkksContext context, bool isKey)
    {
        _context = context;
        _reader = reader;
        ReadOnlySpan<byte> id = reader.Bytes(ParametersId.Size, "parms_id");
        ulong announced = reader.UInt64("number of coefficients");
        double scale = reader.Double("scale");
        if (id.IndexOfAnyExcept((byte)0) < 0)
        {
            throw reader.Refuse("is not in transformed (NTT) form, as everything of CKKS is: it is of another scheme, or was altered");
        }

        ulong degree = (ulong)context.Degree;
        reader.RequireParameters(id, announced % degree == 0 ? degree : 0, announced / degree, context.Parameters, isKey);
        Primes = (int)(announced / degree);
        reader.RequireScale(scale, isKey, context, Primes);
        Scale = scale;
        _words = ResidueWords.Read(ref reader, $"numbers of the {reader.Name}", out long count);
        if (count != (long)announced)
        {
            throw reader.Refuse($"has {count} numbers where {announced} belong: it was altered");
        }

        reader.End();
    }

    /// <summary>Of the first so many primes.</summary>
    public int Primes { get; }

    /// <summary>The scale: positive, and below the product of the primes.</summary>
    public double Scale { get; }

    /// <summary>Takes the residues over.</summary>
    /// <param name="destination">Prime by prime.</param>
    /// <exception cref="FormatRefusedException">A residue is not below its prime; the destination then holds anything.</exception>
    public void CopyTo(Span<ulong> destination)
    {
        if (!ResidueWords.CopyPolynomial(_words, _context.Ring, destination))
        {
            throw _reader.Refuse("has numbers that are not below their prime: it was altered");
        }
    }
}
