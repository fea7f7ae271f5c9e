using System.Globalization;
using Hybrid.Cli.Plans;
using Hybrid.Planning;
using Spectre.Console;

namespace Hybrid.Cli;

/// <summary>Predictions and what they cost, for people: a hundred columns wide at most where names are short.</summary>
internal static class PredictionTables
{
    private const int RowsShown = 8;
    private const int OutputsShown = 6;

    // Longer purposes go on in the next line.
    private const int PurposeColumns = 42;

    /// <summary>Shows a report.</summary>
    public static void Show(PredictionReport report, Terminal terminal)
    {
        terminal.Write(Facts(report));
        terminal.Write(First(report));
        if (report.Rows > RowsShown)
        {
            terminal.WriteLine($"… and {report.Rows - RowsShown} more; --json lists them all.");
        }

        if (report.Steps is { } steps)
        {
            terminal.Write(Steps(steps));
        }

        if (report.Ledger is { } ledger)
        {
            terminal.Write(Ledger(ledger));
            terminal.WriteLine("Whoever watches the connection sees sizes and times, and with TLS nothing else.");
        }
    }

    private static Table Facts(PredictionReport report)
    {
        Table facts = new Table().Border(TableBorder.None).HideHeaders().AddColumns(string.Empty, string.Empty);
        void Fact(string name, string text) => facts.AddRow(name, Markup.Escape(text));
        Fact("model", $"{report.Model}, {PlanTables.Counted(report.Rows, "row")}; the client learns {(report.Revealed == "label" ? "the label alone" : $"the {report.Revealed}")}");
        Fact("scheme", $"{report.Scheme}, {report.Keys}");
        if (report.IsLinkMeasured)
        {
            Fact("link", $"{report.Link}, as measured");
        }

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
            string differences = report.MaxError is { } error ? Text($"; {report.Revealed} differ by {error:0.0e+0} at most") : string.Empty;
            Fact("agreement", Text($"{agreement:0.000} of the rows have the plaintext model's answer{differences}"));
        }

        Fact("time", Text($"{report.WallSeconds:0.000} s: client {report.Client.Seconds:0.000} s, server {report.Server.Seconds:0.000} s"));
        Fact("traffic", Text($"{report.BytesUp:N0} bytes up, {report.BytesDown:N0} bytes down, {report.Rounds} round{(report.Rounds == 1 ? string.Empty : "s")}"));
        PreparationReport preparation = report.Preparation;
        Fact("prepared", Text($"{preparation.WallSeconds:0.000} s before, {preparation.BytesUp:N0} bytes up, {preparation.BytesDown:N0} bytes down: what depends on no row"));
        SetUpReport setUp = report.SetUp;
        Fact("set-up", Text($"{setUp.WallSeconds:0.000} s, {setUp.BytesUp:N0} bytes up, {setUp.BytesDown:N0} bytes down: {SetUpParts(report)}"));
        if (report.BytesDealt is { } dealt)
        {
            Fact("dealt", Text($"{dealt:N0} bytes from the dealer to both parties, set-up included"));
        }

        return facts;
    }

    private static string SetUpParts(PredictionReport report)
    {
        string secrets = report.BytesDealt is null ? "keys" : report.Scheme.Contains('+', StringComparison.Ordinal) ? "keys, masked weights" : "masked weights";
        return $"{secrets} and model card";
    }

    private static Table First(PredictionReport report)
    {
        int rows = Math.Min(RowsShown, report.Rows);
        if (report.Labels.Length == 0 && report.Values is { } numbers)
        {
            return Regression(numbers, rows);
        }

        Table table = new Table().Border(TableBorder.Simple).AddColumns("row", "prediction");
        if (report.Values is not null)
        {
            table.AddColumn(new TableColumn(report.Activation == "greatest" ? "score" : "probability").RightAligned());
        }

        for (int row = 0; row < rows; row++)
        {
            int label = (int)report.Predictions[row];
            List<string> cells = [Text($"{row + 1}"), Markup.Escape(report.Labels[label])];
            if (report.Values is { } values)
            {
                double value = values[row].Length > 1 ? values[row][label] : label == 1 ? values[row][0] : 1 - values[row][0];
                cells.Add(Text($"{value:0.0000}"));
            }

            table.AddRow([.. cells]);
        }

        return table;
    }

    // Several values a row, side by side: as many as a line has room for.
    private static Table Regression(double[][] values, int rows)
    {
        int outputs = values[0].Length;
        int shown = Math.Min(OutputsShown, outputs);
        Table table = new Table().Border(TableBorder.Simple).AddColumns("row");
        for (int output = 0; output < shown; output++)
            table.AddColumn(outputs == 1 ? "prediction" : Text($"value {output + 1}"));
        if (outputs > shown)
        {
            table.AddColumn(Text($"and {outputs - shown} more"));
        }

        for (int row = 0; row < rows; row++)
        {
            List<string> cells = [Text($"{row + 1}"), .. values[row].Take(shown).Select(value => Text($"{value:0.####}"))];
            table.AddRow([.. cells, .. outputs > shown ? ["…"] : Array.Empty<string>()]);
        }

        return table;
    }

    private static Table Steps(StepLine[] steps)
    {
        Table table = PlanTables.New(">step", string.Empty, "scheme", ">time", ">up", ">down");
        table.Columns[1].Width = Math.Min(PurposeColumns, steps.Max(step => step.Purpose.Length));
        foreach (StepLine step in steps)
        {
            PlanTables.Add(
                table, Text($"{step.Number}"), step.Purpose, step.Scheme, Amounts.Seconds(step.WallSeconds), Amounts.Bytes(step.BytesUp), Amounts.Bytes(step.BytesDown));
        }

        return table;
    }

    private static Table Ledger(LedgerLine[] ledger)
    {
        Table table = PlanTables.New("learns", "what", "extent", "why, and what hides the rest");
        foreach (LedgerLine line in ledger)
        {
            PlanTables.Add(table, line.Learner, line.Value, line.Bits == 0 ? line.Extent : $"{line.Extent} of {line.Bits} bits", line.Why);
        }

        return table;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
