using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hybrid.Communication;

namespace Hybrid.Tests.Core.Communication;

[TestClass]
public sealed class CertificateTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [TestMethod]
    public void A_pin_is_the_hash_of_the_der_certificate()
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(_authority.CertificateFile);
        CertificatePin pin = CertificatePin.Of(certificate);
        Assert.AreEqual("sha256:" + Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)), pin.ToString());
        Assert.IsTrue(CertificatePin.Parse("sha256:" + pin.ToString()[7..].ToUpperInvariant()).Matches(certificate));
        Assert.IsFalse(CertificatePin.Parse("sha256:" + new string('0', 64)).Matches(certificate));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("sha256:")]
    [DataRow("0000000000000000000000000000000000000000000000000000000000000000")]
    [DataRow("sha1:0000000000000000000000000000000000000000000000000000000000000000")]
    [DataRow("sha256:000000000000000000000000000000000000000000000000000000000000000")]
    [DataRow("sha256:00000000000000000000000000000000000000000000000000000000000000000")]
    [DataRow("sha256:000000000000000000000000000000000000000000000000000000000000000g")]
    public void Anything_else_is_not_a_pin(string text) => Assert.ThrowsExactly<FormatRefusedException>(() => ClientTls.Pinned(text));

    [TestMethod]
    public void A_missing_file_is_named()
    {
        string missing = _authority.PathOf("missing.pem");
        (string certificate, _) = _authority.Issue("server", "localhost");
        Refuses(missing, missing, $"The certificate file {missing} does not exist.");
        Refuses(certificate, missing, $"The private key file {missing} does not exist.");
        Assert.ThrowsExactly<FormatRefusedException>(() => ClientTls.TrustingAuthority(missing));
        Assert.ThrowsExactly<FormatRefusedException>(() => ServerTls.FromPemFiles(_authority.PathOf(""), missing));
    }

    [TestMethod]
    public void A_file_without_the_right_section_is_named()
    {
        (string certificate, string key) = _authority.Issue("server", "localhost");
        Refuses(key, key, "holds no certificate");
        Refuses(certificate, certificate, "holds no private key");
        Refuses(Write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), key, "holds a damaged certificate");
        Refuses(
            certificate,
            Write("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
            "is damaged, of a kind this system does not know, or not the key of");
        Refuses(
            certificate,
            Write("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"),
            "is encrypted with a password");
        Refuses(Write(new string('x', (1 << 20) + 1)), key, "and a PEM file at most 1048576");
    }

    [TestMethod]
    public void The_key_of_another_certificate_is_refused()
    {
        (string certificate, _) = _authority.Issue("server", "localhost");
        (_, string other) = _authority.Issue("other", "localhost");
        Refuses(
            certificate,
            other,
            $"The private key in {other} is damaged, of a kind this system does not know, or not the key of {certificate}.");
    }

    [TestMethod]
    public void Damaged_files_are_refused_or_read_but_never_crash()
    {
        (string certificate, string key) = _authority.Issue("server", "localhost");
        string certificateText = File.ReadAllText(certificate);
        string keyText = File.ReadAllText(key);
        int refused = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            char[] damaged = (seed % 2 == 0 ? certificateText : keyText).ToCharArray();
            damaged[random.Next(damaged.Length)] = (char)random.Next(256);
            string file = Write(new string(damaged));
            try
            {
                ServerTls.FromPemFiles(seed % 2 == 0 ? file : certificate, seed % 2 == 0 ? key : file);
            }
            catch (FormatRefusedException)
            {
                refused++;
            }
            catch (Exception error)
            {
                Assert.Fail($"Seed {seed}: {error}");
            }
        }

        Assert.IsGreaterThan(100, refused);
    }

    [TestMethod]
    public void A_self_signed_certificate_bears_its_names_and_its_key_is_its_owners_alone()
    {
        using SelfSignedCertificate made = SelfSignedCertificate.Create("a, CN=b", ["localhost", "::1"], TimeSpan.FromDays(3));
        string certificateFile = _authority.PathOf("own.pem");
        string keyFile = _authority.PathOf("own.key");
        made.WriteFiles(certificateFile, keyFile);
        using X509Certificate2 read = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        Assert.AreEqual(made.CertificatePem, read.ExportCertificatePem());
        Assert.AreEqual("a, CN=b", read.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        Assert.IsTrue(read.MatchesHostname("localhost"));
        Assert.IsTrue(read.MatchesHostname("::1"));
        Assert.IsFalse(read.MatchesHostname("example.org"));
        Assert.IsGreaterThan(DateTime.Now.AddDays(2.9), read.NotAfter);
        if (!OperatingSystem.IsWindows())
        {
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(keyFile));
        }

        Assert.ThrowsExactly<IOException>(() => made.WriteFiles(certificateFile, keyFile), "An existing file was overwritten.");
    }

    private string Write(string text)
    {
        string file = _authority.PathOf($"{Guid.NewGuid()}.pem");
        File.WriteAllText(file, text);
        return file;
    }

    private static void Refuses(string certificate, string key, string why)
    {
        FormatRefusedException error = Assert.ThrowsExactly<FormatRefusedException>(() => ServerTls.FromPemFiles(certificate, key));
        StringAssert.Contains(error.Message, why);
    }
}
