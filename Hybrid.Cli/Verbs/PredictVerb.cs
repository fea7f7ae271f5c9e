using System.CommandLine;
using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Mpc;
using Hybrid.Paillier;

namespace Hybrid.Cli.Verbs;

/// <summary>Predicts privately with client and server in this process, over a real channel, and compares with the model in the clear.</summary>
internal sealed class PredictVerb : Verb
{
    private readonly Option<string> _model = new("--model")
    {
        Description = $"Model file, or one of {string.Join(", ", Samples.Names)}",
        HelpName = "FILE",
        DefaultValueFactory = _ => Samples.Default,
    };

    private readonly Option<string?> _data = new("--data") { Description = "CSV of rows to predict; the model's own test rows if it is one of the above", HelpName = "FILE" };

    private readonly Option<bool> _plaintext = new("--plaintext") { Description = "Allow a connection without TLS to a dealer on another machine" };

    private readonly PredictionOptions _prediction;

    public PredictVerb()
        : base("predict", "Predict privately, client and server in one process", "hybrid predict --model digits --rows 100 --ledger")
    {
        Texts.RequireNames(_model, _data);
        Options.Add(_model);
        Options.Add(_data);
        _prediction = new PredictionOptions(this, _plaintext);
        Options.Add(_plaintext);
    }

    protected override async Task RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        string name = parsed.GetRequiredValue(_model);
        LinearModel model = LinearModel.Load(Samples.Model(name));
        DataTable data = _prediction.LoadRows(parsed, Samples.Data(parsed.GetValue(_data), name));
        using PaillierPrivateKey? key = _prediction.LoadKey(parsed, terminal);
        SharesOptions? shares = _prediction.Shares(parsed) ?? (_prediction.OnShares(parsed) ? new SharesOptions { Dealer = new InProcessDealer() } : null);
        SessionOptions client = _prediction.Client(parsed, key, shares);
        var server = new SessionOptions { Schemes = PredictionOptions.OfferAll(shares), Link = client.Link };

        PredictionReport report = await Progress.RunAsync(
            terminal,
            $"Predicting {data.Rows} rows",
            async progress =>
            {
                await using LocalSession session = await LocalSession.StartAsync(model, client, server, data.Rows, stop);
                return await QueryRunner.RunAsync(session.Client, data, model, _prediction.ShowLedger(parsed), progress, stop);
            },
            stop);
        terminal.Report(report, PredictionJson.Default.PredictionReport, PredictionReport.Show);
    }
}
