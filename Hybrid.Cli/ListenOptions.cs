using System.CommandLine;
using System.Net;
using Hybrid.Communication;

namespace Hybrid.Cli;

/// <summary>The options of verbs that listen: where, how they prove themselves, and whom they let in.</summary>
internal sealed class ListenOptions
{
    private readonly Option<string> _listen = new("--listen")
    {
        Description = "Address and port to listen on; port 0 takes a free one",
        HelpName = "HOST:PORT",
        DefaultValueFactory = _ => "127.0.0.1:0",
    };

    private readonly Option<string?> _certificate = new("--cert") { Description = "The server's certificate (PEM), for TLS 1.3", HelpName = "FILE" };
    private readonly Option<string?> _key = new("--key") { Description = "The certificate's private key (PEM)", HelpName = "FILE" };
    private readonly Option<string?> _clientAuthority = new("--client-ca") { Description = "Accept only clients with a certificate from this authority (PEM)", HelpName = "FILE" };
    private readonly Option<bool> _plaintext = new("--plaintext") { Description = "Allow connections without TLS on an address other machines can reach" };

    /// <summary>Adds the options to a verb.</summary>
    public ListenOptions(Verb verb)
    {
        Texts.RequireNames(_certificate, _key, _clientAuthority);
        foreach (Option option in new Option[] { _listen, _certificate, _key, _clientAuthority, _plaintext })
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="HybridException">The address or a certificate will not do, or others could listen in.</exception>
    public Listening Open(ParseResult parsed)
    {
        IPEndPoint address = Resolve(HostAndPort.Parse(parsed.GetRequiredValue(_listen)));
        ServerTls? tls = Tls(parsed);
        if (tls is null && !IPAddress.IsLoopback(address.Address) && !parsed.GetValue(_plaintext))
        {
            throw new ParameterException(
                ParameterFault.Insecure, $"{address} can be reached from other machines: give --cert and --key for TLS, or --plaintext if something else protects the connection.");
        }

        return new Listening(TcpServer.Listen(address, tls), tls?.Pin, parsed.GetValue(_clientAuthority) is not null);
    }

    private static IPEndPoint Resolve(HostAndPort address)
    {
        if (IPAddress.TryParse(address.Host, out IPAddress? parsed))
        {
            return new IPEndPoint(parsed, address.Port);
        }

        return address.Host == "localhost"
            ? new IPEndPoint(IPAddress.Loopback, address.Port)
            : throw new ParameterException(ParameterFault.OutOfRange, $"{address.Host} is no address of this machine: give an IP address to listen on, such as 127.0.0.1 or 0.0.0.0.");
    }

    private ServerTls? Tls(ParseResult parsed)
    {
        string? certificate = parsed.GetValue(_certificate);
        string? key = parsed.GetValue(_key);
        if ((certificate is null) != (key is null))
        {
            throw new ParameterException(ParameterFault.Mismatch, "A certificate goes with its private key: give both --cert and --key, or neither.");
        }

        string? authority = parsed.GetValue(_clientAuthority);
        if (certificate is null || key is null)
        {
            return authority is null
                ? null
                : throw new ParameterException(ParameterFault.Mismatch, "--client-ca needs TLS: give --cert and --key as well.");
        }

        ServerTls tls = ServerTls.FromPemFiles(certificate, key);
        return authority is null ? tls : tls.RequiringClientsOf(authority);
    }
}

/// <summary>A verb that listens.</summary>
/// <param name="Server">What listens.</param>
/// <param name="Pin">What others pin the certificate by; null without TLS.</param>
/// <param name="ClientsProveThemselves">Whether they need certificates of their own.</param>
internal sealed record Listening(TcpServer Server, CertificatePin? Pin, bool ClientsProveThemselves) : IDisposable
{
    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => Server.LocalEndPoint;

    /// <summary>The address as others reach it: where all addresses of this machine are listened on, its name is theirs to know.</summary>
    public string Reach => Address.Address.Equals(IPAddress.Any) || Address.Address.Equals(IPAddress.IPv6Any) ? $"HOST:{Address.Port}" : Address.ToString();

    /// <summary>What others say to trust it: the options of verbs that connect.</summary>
    public string Trust =>
        (Pin is not null ? $" --pin {Pin}" : IPAddress.IsLoopback(Address.Address) ? string.Empty : " --plaintext")
        + (ClientsProveThemselves ? " --cert FILE --key FILE" : string.Empty);

    /// <summary>Stops listening.</summary>
    public void Dispose() => Server.Dispose();
}
