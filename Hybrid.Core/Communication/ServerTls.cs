using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Hybrid.Communication;

/// <summary>
/// How a server proves itself, and whom it lets in: TLS 1.3 only. Immutable; serves any number of connections.
/// Certificates are not checked for revocation.
/// </summary>
public sealed class ServerTls
{
    private readonly SslStreamCertificateContext _identity;
    private readonly X509Certificate2Collection? _clientAuthorities;

    private ServerTls(SslStreamCertificateContext identity, X509Certificate2Collection? clientAuthorities)
    {
        _identity = identity;
        _clientAuthorities = clientAuthorities;
    }

    /// <summary>The pin that a client may trust this server by.</summary>
    public CertificatePin Pin => CertificatePin.Of(_identity.TargetCertificate);

    /// <summary>Reads the server's certificate and key.</summary>
    /// <param name="certificateFile">PEM file with the certificate and any authorities between it and its root.</param>
    /// <param name="keyFile">PEM file with its private key, not encrypted.</param>
    /// <exception cref="FormatRefusedException">A file is missing, unreadable or damaged, or the key is another certificate's.</exception>
    public static ServerTls FromPemFiles(string certificateFile, string keyFile) =>
        new(PemFiles.ReadIdentity(certificateFile, keyFile), null);

    /// <summary>The same server, open only to clients that show a certificate which an authority in a PEM file has signed.</summary>
    /// <exception cref="FormatRefusedException">The file is missing, unreadable or holds no certificate.</exception>
    public ServerTls RequiringClientsOf(string authorityFile) => new(_identity, PemFiles.ReadCertificates(authorityFile));

    /// <summary>Runs the handshake over <paramref name="stream"/>, which the stream returned then owns.</summary>
    internal async Task<Stream> SecureAsync(Stream stream, string peerName, CancellationToken cancellationToken)
    {
        var peer = new TlsPeer(peerName, null, null);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _identity,
            EnabledSslProtocols = SslProtocols.Tls13,
            AllowTlsResume = false,
            AllowRenegotiation = false,
        };
        if (_clientAuthorities is not null)
        {
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = TlsPeer.PolicyOf(_clientAuthorities);
            options.RemoteCertificateValidationCallback = peer.Judge;
        }

        return await peer.SecureAsync(stream, secured => secured.AuthenticateAsServerAsync(options, cancellationToken)).ConfigureAwait(false);
    }
}
