using System.Xml.Linq;
using Hybrid.Cli.Html;
using Hybrid.Planning;

namespace Hybrid.Cli.Plans;

/// <summary>A comparison as a page.</summary>
internal static class ComparePage
{
    /// <summary>The page as text.</summary>
    public static string Write(CompareReport report)
    {
        string title = $"{report.Model}, {PlanTables.Counted(report.Rows, "row")}, {report.Link}";
        return Page.Write(
            $"Hybrid: {title}",
            Tag.Of("h1", title),
            Tag.Of("p", Tag.Class("facts"), $"The client learns {PlanTables.Learnt(report.Reveal)}. The chosen plan is the one that keeps {(report.Objective == "bytes" ? "bytes" : "time")} small."),
            Tag.Of("p", Tag.Class("facts"), $"Machine: {report.Machine}."),
            Tag.Of("h2", "Whole plans"),
            Variants(report),
            Tag.Of("p", Tag.Class("note"), "error: the most that results err beside the encoding of inputs; ? where no bound is known."),
            report.Variants.Where(variant => variant.Refusal is not null).Select(variant => Tag.Of("p", Tag.Class("note"), $"{variant.Name}: {variant.Refusal}")),
            report.Skipped.Select(variant => Tag.Of("p", Tag.Class("note"), CompareTables.Skipped(variant))),
            Times(report),
            Bytes(report),
            Tag.Of("h2", "Op by op"),
            Tag.Of("p", Tag.Class("note"), "Each op by itself, with the conversions that its values then need: in a plan, ops of one scheme share conversions and rounds, so the chosen scheme need not be the one that is best alone. With †: its part of a longer chain, without conversions, for no other scheme could take over before or after."),
            OpTimes(report),
            Ops(report),
            Tag.Of("h2", "Steps"),
            report.Variants.Where(variant => variant is { Cost: not null, SameAs: null }).SelectMany(Steps));
    }

    private static XElement Variants(CompareReport report)
    {
        string[] expected = ["plan", "schemes", ">client", ">server", ">up", ">down", ">dealt", ">rounds", ">error", ">time", ">set-up"];
        string[] measured = [">measured time", ">of expected", ">client", ">server", ">up", ">down", ">error", ">set-up", ">preparation"];
        return Tag.Table(
            report.IsMeasured ? [.. expected, .. measured] : expected,
            report.Variants.Select(variant => (object[])(report.IsMeasured ? [.. Expected(variant), .. Measured(variant)] : Expected(variant))));
    }

    private static object[] Expected(VariantReport variant) => variant.Cost is not { } cost
        ? [variant.Name, "cannot be", "", "", "", "", "", "", "", "", ""]
        :
        [
            Name(variant),
            variant.SameAs is { } same ? $"the same as {same}" : string.Join(", ", variant.Schemes),
            Amounts.Seconds(cost.ClientSeconds),
            Amounts.Seconds(cost.ServerSeconds),
            Amounts.Bytes(cost.BytesUp),
            Amounts.Bytes(cost.BytesDown),
            CompareTables.Dealt(variant.BytesDealt),
            $"{cost.Rounds}",
            PlanTables.Short(variant.Error),
            Amounts.Seconds(cost.Seconds),
            Amounts.Seconds(variant.SetUp!.Seconds),
        ];

    private static object[] Measured(VariantReport variant) => variant.Measured is not { } measured
        ? ["", "", "", "", "", "", "", "", ""]
        :
        [
            Amounts.Seconds(measured.Seconds),
            CompareTables.Ratio(measured.Seconds, variant.TrialSeconds),
            Amounts.Seconds(measured.ClientSeconds),
            Amounts.Seconds(measured.ServerSeconds),
            Amounts.Bytes(measured.BytesUp),
            Amounts.Bytes(measured.BytesDown),
            PlanTables.Short(measured.Error),
            Amounts.Seconds(measured.SetUpSeconds),
            Amounts.Seconds(measured.PreparationSeconds),
        ];

    private static object Name(VariantReport variant) =>
        variant.Name == SchemeComparison.ChosenName ? Tag.Of("span", Tag.Class("chosen"), variant.Name) : variant.Name;

    private static IEnumerable<XElement> Times(CompareReport report)
    {
        var bars = new List<Bar>();
        foreach (VariantReport variant in report.Variants)
        {
            if (variant is not { Time: { } time, Cost: { } cost })
            {
                continue;
            }

            BarPart[] parts =
            [
                Part("client", time.Client, "client computes"),
                Part("server", time.Server, "server computes"),
                Part("both", time.Both, "both compute at once"),
                Part("sending", time.Sending, "sending"),
                Part("waiting", time.Waiting, "waiting for what is under way"),
            ];
            bars.Add(new Bar(variant.Name, parts, Amounts.Seconds(cost.Seconds)));
            if (variant.Measured is { } measured)
            {
                bars.Add(new Bar($"{variant.Name}, measured", [Part("measured", measured.Seconds, "measured")], Amounts.Seconds(measured.Seconds)));
            }
        }

        (string, string)[] legend =
        [
            ("client", "client computes"), ("server", "server computes"), ("both", "both compute at once"), ("sending", "sending"), ("waiting", "under way"),
        ];
        return BarChart.DrawAll("Time of a run from start to end, as expected", bars, report.IsMeasured ? [.. legend, ("measured", "measured")] : legend);
    }

