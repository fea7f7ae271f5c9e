using System.CommandLine;
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
    private readonly Option<string> _data = new("--data") { Description = $"CSV of rows to predict, or the test rows of {Samples.Listed}", HelpName = "FILE", Required = true };
    private readonly Option<int> _repeat = new("--repeat")
    {
        Description = "Ask so many times and report the last answer: times of a program that has run for a while",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = result => Numbers.Within(1, 10_000)(result),
    };

    private readonly Option<bool> _plaintext = new("--plaintext") { Description = "Allow a connection without TLS to another machine" };
    private readonly TrustOptions _trust;
    private readonly PredictionOptions _prediction;

    public QueryVerb()
        : base("query", "Predict with a model that 'hybrid serve' serves", "hybrid query --server 127.0.0.1:7000 --data patients.csv --keys ~/.hybrid/keys")
    {
        Texts.RequireNames(_data);
        Options.Add(_server);
        Options.Add(_data);
        Options.Add(_repeat);
        _trust = new TrustOptions(this, "server", string.Empty, "serve");
        Options.Add(_plaintext);
        _prediction = new PredictionOptions(this, _plaintext);
    }

    protected override async Task RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        ClientTls? tls = _trust.Read(parsed);
        HostAndPort address = _trust.Address(parsed.GetRequiredValue(_server), tls, parsed.GetValue(_plaintext), "serve");
        string named = parsed.GetRequiredValue(_data);
        DataTable data = _prediction.LoadRows(parsed, Samples.Data(named, null));
        using PaillierPrivateKey? key = _prediction.LoadKey(parsed, terminal);
        SessionOptions options = _prediction.Client(parsed, key, _prediction.Shares(parsed)) with { Channel = Patience };
        var query = new QueryRunner(data, _prediction.Divisor(parsed, named, null), null, _prediction.Parts(parsed), parsed.GetValue(_repeat));
        PredictionReport report = await Progress.RunAsync(
            terminal,
            $"Predicting {data.Rows} rows",
            async progress =>
            {
                Stream stream = await TcpTransport.ConnectAsync(address, tls, ConnectTime, stop);
                await using ModelClient client = await ConnectAsync(stream, options, data.Rows, stop);
                return await query.RunAsync(client, progress, stop);
            },
            stop);
        terminal.Report(report, PredictionJson.Default.PredictionReport, PredictionTables.Show);
    }

    private async Task<ModelClient> ConnectAsync(Stream stream, SessionOptions options, int rows, CancellationToken stop)
    {
        try
        {
            return await ModelClient.ConnectAsync(stream, options, rows, stop);
        }
        catch (ParameterException refusal) when (refusal.LacksShares)
        {
            throw _prediction.WithDealer(refusal);
        }
    }
}
