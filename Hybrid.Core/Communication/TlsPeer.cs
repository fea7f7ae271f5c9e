using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Hybrid.Communication;

/// <summary>Judges the other side of one TLS handshake, and says in one sentence why it failed.</summary>
internal sealed class TlsPeer
{
    private readonly string _name;
    private readonly CertificatePin? _pin;
    private readonly string? _host;
    private string? _objection;

    /// <summary>Makes the judge of one handshake.</summary>
    /// <param name="name">The other side, at the start of a sentence: "The server at localhost:5000".</param>
    /// <param name="pin">The one certificate to accept; null to accept those the chain policy accepts.</param>
    /// <param name="host">The name the certificate must be for, where names count.</param>
    public TlsPeer(string name, CertificatePin? pin, string? host)
    {
        _name = name;
        _pin = pin;
        _host = host;
    }

    /// <summary>A policy that accepts what <paramref name="authorities"/> signed, or the system's roots when null, for one
    /// purpose.</summary>
    public static X509ChainPolicy PolicyOf(X509Certificate2Collection? authorities)
    {
        var policy = new X509ChainPolicy
        {
            // A party may have no way to the authority's servers, and asking them tells who talks to whom.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        if (authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }

    /// <summary>The callback of the handshake.</summary>
    public bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _objection = certificate is not X509Certificate2 shown
            ? "shows no certificate, and one is required"
            : _pin is null ? ObjectionTo(chain, errors)
            : _pin.Matches(shown) ? null
            : $"shows the certificate {CertificatePin.Of(shown)} where {_pin} is pinned: ask its owner which is right";
        return _objection is null;
    }

    /// <summary>Runs one side's handshake over <paramref name="stream"/>, which the stream returned then owns.</summary>
    /// <exception cref="ConnectionException">The handshake failed; the stream is disposed of.</exception>
    public async Task<Stream> SecureAsync(Stream stream, Func<SslStream, Task> handshake)
    {
        var secured = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await handshake(secured).ConfigureAwait(false);
            return secured;
        }
        catch (Exception error)
        {
            await secured.DisposeAsync().ConfigureAwait(false);
            if (IsFromHandshake(error))
            {
                throw Explain(error);
            }

            throw;
        }
    }

    // What to tell the user of a failed handshake.
    private ConnectionException Explain(Exception error) => _objection is not null
        ? new ConnectionException(ConnectionFault.NotAuthenticated, $"{_name} {_objection}.", error)
        : new ConnectionException(
            ConnectionFault.NoTls,
            $"{_name} does not speak TLS 1.3, or broke off the handshake: use TLS on both sides or on neither, "
                + "and check which certificates it accepts.",
            error);

    private static bool IsFromHandshake(Exception error) => error is AuthenticationException or IOException or ObjectDisposedException;

    private string? ObjectionTo(X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            X509ChainStatusFlags status = X509ChainStatusFlags.NoError;
            foreach (X509ChainStatus one in chain?.ChainStatus ?? [])
            {
                status |= one.Status;
            }

            const X509ChainStatusFlags Strange = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain
                | X509ChainStatusFlags.NotSignatureValid;
            return (status & Strange) != 0 ? "shows a certificate that no authority trusted here has signed"
                : (status & X509ChainStatusFlags.NotTimeValid) != 0 ? "shows a certificate that has expired or is not valid yet"
                : $"shows a certificate that is not acceptable ({status})";
        }

        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"shows a certificate that is not for the name '{_host}'"
            : errors == SslPolicyErrors.None ? null
            : $"shows a certificate that is not acceptable ({errors})";
    }
}