    private static BarPart Part(string name, double seconds, string what) => new(name, seconds, $"{what}: {Amounts.Seconds(seconds)}");

    private static IEnumerable<XElement> Bytes(CompareReport report)
    {
        IEnumerable<Bar> bars = report.Variants.Where(variant => variant.Cost is not null).Select(variant => new Bar(
            variant.Name,
            [
                Sent("client", variant.Cost!.BytesUp, "from client to server"),
                Sent("server", variant.Cost.BytesDown, "from server to client"),
                Sent("waiting", variant.BytesDealt ?? 0, "from the dealer to both"),
            ],
            Amounts.Bytes(variant.Cost.BytesUp + variant.Cost.BytesDown + (variant.BytesDealt ?? 0))));
        return BarChart.DrawAll("Bytes of a run", [.. bars], ("client", "from client to server"), ("server", "from server to client"), ("waiting", "from a dealer, ahead of the run"));
    }

    private static BarPart Sent(string name, long bytes, string what) => new(name, bytes, $"{what}: {Amounts.Bytes(bytes)}");

    private static IEnumerable<XElement> OpTimes(CompareReport report)
    {
        var bars = new List<Bar>();
        foreach (OpReport op in report.Ops)
        {
            foreach (AlternativeReport alternative in op.Schemes)
            {
                double seconds = alternative.Alone.Seconds;
                bars.Add(new Bar($"{op.Label}, {alternative.Scheme}", [Part(alternative.Scheme, seconds, $"{op.Label} on {alternative.Scheme}")], $"{Amounts.Seconds(seconds)}{(alternative.IsChosen ? " *" : string.Empty)}"));
            }
        }

        return BarChart.DrawAll(
            "Time of each op by itself, as expected; * is where the chosen plan has it", bars, [.. SchemeNames.Words.Select(word => (word, word))]);
    }

    private static XElement Ops(CompareReport report) => Tag.Table(
        [">op", "label", "does", "shape", "scheme", ">client", ">server", ">up", ">down", ">rounds", ">time", ">plan with it there", ">error", "why"],
        report.Ops.SelectMany(op => op.Schemes.Length == 0
            ? (IEnumerable<object[]>)[[$"{op.Number}", op.Label, op.Op, op.Shape, op.Scheme, "", "", "", "", "", "", "", PlanTables.Short(op.Error), op.Why]]
            : op.Schemes.Select(alternative => Op(op, alternative))));

    private static object[] Op(OpReport op, AlternativeReport alternative) =>
    [
        $"{op.Number}",
        op.Label,
        op.Op,
        op.Shape,
        alternative.IsChosen ? Tag.Of("span", Tag.Class("chosen"), alternative.Marked) : alternative.Marked,
        Amounts.Seconds(alternative.Alone.ClientSeconds),
        Amounts.Seconds(alternative.Alone.ServerSeconds),
        Amounts.Bytes(alternative.Alone.BytesUp),
        Amounts.Bytes(alternative.Alone.BytesDown),
        $"{alternative.Alone.Rounds}",
        Amounts.Seconds(alternative.Alone.Seconds),
        alternative.Plan is { } plan ? Amounts.Seconds(plan.Seconds) : "none",
        PlanTables.Short(op.Error),
        alternative.IsChosen ? op.Why : string.Empty,
    ];

    private static IEnumerable<XElement> Steps(VariantReport variant)
    {
        bool isMeasured = variant.Measured is not null;
        string[] expected = [">step", "", ">client", ">server", ">up", ">down", ">rounds", ">time"];
        string[] measured = [">client, measured", ">server, measured", ">up, measured", ">down, measured"];
        yield return Tag.Of("h3", variant.Name);
        yield return Tag.Table(isMeasured ? [.. expected, .. measured] : expected, variant.Steps.Select(step => Step(step, isMeasured)));
    }

    private static object[] Step(VariantStepReport step, bool isMeasured)
    {
        QuoteReport cost = step.Predicted.Cost;
        object[] expected =
        [
            $"{step.Predicted.Number}",
            step.Predicted.From == step.Predicted.To ? $"{step.Predicted.Purpose} on {step.Predicted.To}" : step.Predicted.Purpose,
            Amounts.Seconds(cost.ClientSeconds),
            Amounts.Seconds(cost.ServerSeconds),
            Amounts.Bytes(cost.BytesUp),
            Amounts.Bytes(cost.BytesDown),
            $"{cost.Rounds}",
            Amounts.Seconds(cost.Seconds),
        ];
        return !isMeasured ? expected : step.Measured is not { } measured ? [.. expected, "", "", "", ""] :
        [
            .. expected,
            Amounts.Seconds(measured.ClientSeconds),
            Amounts.Seconds(measured.ServerSeconds),
            Amounts.Bytes(measured.BytesUp),
            Amounts.Bytes(measured.BytesDown),
        ];
    }
}
