using System.CommandLine;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Mpc;
using Hybrid.Paillier;

namespace Hybrid.Cli.Verbs;

/// <summary>Predicts privately with client and server in this process, over a real channel, and compares with the model in the clear.</summary>
internal sealed class PredictVerb : Verb
{
    private readonly Option<string?> _data = new("--data") { Description = "CSV of rows to predict; test rows if the model comes with the program", HelpName = "FILE" };

    private readonly Option<bool> _plaintext = new("--plaintext") { Description = "Allow a connection without TLS to a dealer on another machine" };

    private readonly Option<bool> _check = new("--check")
    {
        Description = "Compare a network with the same one in the clear, as is done with all other models, and fail if they differ",
    };

    private readonly ModelArguments _model;
    private readonly PredictionOptions _prediction;

    public PredictVerb()
        : base("predict", "Predict privately, client and server in one process", "hybrid predict --model digits-cnn --rows 100 --ledger")
    {
        Texts.RequireNames(_data);
        _model = new ModelArguments(this);
        Options.Add(_data);
        _prediction = new PredictionOptions(this, _plaintext);
        Options.Add(_check);
        Options.Add(_plaintext);
    }

    protected override async Task RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        string name = _model.Name(parsed);
        string? named = parsed.GetValue(_data);
        LoadedModel model = _model.Read(parsed);
        DataTable data = _prediction.LoadRows(parsed, Samples.Data(named, name));
        using PaillierPrivateKey? key = _prediction.LoadKey(parsed, terminal);
        SharesOptions shares = _prediction.Shares(parsed) ?? new SharesOptions { Dealer = new InProcessDealer() };
        SessionOptions client = _prediction.Client(parsed, key, shares);
        var server = new SessionOptions { Schemes = PredictionOptions.OfferAll(shares), Link = client.Link };
        bool checks = model.Linear is not null || Samples.Networks.Contains(name) || parsed.GetValue(_check);
        var query = new QueryRunner(data, _prediction.Divisor(parsed, named, name), checks ? model : null, _prediction.Parts(parsed));

        PredictionReport report = await Progress.RunAsync(
            terminal,
            $"Predicting {data.Rows} rows",
            async progress =>
            {
                await using LocalSession session = await LocalSession.StartAsync(model.Served, client, server, InProcessTransport.CreatePair(), data.Rows, stop);
                return await query.RunAsync(session.Client, progress, stop);
            },
            stop);
        terminal.Report(report, PredictionJson.Default.PredictionReport, PredictionTables.Show);
        report.Comparison?.Require();
    }
}
