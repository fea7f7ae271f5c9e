using System.Buffers;
using Hybrid.Seal.Wire;

namespace Hybrid.Seal;

public static partial class SealFormat
{
    private const string PublicKeyName = "public key";

    /// <summary>Writes a public key as SEAL's PublicKey: seeded, so of half the size, if its seed is known.</summary>
    public static byte[] WritePublicKey(PublicKey key, SealCompression compression = SealCompression.None) =>
        SealSaver.Save(Saved(key), compression);

    /// <inheritdoc cref="WritePublicKey(PublicKey, SealCompression)"/>
    public static void WritePublicKey(IBufferWriter<byte> destination, PublicKey key, SealCompression compression = SealCompression.None) =>
        SealSaver.Save(destination, Saved(key), compression);

    /// <summary>Reads SEAL's PublicKey.</summary>
    /// <param name="context">The parameters it must be under.</param>
    /// <param name="bytes">The whole object, nothing after it.</param>
    /// <exception cref="FormatRefusedException">The bytes are no such object, or are damaged.</exception>
    /// <exception cref="ParameterException">It is under other parameters.</exception>
    public static PublicKey ReadPublicKey(CkksContext context, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var container = new SealContainer(bytes, PublicKeyName, SavedPolynomials.LargestSize(context, 2, context.Parameters.Primes.Length));
        var polynomials = new SealPolynomials(container.Reader, context, isKey: true);
        var key = new PublicKey(context) { Seed = polynomials.Seed };
        polynomials.CopyTo(key.Residues);
        return key;
    }

    private static SavedPolynomials Saved(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new SavedPolynomials(key.Context, key.Residues, 2, KeyScale, key.Seed);
    }
}
