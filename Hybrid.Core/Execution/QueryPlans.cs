using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>How a client has queries computed: a plan for each number of rows, with the program it came from.</summary>
internal sealed class QueryPlans(Channel channel, SessionOptions options, SchemeRegistry registry, ModelCard card)
{
    private const string Peer = "server";
    private const int Kept = 64;

    private readonly Dictionary<int, ModelProgram> _programs = [];
    private readonly Dictionary<int, QueryPlan> _plans = [];

    /// <summary>The plan of so many rows. A network's graph is asked of the server, once.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ParameterException">No scheme at hand can compute it.</exception>
    public async Task<QueryPlan> OfAsync(int rows, CancellationToken cancellation)
    {
        if (_plans.TryGetValue(rows, out QueryPlan? known))
        {
            return known;
        }

        if (!_programs.TryGetValue(rows, out ModelProgram? program))
        {
            program = card.RowShape is null ? card.Program(rows, options.Revealed) : await GraphAsync(rows, cancellation).ConfigureAwait(false);
            MakeRoom(_programs);
            _programs.Add(rows, program);
        }

        var request = new PlanRequest(options.Link, options.Objective, options.Pin) { Among = registry.SetUp.Count > 0 ? registry.SetUp : null };
        known = new QueryPlan(program, Planner.Plan(program.Graph, registry, request));
        MakeRoom(_plans);
        _plans.Add(rows, known);
        return known;
    }

    /// <summary>Has plans made anew: what they follow from, as keys, has changed.</summary>
    public void ForgetPlans() => _plans.Clear();

    private static void MakeRoom<T>(Dictionary<int, T> kept)
    {
        if (kept.Count == Kept)
        {
            kept.Clear();
        }
    }

    private async Task<ModelProgram> GraphAsync(int rows, CancellationToken cancellation)
    {
        await channel.SendAsync(SessionMessages.Query, QueryMessage.ForGraph(rows, options.Revealed).Write(), cancellation).ConfigureAwait(false);
        using ReceivedFrame frame = await channel.ReceiveAsync(SessionMessages.Graph, GraphLimits.MaximumBytes, cancellation).ConfigureAwait(false);
        ModelProgram program = ModelProgram.Of(GraphFormat.Read(frame.Payload, "The server's graph"), new Dictionary<int, ConstantBinding>());
        int width = options.Revealed == Revealed.Label ? 1 : card.Outputs;
        return program.Input.Shape is { Rank: > 0 } shape && shape[0] == rows && shape.ElementCount == rows * card.FeatureCount && program.Result.Shape.ElementCount == rows * width
            ? program
            : throw new ProtocolException(Peer, SessionMessages.Graph.Name!, $"sent a graph from {program.Input.Shape} to {program.Result.Shape} for {rows} rows of {card.FeatureCount} numbers and {width} results");
    }
}

/// <summary>The plan of a query, and whether the server is known to have come to the same.</summary>
/// <param name="Program">What is computed.</param>
/// <param name="Plan">How.</param>
internal sealed record QueryPlan(ModelProgram Program, Plan Plan)
{
    /// <summary>The plan's hash.</summary>
    public byte[] Hash { get; } = Plan.Hash();

    /// <summary>Whether the server has come to it: if not, nothing secret is sent before it has.</summary>
    public bool IsAgreed { get; set; }
}
