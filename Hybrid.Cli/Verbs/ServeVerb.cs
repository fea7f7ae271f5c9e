using System.CommandLine;
using System.Net;
using System.Text.Json.Serialization;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Mpc;

namespace Hybrid.Cli.Verbs;

/// <summary>Serves a model to clients until stopped.</summary>
internal sealed class ServeVerb : Verb
{
    private readonly Option<string> _model = new("--model")
    {
        Description = $"Model file, or one of {string.Join(", ", Samples.Names)}",
        HelpName = "FILE",
        DefaultValueFactory = _ => Samples.Default,
    };

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

    private readonly Option<int> _clients = new("--max-clients")
    {
        Description = "Clients served at a time; more wait",
        HelpName = "N",
        DefaultValueFactory = _ => 16,
        CustomParser = Numbers.Within(1, 10_000),
    };

    private readonly DealerArguments _dealer;

    public ServeVerb()
        : base("serve", "Serve a model: clients send ciphertexts, and this side sees nothing else", "hybrid serve --model breast-cancer --listen 127.0.0.1:7000 --cert server.pem --key server.key")
    {
        Texts.RequireNames(_model, _certificate, _key, _clientAuthority);
        foreach (Option option in new Option[] { _model, _listen, _certificate, _key, _clientAuthority, _plaintext, _clients })
        {
            Options.Add(option);
        }

        _dealer = new DealerArguments(this, _plaintext);
    }

    protected override async Task RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        LinearModel model = LinearModel.Load(Samples.Model(parsed.GetRequiredValue(_model)));
        IPEndPoint address = Resolve(HostAndPort.Parse(parsed.GetRequiredValue(_listen)));
        ServerTls? tls = Tls(parsed);
        SharesOptions? shares = _dealer.Read(parsed);
        if (tls is null && !IPAddress.IsLoopback(address.Address) && !parsed.GetValue(_plaintext))
        {
            throw new ParameterException(
                ParameterFault.Insecure, $"{address} can be reached from other machines: give --cert and --key for TLS, or --plaintext if something else protects the connection.");
        }

        var server = new ModelServer(model, new SessionOptions { Schemes = PredictionOptions.OfferAll(shares) });
        using TcpServer listener = TcpServer.Listen(address, tls);
        ServeReport report = Report(model, listener.LocalEndPoint, tls, parsed.GetValue(_clientAuthority) is not null, shares);
        terminal.Report(report, ServeJson.Default.ServeReport, Show);
        await Console.Out.FlushAsync(CancellationToken.None);

        await new Reception(listener, server, parsed.GetValue(_clients), terminal).OpenAsync(stop);
        terminal.Note("stopped.");
    }

    private static ServeReport Report(LinearModel model, IPEndPoint address, ServerTls? tls, bool clientsProveThemselves, SharesOptions? shares)
    {
        bool any = address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any);
        string trust = tls is not null ? $" --pin {tls.Pin}" : IPAddress.IsLoopback(address.Address) ? string.Empty : " --plaintext";
        string proof = clientsProveThemselves ? " --cert FILE --key FILE" : string.Empty;
        string query = $"hybrid query --server {(any ? $"HOST:{address.Port}" : address)}{trust}{proof} --data FILE";
        return new ServeReport(model.Name, address.ToString(), tls is not null, tls?.Pin.ToString(), shares?.Dealer.Description, query);
    }

    private static void Show(ServeReport report, Terminal terminal)
    {
        terminal.WriteLine($"serving {report.Model} on {report.Address}{(report.Tls ? " with TLS 1.3" : " without TLS")}");
        terminal.WriteLine($"clients connect with: {report.Query}");
        if (report.Dealer is not null)
        {
            terminal.WriteLine($"and compute on shares with the {report.Dealer}, if they add: --scheme shares --dealer HOST:PORT");
        }
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

/// <summary>What serve tells at its start.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Tls">Whether connections are encrypted.</param>
/// <param name="Pin">What clients pin the certificate by.</param>
/// <param name="Dealer">The dealer for shares, if it knows one.</param>
/// <param name="Query">How clients connect.</param>
internal sealed record ServeReport(string Model, string Address, bool Tls, string? Pin, string? Dealer, string Query);

// On one line, so that a script can read it from a process that goes on.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServeReport))]
internal sealed partial class ServeJson : JsonSerializerContext;
