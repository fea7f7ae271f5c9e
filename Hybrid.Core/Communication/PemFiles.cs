using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hybrid.Communication;

/// <summary>Reads certificates and private keys from PEM files, with an error that names the file and what is wrong with it.</summary>
internal static class PemFiles
{
    private const int MaximumBytes = 1 << 20;
    private const string KeyLabelEnd = "PRIVATE KEY";
    private const string EncryptedKeyLabel = "ENCRYPTED PRIVATE KEY";

    /// <summary>Reads a certificate, those of the authorities between it and the root that follow it in the file, and its key.</summary>
    public static SslStreamCertificateContext ReadIdentity(string certificateFile, string keyFile)
    {
        X509Certificate2Collection chain = ReadCertificates(certificateFile);
        char[] key = ReadText(keyFile, "private key");
        try
        {
            using X509Certificate2 own = chain[0];
            chain.RemoveAt(0);
            return Join(own, chain, key, certificateFile, keyFile);
        }
        finally
        {
            Array.Clear(key);
        }
    }

    /// <summary>Reads one certificate or more.</summary>
    public static X509Certificate2Collection ReadCertificates(string file)
    {
        char[] text = ReadText(file, "certificate");
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (Exception error) when (error is CryptographicException or PlatformNotSupportedException)
        {
            throw new FormatRefusedException($"The certificate file {file} holds a damaged certificate: make or copy it again.", error);
        }

        return certificates.Count > 0
            ? certificates
            : throw new FormatRefusedException(
                $"The certificate file {file} holds no certificate: it must have a section BEGIN CERTIFICATE.");
    }

    private static SslStreamCertificateContext Join(
        X509Certificate2 certificate, X509Certificate2Collection chain, char[] key, string certificateFile, string keyFile)
    {
        string? label = FindKeyLabel(key);
        if (label is null or EncryptedKeyLabel)
        {
            throw new FormatRefusedException(label is null
                ? $"The private key file {keyFile} holds no private key: it must have a section BEGIN PRIVATE KEY."
                : $"The private key in {keyFile} is encrypted with a password: give it in the clear, in a file only its owner can read.");
        }

        try
        {
            X509Certificate2 joined = X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), key);
            X509Certificate2 usable = OperatingSystem.IsWindows() ? ByWayOfPkcs12(joined) : joined;
            return SslStreamCertificateContext.Create(usable, chain, offline: true);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new FormatRefusedException(
                $"The private key in {keyFile} is damaged, of a kind this system does not know, or not the key of {certificateFile}.",
                error);
        }
    }

    // Windows refuses, for TLS, a key that came from PEM; when it has gone through PKCS#12 it takes it.
    private static X509Certificate2 ByWayOfPkcs12(X509Certificate2 certificate)
    {
        byte[] pkcs12 = certificate.Export(X509ContentType.Pkcs12);
        try
        {
            return X509CertificateLoader.LoadPkcs12(pkcs12, null);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs12);
            certificate.Dispose();
        }
    }

    private static string? FindKeyLabel(ReadOnlySpan<char> text)
    {
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            string label = text[fields.Label].ToString();
            if (label.EndsWith(KeyLabelEnd, StringComparison.Ordinal))
            {
                return label;
            }

            text = text[fields.Location.End..];
        }

        return null;
    }

    private static char[] ReadText(string file, string content)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        try
        {
            using FileStream stream = File.OpenRead(file);
            if (stream.Length > MaximumBytes)
            {
                throw new FormatRefusedException(
                    $"The {content} file {file} has {stream.Length} bytes, and a PEM file at most {MaximumBytes}.");
            }

            byte[] bytes = new byte[stream.Length];
            try
            {
                return Encoding.Latin1.GetChars(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
            }
            finally
            {
                CryptographicOperations.ZeroMemory(bytes);
            }
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FormatRefusedException($"The {content} file {file} does not exist.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatRefusedException($"The {content} file {file} cannot be read: {error.Message}", error);
        }
    }
}
