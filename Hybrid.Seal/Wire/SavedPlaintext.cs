namespace Hybrid.Seal.Wire;

/// <summary>What SEAL calls a Plaintext, to be saved: one transformed polynomial. A secret key is of this form too.</summary>
/// <param name="context">The parameters.</param>
/// <param name="residues">Its residues, prime by prime.</param>
/// <param name="scale">The scale; 1 for a key.</param>
internal readonly ref struct SavedPlaintext(CkksContext context, ReadOnlySpan<ulong> residues, double scale) : ISealObject
{
    private const int HeadSize = ParametersId.Size + sizeof(ulong) + sizeof(double);

    private readonly ReadOnlySpan<ulong> _residues = residues;

    public long BodySize => HeadSize + ResidueWords.SizeOf(_residues.Length);

    /// <summary>Bytes that one of so many primes takes, header included.</summary>
    public static long SizeOf(CkksContext context, int primes) =>
        SealHeader.Size + HeadSize + ResidueWords.SizeOf((long)primes * context.Degree);

    public void WriteBody(ref SealWriter writer)
    {
        Span<byte> id = stackalloc byte[ParametersId.Size];
        ParametersId.Compute(context.Parameters, _residues.Length / context.Degree, id);
        writer.Bytes(id);
        writer.UInt64((ulong)_residues.Length);
        writer.Double(scale);
        writer.Object(new SavedResidues(context, _residues, null));
    }
}
