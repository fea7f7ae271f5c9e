using System.CommandLine;
using Hybrid.Cli.Plans;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Cli.Verbs;

/// <summary>Compares what a model costs in each scheme, and runs it if asked to.</summary>
internal sealed class CompareVerb : Verb
{
    private readonly Option<bool> _run = new("--run") { Description = "Run every plan, both parties in this process over such a link, and show what it did cost" };

    private readonly Option<int> _runs = new("--runs")
    {
        Description = "Runs of each plan, after a first one that does not count",
        HelpName = "N",
        DefaultValueFactory = _ => 3,
        CustomParser = Numbers.Within(1, 1000),
    };

    private readonly Option<double> _longest = new("--longest")
    {
        Description = "Seconds: a plan that is expected to take longer a run is not run",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 20,
        CustomParser = Numbers.Within(0.001, 86400),
    };

    private readonly Option<string?> _html = new("--html") { Description = "Write the comparison as a page, too", HelpName = "FILE" };
    private readonly PlanArguments _arguments;

    public CompareVerb()
        : base("compare", "Compare every op of a model in every scheme, and whole plans: all Paillier, all CKKS, all shares, and the chosen one", "hybrid compare --model digits --link wan --run --html digits.html")
    {
        Texts.RequireNames(_html);
        _arguments = new PlanArguments(this);
        Options.Add(_run);
        Options.Add(_runs);
        Options.Add(_longest);
        Options.Add(_html);
    }

    protected override async Task RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        CompareReport report = await Progress.RunAsync(terminal, "Planning", progress => CompareAsync(parsed, terminal, progress, stop), stop);
        if (parsed.GetValue(_html) is { } file)
        {
            await File.WriteAllTextAsync(file, ComparePage.Write(report), stop);
        }

        terminal.Report(report, CompareJson.Default.CompareReport, CompareTables.Show);
    }

    private async Task<CompareReport> CompareAsync(ParseResult parsed, Terminal terminal, IProgressReport progress, CancellationToken stop)
    {
        PlanSubject subject = _arguments.Read(parsed, terminal);
        SchemeComparison comparison;
        using (SchemeRegistry registry = subject.MakeRegistry())
        {
            comparison = await Task.Run(() => SchemeComparison.Of(subject.Program.Graph, registry, subject.Request), stop);
        }

        Dictionary<string, Measurement> measured = parsed.GetValue(_run)
            ? await PlanTrial.RunAsync(subject, comparison, parsed.GetValue(_runs), parsed.GetValue(_longest), progress, stop)
            : [];
        return CompareReport.Of(subject, comparison, measured);
    }
}
