using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json.Serialization;
using Hybrid.Execution;
using Hybrid.Models;
using Spectre.Console;

namespace Hybrid.Cli;

/// <summary>What predict and query tell: results, how they compare with the model in the clear, and what they cost.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Rows">Rows predicted.</param>
/// <param name="Scheme">The schemes of the plan.</param>
/// <param name="Keys">The client's keys, in a few words.</param>
/// <param name="Accuracy">Share of rows whose label is the data's; null where there are no labels.</param>
/// <param name="R2">For a regression: the share of the variance explained; null elsewhere, and where the known values do not vary.</param>
/// <param name="Agreement">Share of rows whose label is the plaintext model's (for a regression: whose value is, within 0.001); null without the model.</param>
/// <param name="MaxError">Largest difference of a score, or of a value where only values were revealed, from the plaintext model's; null without the model.</param>
/// <param name="Client">The client's computing time for the queries.</param>
/// <param name="Server">The server's.</param>
/// <param name="WallSeconds">Time passed for the queries.</param>
/// <param name="BytesUp">Client to server, for the queries.</param>
/// <param name="BytesDown">Server to client, for the queries.</param>
/// <param name="Rounds">Times the client waited for the server, for the queries.</param>
/// <param name="SetUp">The same for keys and model card.</param>
/// <param name="Revealed">What the client learnt: scores or values.</param>
/// <param name="BytesDealt">What the dealer sent both parties, set-up included; null where there is none.</param>
/// <param name="Predictions">For each row the number of the label; for a regression the value.</param>
/// <param name="Labels">Names of the labels, their numbers where the model has no names; empty for a regression.</param>
/// <param name="Values">For each row what the activation made of its scores.</param>
/// <param name="Ledger">What each party learnt, if asked for.</param>
internal sealed record PredictionReport(
    string Model,
    int Rows,
    string Scheme,
    string Keys,
    double? Accuracy,
    double? R2,
    double? Agreement,
    double? MaxError,
    PartyReport Client,
    PartyReport Server,
    double WallSeconds,
    long BytesUp,
    long BytesDown,
    long Rounds,
    SetUpReport SetUp,
    string Revealed,
    long? BytesDealt,
    double[] Predictions,
    string[] Labels,
    double[][] Values,
    LedgerLine[]? Ledger)
{
    private const int RowsShown = 8;
    private const double RegressionTolerance = 1e-3;

    /// <summary>Puts a report together.</summary>
    /// <param name="client">The client that predicted.</param>
    /// <param name="prediction">What it got.</param>
    /// <param name="data">The rows.</param>
    /// <param name="plaintext">The model in the clear, if it is at hand.</param>
    /// <param name="withLedger">Whether to list what each party learnt.</param>
    public static PredictionReport Of(ModelClient client, Prediction prediction, DataTable data, LinearModel? plaintext, bool withLedger)
    {
        ModelCard card = client.Card;
        double[] values = Flat(prediction.Values);
        double[]? scores = prediction.Scores is null ? null : Flat(prediction.Scores);
        bool classifies = card.Activation != Activation.None;
        double[] predictions = classifies ? [.. prediction.Labels.Select(label => (double)label)] : [.. Enumerable.Range(0, data.Rows).Select(row => values[row * card.Outputs])];
        double[]? known = data.Labels();
        (double Agreement, double MaxError)? check = plaintext is null ? null : Compare(plaintext, data, scores ?? values, prediction.Labels, scores is not null);
        PhaseCost cost = prediction.Cost;
        PhaseCost setUp = client.SetUpCost;
        return new PredictionReport(
            card.Name,
            data.Rows,
            string.Join("+", client.Plan(Math.Max(1, data.Rows)).Schemes.Select(scheme => scheme.ToString().ToLowerInvariant())),
            client.Keys,
            known is not null && classifies && data.Rows > 0 ? Enumerable.Range(0, data.Rows).Count(row => predictions[row] == known[row]) / (double)data.Rows : null,
            known is not null && !classifies ? ExplainedVariance(known, predictions) : null,
            check?.Agreement,
            check?.MaxError,
            new PartyReport(Rounded(cost.ClientSeconds)),
            new PartyReport(Rounded(cost.ServerSeconds)),
            Rounded(cost.WallSeconds),
            cost.BytesUp,
            cost.BytesDown,
            cost.Rounds,
            new SetUpReport(new PartyReport(Rounded(setUp.ClientSeconds)), new PartyReport(Rounded(setUp.ServerSeconds)), Rounded(setUp.WallSeconds), setUp.BytesUp, setUp.BytesDown, setUp.Rounds),
            (scores is null ? Hybrid.Models.Revealed.Values : Hybrid.Models.Revealed.Scores).ToString().ToLowerInvariant(),
            client.BytesDealt,
            predictions,
            [.. card.Labels.Count > 0 || !classifies ? card.Labels : Enumerable.Range(0, Math.Max(2, card.Outputs)).Select(label => $"{label}")],
            [.. Enumerable.Range(0, data.Rows).Select(row => values[(row * card.Outputs)..((row + 1) * card.Outputs)])],
            withLedger ? [.. prediction.Ledger.Entries.Select(LedgerLine.Of)] : null);
    }

    /// <summary>Shows the report to people.</summary>
    public static void Show(PredictionReport report, Terminal terminal)
    {
        Table facts = new Table().Border(TableBorder.None).HideHeaders().AddColumns(string.Empty, string.Empty);
        void Fact(string name, string text) => facts.AddRow(name, Markup.Escape(text));
        Fact("model", $"{report.Model}, {report.Rows} row{(report.Rows == 1 ? string.Empty : "s")}, {report.Scheme}, {report.Keys}");
        if (report.Accuracy is { } accuracy)
        {
            Fact("accuracy", Text($"{accuracy:0.000} of the rows have the data's label"));
        }

        if (report.R2 is { } explained)
        {
            Fact("R²", Text($"{explained:0.000}"));
        }

        if (report.Agreement is { } agreement)
        {
            Fact("agreement", Text($"{agreement:0.000} of the rows have the plaintext model's answer; {report.Revealed} differ by {report.MaxError:0.0e+0} at most"));
        }

        Fact("time", Text($"{report.WallSeconds:0.000} s: client {report.Client.Seconds:0.000} s, server {report.Server.Seconds:0.000} s"));
        Fact("traffic", Text($"{report.BytesUp:N0} bytes up, {report.BytesDown:N0} bytes down, {report.Rounds} round{(report.Rounds == 1 ? string.Empty : "s")}"));
        Fact("set-up", Text($"{report.SetUp.WallSeconds:0.000} s, {report.SetUp.BytesUp:N0} bytes up, {report.SetUp.BytesDown:N0} bytes down: {(report.BytesDealt is null ? "keys" : "masked weights")} and model card"));
        if (report.BytesDealt is { } dealt)
        {
            Fact("dealt", Text($"{dealt:N0} bytes from the dealer to both parties, set-up included"));
        }

        terminal.Write(facts);
        terminal.Write(First(report));
        if (report.Rows > RowsShown)
        {
            terminal.WriteLine($"… and {report.Rows - RowsShown} more; --json lists them all.");
        }

        if (report.Ledger is not null)
        {
            Table ledger = new Table().Border(TableBorder.Simple).AddColumns("learns", "what", "extent", "why, and what hides the rest");
            foreach (LedgerLine line in report.Ledger)
            {
                ledger.AddRow(line.Learner, Markup.Escape(line.Value), Markup.Escape(line.Bits == 0 ? line.Extent : $"{line.Extent} of {line.Bits} bits"), Markup.Escape(line.Why));
            }

            terminal.Write(ledger);
            terminal.WriteLine("Whoever watches the connection sees sizes and times, and with TLS nothing else.");
        }
    }

    private static Table First(PredictionReport report)
    {
        bool classifies = report.Labels.Length > 0;
        Table table = new Table().Border(TableBorder.Simple).AddColumns("row", "prediction");
        if (classifies)
        {
            table.AddColumn(new TableColumn("probability").RightAligned());
        }

        for (int row = 0; row < Math.Min(RowsShown, report.Rows); row++)
        {
            if (!classifies)
            {
                table.AddRow(Text($"{row + 1}"), Text($"{report.Predictions[row]:0.####}"));
                continue;
            }

            double[] values = report.Values[row];
            int label = (int)report.Predictions[row];
            double value = values.Length > 1 ? values[label] : label == 1 ? values[0] : 1 - values[0];
            table.AddRow(Text($"{row + 1}"), Markup.Escape(report.Labels[label]), Text($"{value:0.0000}"));
        }

        return table;
    }

    private static (double Agreement, double MaxError) Compare(LinearModel model, DataTable data, double[] results, IReadOnlyList<int> labels, bool areScores)
    {
        double[] rows = Flat(data.Select(model.Features));
        int features = model.Features.Count;
        var expected = new double[model.Outputs];
        double largest = 0;
        int agreeing = 0;
        for (int row = 0; row < data.Rows; row++)
        {
            model.Score(rows.AsSpan(row * features, features), expected);
            double[] compared = areScores ? expected : model.Activation.Apply(expected);
            double difference = 0;
            for (int i = 0; i < expected.Length; i++)
            {
                difference = Math.Max(difference, Math.Abs(compared[i] - results[(row * expected.Length) + i]));
            }

            largest = Math.Max(largest, difference);
            agreeing += (model.Activation != Activation.None ? model.Activation.Label(expected) == labels[row] : difference <= RegressionTolerance) ? 1 : 0;
        }

        return (data.Rows == 0 ? 1 : agreeing / (double)data.Rows, largest);
    }

    private static double? ExplainedVariance(double[] known, double[] predicted)
    {
        double mean = known.Average();
        double variance = known.Sum(y => (y - mean) * (y - mean));
        double explained = 1 - (known.Zip(predicted, (y, p) => (y - p) * (y - p)).Sum() / variance);
        return double.IsFinite(explained) ? explained : null;
    }

    private static double[] Flat(Tensor<double> tensor)
    {
        var flat = new double[tensor.FlattenedLength];
        tensor.FlattenTo(flat);
        return flat;
    }

    private static double Rounded(double seconds) => Math.Round(seconds, 6);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One party's computing time.</summary>
/// <param name="Seconds">In seconds.</param>
internal sealed record PartyReport(double Seconds);

/// <summary>What set-up cost, apart from the queries.</summary>
internal sealed record SetUpReport(PartyReport Client, PartyReport Server, double WallSeconds, long BytesUp, long BytesDown, long Rounds);

/// <summary>One entry of the disclosure ledger.</summary>
internal sealed record LedgerLine(string Learner, string Value, string Extent, int Bits, string Why)
{
    public static LedgerLine Of(Disclosure entry) => new(entry.Learner.ToString().ToLowerInvariant(), entry.Value, entry.Extent, entry.Bits, entry.Why);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PredictionReport))]
internal sealed partial class PredictionJson : JsonSerializerContext;
