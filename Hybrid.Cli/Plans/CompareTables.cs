using Hybrid.Planning;
using Spectre.Console;

namespace Hybrid.Cli.Plans;

/// <summary>Comparisons as tables, for people.</summary>
internal static class CompareTables
{
    /// <summary>Shows a comparison.</summary>
    public static void Show(CompareReport report, Terminal terminal)
    {
        terminal.WriteLine($"{report.Model}, {PlanTables.Counted(report.Rows, "row")}, {report.Link}");
        terminal.Write(Variants(report));
        terminal.WriteLine("error: the most that results err beside the encoding of inputs; ? where no bound is known");
        foreach (VariantReport variant in report.Variants.Where(variant => variant.Refusal is not null))
        {
            terminal.WriteLine($"{variant.Name}: {variant.Refusal}");
        }

        foreach (VariantReport variant in report.Variants.Where(variant => variant is { SetUp: not null, SameAs: null }))
        {
            terminal.WriteLine($"{variant.Name}: about {Amounts.Seconds(variant.SetUp!.Seconds)} and {Amounts.Bytes(variant.SetUp.BytesUp + variant.SetUp.BytesDown)} once a session, before its first query");
        }

        if (report.IsMeasured)
        {
            terminal.Write(Measured(report));
            foreach (VariantReport variant in report.Skipped)
                terminal.WriteLine(Skipped(variant));
            terminal.WriteLine("Medians; both parties on this machine, so what they compute at once takes longer than on two. What is dealt is there before.");
        }

        terminal.Write(Ops(report));
        terminal.WriteLine("Ops by themselves, with the conversions that their values then need; * is where the chosen plan has them.");
        if (report.Ops.Any(op => op.Schemes.Any(alternative => !alternative.StandsAlone)))
        {
            terminal.WriteLine("† as part of a longer chain, without conversions: no other scheme could take over before or after.");
        }
    }

    /// <summary>Why a plan was not run.</summary>
    public static string Skipped(VariantReport variant) => $"{variant.Name} was not run: at {Amounts.Seconds(variant.Cost!.Seconds)} a run it is beyond --longest.";

    private static Table Variants(CompareReport report)
    {
        Table table = PlanTables.New("expected", "schemes", ">client", ">server", ">up", ">down", ">dealt", ">rounds", ">error", ">time");
        foreach (VariantReport variant in report.Variants)
        {
            PlanTables.Add(table, variant.Cost is not { } cost
                ? [variant.Name, "cannot be", "", "", "", "", "", "", "", ""]
                :
                [
                    variant.Name,
                    variant.SameAs is { } same ? $"as {same}" : string.Join("+", variant.Schemes),
                    Amounts.Seconds(cost.ClientSeconds),
                    Amounts.Seconds(cost.ServerSeconds),
                    Amounts.Bytes(cost.BytesUp),
                    Amounts.Bytes(cost.BytesDown),
                    Dealt(variant.BytesDealt),
                    $"{cost.Rounds}",
                    PlanTables.Short(variant.Error),
                    Amounts.Seconds(cost.Seconds),
                ]);
        }

        return table;
    }

    private static Table Measured(CompareReport report)
    {
        Table table = PlanTables.New("measured", ">client", ">server", ">up", ">down", ">dealt", ">error", ">time", ">of expected");
        foreach (VariantReport variant in report.Variants)
        {
            if (variant is { Measured: { } measured, Cost: { } cost })
            {
                PlanTables.Add(
                    table,
                    variant.Name,
                    Amounts.Seconds(measured.ClientSeconds),
                    Amounts.Seconds(measured.ServerSeconds),
                    Amounts.Bytes(measured.BytesUp),
                    Amounts.Bytes(measured.BytesDown),
                    Dealt(measured.BytesDealt),
                    PlanTables.Short(measured.Error),
                    Amounts.Seconds(measured.Seconds),
                    Ratio(measured.Seconds, variant.TrialSeconds));
            }
        }

        return table;
    }

    private static Table Ops(CompareReport report)
    {
        Table table = PlanTables.New("op", "does", "scheme", ">client", ">server", ">up", ">down", ">rounds", ">time", ">error");
        foreach (OpReport op in report.Ops)
        {
            bool isFirst = true;
            foreach (AlternativeReport alternative in op.Schemes)
            {
                QuoteReport alone = alternative.Alone;
                PlanTables.Add(
                    table,
                    isFirst ? op.Label : string.Empty,
                    isFirst ? op.Op : string.Empty,
                    alternative.Marked,
                    Amounts.Seconds(alone.ClientSeconds),
                    Amounts.Seconds(alone.ServerSeconds),
                    Amounts.Bytes(alone.BytesUp),
                    Amounts.Bytes(alone.BytesDown),
                    $"{alone.Rounds}",
                    Amounts.Seconds(alone.Seconds),
                    PlanTables.Short(op.Error));
                isFirst = false;
            }
        }

        return table;
    }

    /// <summary>What was dealt, as a table has it.</summary>
    public static string Dealt(long? bytes) => bytes is { } dealt ? Amounts.Bytes(dealt) : "none";

    /// <summary>How much of what was expected something took.</summary>
    public static string Ratio(double measured, double expected) =>
        expected > 0 ? FormattableString.Invariant($"{measured / expected:0.00} x") : "–";
}
