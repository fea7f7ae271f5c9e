using System.CommandLine;
using System.Net;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Paillier;

namespace Hybrid.Cli.Verbs;

/// <summary>Predicts with a model that another process serves.</summary>
internal sealed class QueryVerb : Verb
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(8);

    // A server that freezes is given up within ten seconds of the start, verdict and process included.
    private static readonly ChannelOptions Patience = ChannelOptions.Default with { SilenceTimeout = TimeSpan.FromSeconds(7) };

    private readonly Option<string> _server = new("--server") { Description = "Where the model is served", HelpName = "HOST:PORT", Required = true };
    private readonly Option<string> _data = new("--data") { Description = $"CSV of rows to predict, or the test rows of {string.Join(", ", Samples.Names)}", HelpName = "FILE", Required = true };
    private readonly Option<string?> _pin = new("--pin") { Description = "TLS: accept only the certificate with this fingerprint, as serve prints it", HelpName = "sha256:HEX" };
    private readonly Option<string?> _authority = new("--ca") { Description = "TLS: accept certificates from this authority (PEM)", HelpName = "FILE" };
    private readonly Option<bool> _tls = new("--tls") { Description = "TLS: accept certificates that this machine trusts" };
    private readonly Option<string?> _certificate = new("--cert") { Description = "TLS: this client's own certificate (PEM)", HelpName = "FILE" };
    private readonly Option<string?> _key = new("--key") { Description = "TLS: its private key (PEM)", HelpName = "FILE" };
    private readonly Option<bool> _plaintext = new("--plaintext") { Description = "Allow a connection without TLS to another machine" };
    private readonly PredictionOptions _prediction;

    public QueryVerb()
        : base("query", "Predict with a model that 'hybrid serve' serves", "hybrid query --server 127.0.0.1:7000 --data patients.csv --keys ~/.hybrid/keys")
    {
        Texts.RequireNames(_data, _authority, _certificate, _key);
        foreach (Option option in new Option[] { _server, _data, _pin, _authority, _tls, _certificate, _key, _plaintext })
        {
            Options.Add(option);
        }

        _prediction = new PredictionOptions(this);
    }

    protected override async Task RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        HostAndPort address = HostAndPort.Parse(parsed.GetRequiredValue(_server));
        if (address.Port == 0)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"{address} has port 0, which no server has: give the port that serve printed.");
        }

        ClientTls? tls = Tls(parsed);
        bool local = address.Host == "localhost" || (IPAddress.TryParse(address.Host, out IPAddress? ip) && IPAddress.IsLoopback(ip));
        if (tls is null && !local && !parsed.GetValue(_plaintext))
        {
            throw new ParameterException(
                ParameterFault.Insecure, $"{address} is another machine: give --pin, --ca or --tls for TLS, or --plaintext if something else protects the connection.");
        }

        DataTable data = _prediction.LoadRows(parsed, Samples.Data(parsed.GetValue(_data), null));
        using PaillierPrivateKey? key = _prediction.LoadKey(parsed, terminal);
        SessionOptions options = _prediction.Client(parsed, key) with { Channel = Patience };
        PredictionReport report = await Progress.RunAsync(
            terminal,
            $"Predicting {data.Rows} rows",
            async progress =>
            {
                Stream stream = await TcpTransport.ConnectAsync(address, tls, ConnectTime, stop);
                await using ModelClient client = await ModelClient.ConnectAsync(stream, options, data.Rows, stop);
                return await QueryRunner.RunAsync(client, data, null, _prediction.ShowLedger(parsed), progress, stop);
            },
            stop);
        terminal.Report(report, PredictionJson.Default.PredictionReport, PredictionReport.Show);
    }

    private ClientTls? Tls(ParseResult parsed)
    {
        string? pin = parsed.GetValue(_pin);
        string? authority = parsed.GetValue(_authority);
        bool system = parsed.GetValue(_tls);
        if ((pin is null ? 0 : 1) + (authority is null ? 0 : 1) + (system ? 1 : 0) > 1)
        {
            throw new ParameterException(ParameterFault.Mismatch, "A server is trusted in one way: give one of --pin, --ca and --tls.");
        }

        ClientTls? tls = pin is not null ? ClientTls.Pinned(pin) : authority is not null ? ClientTls.TrustingAuthority(authority) : system ? ClientTls.TrustingSystem() : null;
        string? certificate = parsed.GetValue(_certificate);
        string? key = parsed.GetValue(_key);
        if (certificate is null && key is null)
        {
            return tls;
        }

        if (certificate is null || key is null)
        {
            throw new ParameterException(ParameterFault.Mismatch, "A certificate goes with its private key: give both --cert and --key, or neither.");
        }

        return tls?.WithCertificate(certificate, key)
            ?? throw new ParameterException(ParameterFault.Mismatch, "A client certificate needs TLS: give one of --pin, --ca and --tls as well.");
    }
}
