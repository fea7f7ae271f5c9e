using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hybrid.Communication;

/// <summary>
/// A certificate that vouches for itself, with its key (ECDSA, P-256): for a first try and for parties that exchange pins.
/// Disposing wipes the key.
/// </summary>
public sealed class SelfSignedCertificate : IDisposable
{
    private const int MaximumNameLength = 64;
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    // The peer's clock may be a little behind.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly ECDsa _key;
    private readonly X509Certificate2 _certificate;

    private SelfSignedCertificate(ECDsa key, X509Certificate2 certificate)
    {
        _key = key;
        _certificate = certificate;
    }

    /// <summary>The pin a peer may trust it by.</summary>
    public CertificatePin Pin => CertificatePin.Of(_certificate);

    /// <summary>The certificate in PEM; it holds no secret.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>Makes a certificate, for either end of a connection.</summary>
    /// <param name="subject">Whose it is, 1 to 64 characters.</param>
    /// <param name="hosts">The names and addresses it is for; where pins are used they do not count.</param>
    /// <param name="lifetime">How long it is valid from now.</param>
    public static SelfSignedCertificate Create(string subject, IReadOnlyCollection<string> hosts, TimeSpan lifetime)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(subject);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(subject.Length, MaximumNameLength, nameof(subject));
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lifetime.Ticks, nameof(lifetime));

        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(subject);
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerUse), new Oid(ClientUse)], false));
            if (hosts.Count > 0)
            {
                request.CertificateExtensions.Add(NamesOf(hosts));
            }

            DateTimeOffset now = DateTimeOffset.UtcNow;
            return new SelfSignedCertificate(key, request.CreateSelfSigned(now - ClockSkew, now + lifetime));
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Writes the certificate and its key to two new PEM files; only their owner can read the key's.</summary>
    /// <exception cref="IOException">A file exists already, or cannot be written.</exception>
    public void WriteFiles(string certificateFile, string keyFile)
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        WriteNew(certificateFile, Encoding.ASCII.GetBytes(CertificatePem), Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        byte[] der = _key.ExportPkcs8PrivateKey();
        char[] pem = PemEncoding.Write("PRIVATE KEY", der);
        byte[] text = Encoding.ASCII.GetBytes(pem);
        try
        {
            WriteNew(keyFile, text, Owner);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
            CryptographicOperations.ZeroMemory(text);
            Array.Clear(pem);
        }
    }

    /// <summary>Wipes the key.</summary>
    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    private static X509Extension NamesOf(IReadOnlyCollection<string> hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (string host in hosts)
        {
            if (IPAddress.TryParse(host, out IPAddress? address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        return names.Build();
    }

    private static void WriteNew(string file, byte[] content, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        using var stream = new FileStream(file, options);
        stream.Write(content);
    }
}
