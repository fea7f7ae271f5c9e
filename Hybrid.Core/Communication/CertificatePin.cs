using System.Buffers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hybrid.Communication;

/// <summary>
/// Names one certificate: <c>sha256:</c> and the 64 hexadecimal digits of SHA-256 over its DER encoding. Who has the pin needs no
/// authority.
/// </summary>
public sealed class CertificatePin
{
    private const string Prefix = "sha256:";

    private readonly byte[] _hash;

    private CertificatePin(byte[] hash) => _hash = hash;

    /// <summary>The pin of a certificate.</summary>
    public static CertificatePin Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return new CertificatePin(SHA256.HashData(certificate.RawDataMemory.Span));
    }

    /// <summary>Reads a pin.</summary>
    /// <exception cref="FormatRefusedException">The text is not a pin.</exception>
    public static CertificatePin Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] hash = new byte[SHA256.HashSizeInBytes];
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.Length == Prefix.Length + (2 * hash.Length)
            && Convert.FromHexString(text.AsSpan(Prefix.Length), hash, out _, out _) == OperationStatus.Done
                ? new CertificatePin(hash)
                : throw new FormatRefusedException("A certificate's pin is written sha256: and 64 hexadecimal digits; this text is not.");
    }

    /// <summary>Whether this is the pin of <paramref name="certificate"/>, in time that does not depend on where they differ.</summary>
    public bool Matches(X509Certificate2 certificate) => CryptographicOperations.FixedTimeEquals(_hash, Of(certificate)._hash);

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Prefix + Convert.ToHexStringLower(_hash);
}
