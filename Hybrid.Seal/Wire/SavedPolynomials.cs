using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;

namespace Hybrid.Seal.Wire;

/// <summary>
/// What SEAL calls a Ciphertext, to be saved: polynomials under a secret. Ciphertexts, public keys and each digit of a
/// key-switching key are of this form; of two polynomials the second may be given by its seed.
/// </summary>
internal readonly ref struct SavedPolynomials : ISealObject
{
    private readonly CkksContext _context;
    private readonly ReadOnlySpan<ulong> _residues;
    private readonly int _size;
    private readonly double _scale;
    private readonly SealSeed? _seed;
    private readonly Automorphism? _map;

    /// <param name="context">The parameters.</param>
    /// <param name="residues">All residues: polynomial by polynomial, prime by prime.</param>
    /// <param name="size">How many polynomials.</param>
    /// <param name="scale">The scale; 1 for keys.</param>
    /// <param name="seed">What the second of two polynomials was expanded from; null to save its residues.</param>
    /// <param name="map">Applied to residues on the way, but not to what the seed stands for.</param>
    public SavedPolynomials(CkksContext context, ReadOnlySpan<ulong> residues, int size, double scale, SealSeed? seed, Automorphism? map = null)
    {
        _context = context;
        _residues = seed is null ? residues : residues[..(residues.Length / 2)];
        _size = size;
        _scale = scale;
        _seed = seed;
        _map = map;
    }

    // parms_id, transformed or not, polynomials, degree, primes, scale, correction factor.
    private const int HeadSize = ParametersId.Size + sizeof(byte) + (3 * sizeof(ulong)) + sizeof(double) + sizeof(ulong);

    public long BodySize => HeadSize + ResidueWords.SizeOf(_residues.Length) + (_seed is null ? 0 : SavedSeed.Size);

    /// <summary>The most bytes that polynomials can take, header included.</summary>
    public static long LargestSize(CkksContext context, int size, int primes) =>
        SealHeader.Size + HeadSize + ResidueWords.SizeOf((long)size * primes * context.Degree);

    /// <summary>The fewest bytes that a pair can take, header included: with a seed.</summary>
    public static long SmallestPair(CkksContext context, int primes) =>
        SealHeader.Size + HeadSize + ResidueWords.SizeOf((long)primes * context.Degree) + SavedSeed.Size;

    public void WriteBody(ref SealWriter writer)
    {
        int primes = _residues.Length / (_seed is null ? _size : 1) / _context.Degree;
        Span<byte> id = stackalloc byte[ParametersId.Size];
        ParametersId.Compute(_context.Parameters, primes, id);
        writer.Bytes(id);
        writer.Byte(1);
        writer.UInt64((ulong)_size);
        writer.UInt64((ulong)_context.Degree);
        writer.UInt64((ulong)primes);
        writer.Double(_scale);
        writer.UInt64(1);
        writer.Object(new SavedResidues(_context, _residues, _map));
        if (_seed is not null)
        {
            writer.Object(new SavedSeed(_seed));
        }
    }
}
