using System.CommandLine;
using Hybrid.Cli.Plans;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Cli.Verbs;

/// <summary>Plans a model and explains the plan; nothing is computed.</summary>
internal sealed class PlanVerb : Verb
{
    private readonly Option<bool> _ledger = new("--ledger") { Description = "Show what each party would learn" };
    private readonly PlanArguments _arguments;

    public PlanVerb()
        : base("plan", "Show which scheme computes each op of a model, why, and what the next best would cost", "hybrid plan --model digits --rows 20 --link wan")
    {
        _arguments = new PlanArguments(this);
        Options.Add(_ledger);
    }

    protected override async Task RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        PlanReport report = await Progress.RunAsync(
            terminal,
            "Planning",
            _ =>
            {
                PlanSubject subject = _arguments.Read(parsed, terminal);
                using SchemeRegistry registry = subject.MakeRegistry();
                PlanExplanation explanation = PlanExplanation.Of(subject.Program.Graph, registry, subject.Request);
                return PlanReport.Of(subject, explanation, registry, parsed.GetValue(_ledger));
            },
            stop);
        terminal.Report(report, PlanJson.Default.PlanReport, PlanTables.Show);
    }
}
