using System.Globalization;
using Hybrid.Planning;
using Spectre.Console;

namespace Hybrid.Cli.Plans;

/// <summary>Plans as tables, for people: a hundred columns wide at most where labels are short.</summary>
internal static class PlanTables
{
    /// <summary>Shows a plan.</summary>
    public static void Show(PlanReport report, Terminal terminal)
    {
        QuoteReport cost = report.Cost;
        terminal.WriteLine($"{report.Model}, {Counted(report.Rows, "row")}, {report.Link}; the client learns {Learnt(report.Reveal)}");
        terminal.WriteLine(
            $"{Amounts.Seconds(cost.Seconds)} expected: client {Amounts.Seconds(cost.ClientSeconds)}, server {Amounts.Seconds(cost.ServerSeconds)}, "
            + $"{Amounts.Bytes(cost.BytesUp)} up, {Amounts.Bytes(cost.BytesDown)} down, {Counted(cost.Rounds, "round")}");
        terminal.WriteLine($"{(report.BytesDealt is { } dealt ? $"{Amounts.Bytes(dealt)} from a dealer to both; " : string.Empty)}{Error(report.Error)}");
        terminal.WriteLine($"about {Amounts.Seconds(report.SetUp.Seconds)} and {Amounts.Bytes(report.SetUp.BytesUp + report.SetUp.BytesDown)} before the first query, once a session");
        terminal.Write(Ops(report));
        terminal.Write(Steps(report));
        if (report.Ledger is { } ledger)
        {
            terminal.Write(Ledger(ledger));
        }
    }

    /// <summary>A table in the style of all of them: texts to the left, numbers to the right.</summary>
    /// <param name="columns">The columns' titles; those of numbers begin with &gt;.</param>
    public static Table New(params ReadOnlySpan<string> columns)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string column in columns)
        {
            bool isNumber = column.StartsWith('>');
            var made = new TableColumn(isNumber ? column[1..] : column) { NoWrap = isNumber };
            table.AddColumn(isNumber ? made.RightAligned() : made);
        }

        return table;
    }

    /// <summary>Adds a row of texts as they are.</summary>
    public static void Add(Table table, params ReadOnlySpan<string> cells) => table.AddRow([.. cells.ToArray().Select(Markup.Escape)]);

    /// <summary>What is known of the error of results, as a sentence's part.</summary>
    public static string Error(double? error) => error switch
    {
        null => "no bound on the error of results is known",
        0 => "results are exact in fixed point",
        _ => string.Create(CultureInfo.InvariantCulture, $"results err by {error:0.0e+0} at most beside the encoding of inputs"),
    };

    /// <summary>A bound as a table has it.</summary>
    public static string Short(double? error) => error switch { null => "?", 0 => "0", _ => error.Value.ToString("0.0e+0", CultureInfo.InvariantCulture) };

    /// <summary>As in 1 row or 2 rows.</summary>
    public static string Counted(int count, string what) => $"{count.ToString(CultureInfo.InvariantCulture)} {what}{(count == 1 ? string.Empty : "s")}";

    /// <summary>What the client learns, within a sentence.</summary>
    public static string Learnt(string revealed) => revealed == "label" ? "the label alone" : $"the {revealed}";

    private static Table Ops(PlanReport report)
    {
        Table table = New(">op", "label", "does", "shape", "scheme", "why");
        foreach (OpReport op in report.Ops)
        {
            Add(table, $"{op.Number}", op.Label, op.Op, op.Shape, op.Scheme, op.Why);
        }

        return table;
    }

    private static Table Steps(PlanReport report)
    {
        Table table = New(">step", "", ">client", ">server", ">up", ">down", ">rounds", ">time");
        foreach (StepReport step in report.Steps)
        {
            QuoteReport cost = step.Cost;
            Add(
                table,
                $"{step.Number}",
                step.From == step.To ? $"{step.Purpose} on {step.To}" : step.Purpose,
                Amounts.Seconds(cost.ClientSeconds),
                Amounts.Seconds(cost.ServerSeconds),
                Amounts.Bytes(cost.BytesUp),
                Amounts.Bytes(cost.BytesDown),
                $"{cost.Rounds}",
                Amounts.Seconds(cost.Seconds));
        }

        return table;
    }

    private static Table Ledger(LedgerLine[] ledger)
    {
        Table table = New("learns", "what", "extent", "why, and what hides the rest");
        foreach (LedgerLine line in ledger)
        {
            Add(table, line.Learner, line.Value, line.Bits == 0 ? line.Extent : $"{line.Extent} of {line.Bits} bits", line.Why);
        }

        return table;
    }
}
