using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Cli.Plans;

/// <summary>What is planned: a model for so many rows, with the schemes at hand and what the plan is to be good at.</summary>
/// <param name="Model">The model.</param>
/// <param name="Name">What the user called it.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Revealed">What the client learns.</param>
/// <param name="Program">The graph, with its pins, and the constants' values.</param>
/// <param name="Request">What the plan is made for.</param>
/// <param name="Schemes">Adds the backends, at either end.</param>
internal sealed record PlanSubject(
    IServedModel Model, string Name, int Rows, Revealed Revealed, ModelProgram Program, PlanRequest Request, Action<SchemeRegistry> Schemes)
{
    /// <summary>What things take at the client.</summary>
    public MachineProfile ClientMachine { get; init; } = MachineProfile.Default;

    /// <summary>What things take at the server.</summary>
    public MachineProfile ServerMachine { get; init; } = MachineProfile.Default;

    /// <summary>What this process runs on, and what machines were planned for, in a few words.</summary>
    public string Machine =>
        $"{MachineProfile.ThisProcessor()}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}; "
        + $"expected times by the profile {ClientMachine.Name}{(ServerMachine == ClientMachine ? string.Empty : $", at the server {ServerMachine.Name}")}";

    /// <summary>The link as options take it, with its figures.</summary>
    public string Link => Described(Request.Link);

    /// <summary>A registry of the client's, for quotes.</summary>
    public SchemeRegistry MakeRegistry()
    {
        var registry = new SchemeRegistry(Party.Client);
        Schemes(registry);
        return registry;
    }

    /// <summary>What either party would learn from a plan of this subject.</summary>
    public static LedgerLine[] Ledger(Plan plan) => [.. new DisclosureLedger(plan).Entries.Select(LedgerLine.Of)];

    private static string Described(LinkProfile link)
    {
        string up = Rate(link.BitsPerSecondUp);
        string down = Rate(link.BitsPerSecondDown);
        string figures = $"{(up == down ? up : $"{up} up, {down} down")}, {Amounts.Seconds(link.RoundTripSeconds)} round trip";
        return link.ToString().Contains('/', StringComparison.Ordinal) ? figures : $"{link} ({figures})";
    }

    private static string Rate(double bitsPerSecond) => bitsPerSecond switch
    {
        >= 1e9 => FormattableString.Invariant($"{bitsPerSecond / 1e9:0.###} Gbit/s"),
        >= 1e6 => FormattableString.Invariant($"{bitsPerSecond / 1e6:0.###} Mbit/s"),
        _ => FormattableString.Invariant($"{bitsPerSecond / 1e3:0.###} kbit/s"),
    };
}
