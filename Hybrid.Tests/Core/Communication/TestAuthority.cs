using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hybrid.Tests.Core.Communication;

/// <summary>A certificate authority that lives for one test, and writes the certificates it issues to a folder of its own.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-tls-");
    private byte _serial;

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=Test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(CertificateFile, _certificate.ExportCertificatePem());
    }

    public string CertificateFile => PathOf("authority.pem");

    public string PathOf(string file) => Path.Combine(_folder.FullName, file);

    public (string Certificate, string Key) Issue(string name, string host, int validDays = 1)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 issued = request.Create(
            _certificate, DateTimeOffset.UtcNow.AddDays(-1.5), DateTimeOffset.UtcNow.AddDays(validDays), [++_serial]);
        File.WriteAllText(PathOf($"{name}.pem"), issued.ExportCertificatePem());
        File.WriteAllText(PathOf($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
        return (PathOf($"{name}.pem"), PathOf($"{name}.key"));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
        _folder.Delete(recursive: true);
    }
}
