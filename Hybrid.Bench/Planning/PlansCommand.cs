using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Mpc;
using Hybrid.Paillier;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;

namespace Hybrid.Bench.Planning;

/// <summary>
/// "plans": runs every plan of small graphs over a link that is made real, and says how far the planner's choice is from the best, and what was
/// expected from what was measured; then how long planning takes. As a table in Markdown.
/// </summary>
internal sealed class PlansCommand : RootCommand
{
    private const int Runs = 7;
    private const int PlanningRuns = 60;

    private readonly Option<string[]> _links = new("--link") { Description = "The links", DefaultValueFactory = _ => ["lan", "wan"], AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _graphs = new("--graph") { Description = "The graphs; all unless given", AllowMultipleArgumentsPerToken = true };
    private readonly Option<double> _queries = new("--queries") { Description = "Queries of a session, among which its set-up counts; many unless given", DefaultValueFactory = _ => 0 };
    private readonly Option<string?> _machine = new("--machine") { Description = "A machine profile that hybrid calibrate made", HelpName = "FILE" };

    /// <summary>Makes the command.</summary>
    public PlansCommand()
        : base("Runs every plan of small graphs, and compares the planner's choice with the best of them.")
    {
        Options.Add(_links);
        Options.Add(_graphs);
        Options.Add(_queries);
        Options.Add(_machine);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        MachineProfile machine = parsed.GetValue(_machine) is { } path ? MachineFile.Read(await File.ReadAllBytesAsync(path, cancellation), path) : MachineProfile.Default;
        Console.WriteLine("| graph | link | plans | chosen | expected | measured | best measured | over the best | all on shares |");
        Console.WriteLine("|---|---|---:|---|---:|---:|---:|---:|---:|");
        string[] graphs = parsed.GetValue(_graphs) ?? [];
        foreach (LinkProfile link in parsed.GetValue(_links)!.Select(LinkProfile.Parse))
        {
            foreach ((string name, NetworkModel model, int rows) in SmallGraphs.All.Where(graph => graphs.Length == 0 || graphs.Contains(graph.Name)))
                await CompareAsync(name, model, rows, link, parsed.GetValue(_queries), machine, cancellation);
        }

        Console.WriteLine();
        (int nodes, double first, double warm) = PlanningSeconds(machine);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Planning {nodes} nodes: {warm * 1e3:0.0} ms, and {first * 1e3:0} ms while code is compiled"));
        return 0;
    }

    private static async Task CompareAsync(string name, NetworkModel model, int rows, LinkProfile link, double queries, MachineProfile machine, CancellationToken cancellation)
    {
        var dealer = new InProcessDealer();
        var request = new PlanRequest(link, PlanObjective.Latency with { Queries = queries });
        void Use(SchemeRegistry schemes)
        {
            schemes.PlansFor = request;
            schemes.ClientMachine = machine;
            schemes.ServerMachine = machine;
            schemes.UseCkks(new CkksOptions());
            schemes.UseShares(new SharesOptions { Dealer = dealer, Link = link });
        }

        ModelProgram program = model.Program(rows, Revealed.Scores);
        using var registry = new SchemeRegistry(Party.Client);
        Use(registry);
        SchemeAssignment chosen = Planner.Plan(program.Graph, registry, request).Assignment;
        // Code is compiled before the first one counts.
        _ = await MeasureAsync(program, chosen, Use, request, cancellation);
        SchemeAssignment[] all = [.. Enumerated(program.Graph, registry, request, chosen)];
        var measured = new List<(SchemeAssignment Assignment, double Seconds, double Expected)>();
        foreach (SchemeAssignment assignment in all)
        {
            (double seconds, double expected) = await MeasureAsync(program, assignment, Use, request, cancellation);
            measured.Add((assignment, seconds, expected));
        }

        (_, double mine, double predicted) = measured.First(one => one.Assignment.Equals(chosen));
        double best = measured.Min(one => one.Seconds);
        SchemeAssignment onShares = new PlanSearch(program.Graph, registry, request).OnSharesOnly();
        double shares = measured.First(one => one.Assignment.Equals(onShares)).Seconds;
        string schemes = string.Join("+", chosen.Schemes.Where(scheme => scheme != Scheme.Plain).Distinct().Order());
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {link} | {all.Length} | {schemes} | {predicted * 1e3:0.0} ms | {mine * 1e3:0.0} ms | {best * 1e3:0.0} ms | {((mine / best) - 1) * 100:0.0} % | {shares * 1e3:0.0} ms |"));
    }

    // All plans that can be reached by putting chains into ciphertexts and taking them out, one by one: that is all there are.
    private static HashSet<SchemeAssignment> Enumerated(OpGraph graph, SchemeRegistry registry, PlanRequest request, SchemeAssignment start)
    {
        var search = new PlanSearch(graph, registry, request);
        var seen = new HashSet<SchemeAssignment> { start };
        var open = new Queue<SchemeAssignment>(seen);
        while (open.TryDequeue(out SchemeAssignment? next))
        {
            foreach (SchemeAssignment neighbour in search.Neighbours(next).Where(neighbour => IsPlan(graph, registry, neighbour)))
            {
                if (seen.Add(neighbour))
                {
                    open.Enqueue(neighbour);
                }
            }
        }

        return seen;
    }

    private static bool IsPlan(OpGraph graph, SchemeRegistry registry, SchemeAssignment assignment)
    {
        try
        {
            _ = Planner.Derive(graph, registry, assignment);
            return true;
        }
        catch (ParameterException)
        {
            // Some chains cannot be computed beside others: no plan.
            return false;
        }
    }

    private static async Task<(double Seconds, double Expected)> MeasureAsync(
        ModelProgram program, SchemeAssignment assignment, Action<SchemeRegistry> schemes, PlanRequest request, CancellationToken cancellation)
    {
        await using PlanRehearsal rehearsal = await PlanRehearsal.StartAsync(program, assignment, schemes, ShapedLink.CreatePair(request.Link), cancellation);
        var rows = new double[program.Input.Shape.ElementCount];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = i % 17 / 17.0;
        var walls = new List<double>();
        for (int run = 0; run < Runs; run++)
            walls.Add((await rehearsal.RunAsync(rows, cancellation)).WallSeconds);
        double[] warm = [.. walls.Skip(2).Order()];
        using var registry = new SchemeRegistry(Party.Client);
        schemes(registry);
        double expected = request.Seconds(Planner.Derive(program.Graph, registry, assignment));
        double setUp = request.Objective.Queries > 0 ? rehearsal.SetUpSeconds / request.Objective.Queries : 0;
        return (warm[warm.Length / 2] + setUp, expected);
    }

    // The median of the later half of runs, and the first.
    private static (int Nodes, double First, double Warm) PlanningSeconds(MachineProfile machine)
    {
        ModelProgram program = SmallGraphs.Hundred.Program(1, Revealed.Scores);
        var seconds = new List<double>();
        for (int run = 0; run < PlanningRuns; run++)
        {
            using var registry = new SchemeRegistry(Party.Client) { ClientMachine = machine, ServerMachine = machine };
            registry.UsePaillier();
            registry.UseCkks();
            registry.UseShares(new SharesOptions { Dealer = new InProcessDealer() });
            long started = Stopwatch.GetTimestamp();
            _ = Planner.Plan(program.Graph, registry, LinkProfile.Wan);
            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        double[] warm = [.. seconds.Skip(PlanningRuns / 2).Order()];
        return (program.Graph.Nodes.Count, seconds[0], warm[warm.Length / 2]);
    }
}
