using System.CommandLine;
using System.Globalization;
using Hybrid.Bench.Peers;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;

namespace Hybrid.Bench.Mpc;

/// <summary>"shares": times operations on shares between two processes over loopback, dealing apart, as a table in Markdown.</summary>
internal sealed class SharesCommand : RootCommand
{
    private readonly Option<ComparisonMethod> _comparison = new("--comparison") { Description = "How secrets are compared", DefaultValueFactory = _ => ComparisonMethod.Tree };
    private readonly Option<string?> _filter = new("--filter") { Description = "Only operations whose name has this in it", HelpName = "TEXT" };

    /// <summary>Makes the command.</summary>
    public SharesCommand()
        : base("Times operations on shares between two processes, dealing apart, and prints a table in Markdown.")
    {
        Options.Add(_comparison);
        Options.Add(_filter);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string filter = parsed.GetValue(_filter) ?? string.Empty;
        using TwoPartyTimings timings = TwoPartyTimings.Start(new CircuitOptions { Comparison = parsed.GetValue(_comparison) });
        Console.WriteLine("| operation | size | online | rounds | bytes | dealing | dealt bytes |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach (MpcOperation operation in MpcOperation.All.Where(one => timings.Has(one) && one.Name.Contains(filter, StringComparison.Ordinal)))
        {
            ShareRun run = timings.Measure(operation);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {operation.Name} | {operation.Size:N0} | {run.Seconds * 1e3:0.0} ms | {run.Rounds} | {run.Bytes:N0} | {run.DealingSeconds * 1e3:0.0} ms | {run.DealtBytes:N0} |"));
        }

        return 0;
    }
}
