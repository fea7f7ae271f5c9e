using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Hybrid.Communication;

/// <summary>
/// How a client knows its server, and proves itself to it: TLS 1.3 only, with exactly one of three trusts. Immutable; serves any
/// number of connections. Certificates are not checked for revocation.
/// </summary>
public sealed class ClientTls
{
    private readonly CertificatePin? _pin;
    private readonly X509Certificate2Collection? _authorities;
    private readonly SslStreamCertificateContext? _identity;

    private ClientTls(CertificatePin? pin, X509Certificate2Collection? authorities, SslStreamCertificateContext? identity)
    {
        _pin = pin;
        _authorities = authorities;
        _identity = identity;
    }

    /// <summary>Trusts one certificate, whatever name or dates it bears.</summary>
    /// <param name="pin">Its pin, <c>sha256:</c> and 64 hexadecimal digits; see <see cref="CertificatePin"/>.</param>
    /// <exception cref="FormatRefusedException">The text is not a pin.</exception>
    public static ClientTls Pinned(string pin) => new(CertificatePin.Parse(pin), null, null);

    /// <summary>Trusts the certificates that the authorities in a PEM file have signed, for the name connected to.</summary>
    /// <exception cref="FormatRefusedException">The file is missing, unreadable or holds no certificate.</exception>
    public static ClientTls TrustingAuthority(string certificateFile) => new(null, PemFiles.ReadCertificates(certificateFile), null);

    /// <summary>Trusts the certificates that the operating system trusts, for the name connected to.</summary>
    public static ClientTls TrustingSystem() => new(null, null, null);

    /// <summary>The same trust, with a certificate to show to a server that asks for one.</summary>
    /// <param name="certificateFile">PEM file with the certificate and any authorities between it and its root.</param>
    /// <param name="keyFile">PEM file with its private key, not encrypted.</param>
    /// <exception cref="FormatRefusedException">A file is missing, unreadable or damaged, or the key is another certificate's.</exception>
    public ClientTls WithCertificate(string certificateFile, string keyFile) =>
        new(_pin, _authorities, PemFiles.ReadIdentity(certificateFile, keyFile));

    /// <summary>Runs the handshake over <paramref name="stream"/>, which the stream returned then owns.</summary>
    internal async Task<Stream> SecureAsync(Stream stream, HostAndPort address, string peerName, CancellationToken cancellationToken)
    {
        var peer = new TlsPeer($"The {peerName} at {address}", _pin, address.Host);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = address.Host,
            EnabledSslProtocols = SslProtocols.Tls13,
            CertificateChainPolicy = TlsPeer.PolicyOf(_authorities),
            ClientCertificateContext = _identity,
            RemoteCertificateValidationCallback = peer.Judge,
            // Every connection proves the peer anew.
            AllowTlsResume = false,
            AllowRenegotiation = false,
        };
        return await peer.SecureAsync(stream, secured => secured.AuthenticateAsClientAsync(options, cancellationToken)).ConfigureAwait(false);
    }
}
