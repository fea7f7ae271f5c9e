using System.Buffers;
using Hybrid.Seal.Sampling;
using Hybrid.Seal.Wire;

namespace Hybrid.Seal;

public static partial class SealFormat
{
    private const string CiphertextName = "ciphertext";

    /// <summary>Writes a ciphertext as SEAL's Ciphertext: seeded, so of half the size, if it is fresh from a secret key.</summary>
    /// <remarks>
    /// About 8 N (level + 1) bytes a polynomial. SEAL reads it under the same parameters; if these have several primes and none is
    /// special, SEAL keeps the last for keys, and reads only ciphertexts below the highest level.
    /// </remarks>
    public static byte[] WriteCiphertext(Ciphertext ciphertext, SealCompression compression = SealCompression.None) =>
        SealSaver.Save(Saved(ciphertext), compression);

    /// <inheritdoc cref="WriteCiphertext(Ciphertext, SealCompression)"/>
    public static void WriteCiphertext(IBufferWriter<byte> destination, Ciphertext ciphertext, SealCompression compression = SealCompression.None) =>
        SealSaver.Save(destination, Saved(ciphertext), compression);

    /// <summary>Writes it uncompressed into memory of just its size.</summary>
    internal static void WriteCiphertext(Ciphertext ciphertext, Span<byte> destination) => SealSaver.Save(Saved(ciphertext), destination);

    /// <summary>Reads SEAL's Ciphertext.</summary>
    /// <param name="context">The parameters it must be under.</param>
    /// <param name="bytes">The whole object, nothing after it.</param>
    /// <exception cref="FormatRefusedException">The bytes are no such object, or are damaged.</exception>
    /// <exception cref="ParameterException">It is under other parameters.</exception>
    public static Ciphertext ReadCiphertext(CkksContext context, ReadOnlySpan<byte> bytes)
    {
        Ciphertext? ciphertext = null;
        ReadCiphertext(context, bytes, ref ciphertext);
        return ciphertext!;
    }

    /// <summary>Reads SEAL's Ciphertext into one there is, which takes memory only if it has none large enough.</summary>
    /// <param name="bytes">The whole object, nothing after it.</param>
    /// <param name="destination">Names the parameters it must be under; after an error it holds anything.</param>
    /// <inheritdoc cref="ReadCiphertext(CkksContext, ReadOnlySpan{byte})" path="/exception"/>
    public static void ReadCiphertext(ReadOnlySpan<byte> bytes, Ciphertext destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Ciphertext? ciphertext = destination;
        ReadCiphertext(destination.Context, bytes, ref ciphertext);
    }

    private static void ReadCiphertext(CkksContext context, ReadOnlySpan<byte> bytes, ref Ciphertext? destination)
    {
        ArgumentNullException.ThrowIfNull(context);
        long limit = SavedPolynomials.LargestSize(context, Ciphertext.MaximumSize, context.MaximumLevel + 1);
        using var container = new SealContainer(bytes, CiphertextName, limit);
        var polynomials = new SealPolynomials(container.Reader, context, isKey: false);
        destination ??= new Ciphertext(context, polynomials.Primes - 1, polynomials.Size);
        destination.Reset(polynomials.Size, polynomials.Primes - 1, polynomials.Scale);
        polynomials.CopyTo(destination.Residues);
        destination.Seed = polynomials.Seed;
    }

    private static SavedPolynomials Saved(Ciphertext ciphertext)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        return new SavedPolynomials(ciphertext.Context, ciphertext.Residues, ciphertext.Size, ciphertext.Scale, ciphertext.Seed as SealSeed);
    }
}
