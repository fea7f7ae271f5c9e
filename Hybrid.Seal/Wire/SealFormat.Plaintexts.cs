using System.Buffers;
using Hybrid.Seal.Wire;

namespace Hybrid.Seal;

public static partial class SealFormat
{
    private const string PlaintextName = "plaintext";

    /// <summary>Writes an encoded vector as SEAL's Plaintext. The bytes are as secret as the numbers in it.</summary>
    public static byte[] WritePlaintext(Plaintext plaintext, SealCompression compression = SealCompression.None) =>
        SealSaver.Save(Saved(plaintext), compression);

    /// <inheritdoc cref="WritePlaintext(Plaintext, SealCompression)"/>
    public static void WritePlaintext(IBufferWriter<byte> destination, Plaintext plaintext, SealCompression compression = SealCompression.None) =>
        SealSaver.Save(destination, Saved(plaintext), compression);

    /// <summary>Reads SEAL's Plaintext.</summary>
    /// <param name="context">The parameters it must be under.</param>
    /// <param name="bytes">The whole object, nothing after it.</param>
    /// <exception cref="FormatRefusedException">The bytes are no such object, or are damaged.</exception>
    /// <exception cref="ParameterException">It is under other parameters.</exception>
    public static Plaintext ReadPlaintext(CkksContext context, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var container = new SealContainer(bytes, PlaintextName, SavedPlaintext.SizeOf(context, context.MaximumLevel + 1));
        var found = new SealPlaintext(container.Reader, context, isKey: false);
        var plaintext = new Plaintext(context, found.Primes - 1) { Scale = found.Scale };
        try
        {
            found.CopyTo(plaintext.Residues);
            return plaintext;
        }
        catch
        {
            plaintext.Dispose();
            throw;
        }
    }

    private static SavedPlaintext Saved(Plaintext plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        return new SavedPlaintext(plaintext.Context, plaintext.Residues, plaintext.Scale);
    }
}
