using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>
/// Why a plan is as it is: for every op its scheme, what it would cost in the others, and why it is in none of them. What it says of other
/// schemes comes from plans that have the op there, so it holds for whole plans and not just for single ops.
/// </summary>
public sealed class PlanExplanation
{
    private const int MostListed = 4;

    private PlanExplanation(Plan plan, PlanRequest request, ImmutableArray<OpExplanation> ops)
    {
        Plan = plan;
        Request = request;
        Ops = ops;
    }

    /// <summary>The chosen plan.</summary>
    public Plan Plan { get; }

    /// <summary>What it was made for.</summary>
    public PlanRequest Request { get; }

    /// <summary>The needed ops, in order; inputs, constants and reveals are none.</summary>
    public ImmutableArray<OpExplanation> Ops { get; }

    /// <summary>Seconds from start to end, as expected, by where they go.</summary>
    public PlanTime Time => PlanTime.Of(Plan, Request.Link);

    /// <summary>Plans a graph and explains the plan. Plans once more for each op and scheme that could compute it: about a
    /// millisecond each for linear models, seconds together for networks of dozens of layers.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="registry">The backends and conversions at hand.</param>
    /// <param name="request">What the plan is made for.</param>
    /// <exception cref="ParameterException">No scheme at hand can compute an op, or a pin cannot be honoured: the message names the op.</exception>
    public static PlanExplanation Of(OpGraph graph, SchemeRegistry registry, PlanRequest request)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(request);
        Plan plan = Planner.Plan(graph, registry, request);
        var pricing = new OpPricing(graph, registry, request, plan);
        var uses = new GraphUses(graph);
        return new PlanExplanation(plan, request, [.. graph.Nodes.Where(node => IsOp(node) && uses.IsNeeded(node)).Select(op => Explain(op, pricing))]);
    }

    /// <summary>What a step is for, as the end of a sentence.</summary>
    public static string Purpose(PlanStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return (step.From, step.To) switch
        {
            _ when !step.IsConversion => $"computes {Listed(step.Stretch.Ops)}",
            (_, Scheme.Plain) => $"opens {step.Node.Label} to the {(step.Node.Op is RevealOp reveal ? reveal.To : Party.Client).Name()}",
            (Scheme.Plain, Scheme.Shares) => $"shares {step.Node.Label}",
            (Scheme.Plain, _) => $"encrypts {step.Node.Label}",
            (Scheme.Shares, _) => $"encrypts shares of {step.Node.Label}",
            _ => $"turns {step.Node.Label} into shares",
        };
    }

    private static string Listed(ReadOnlySpan<Node> ops) => ops.Length <= MostListed
        ? string.Join(", ", ops.ToArray().Select(op => op.Label))
        : $"{ops.Length} ops, {ops[0].Label} to {ops[^1].Label}";

    private static bool IsOp(Node node) => node.Op is not (InputOp or ConstantOp or RevealOp);

    private static OpExplanation Explain(Node op, OpPricing pricing)
    {
        Scheme scheme = pricing.Plan.Assignment[op];
        PlanStep? step = pricing.Plan.Steps.FirstOrDefault(step => !step.IsConversion && step.Stretch.Ops.Contains(op));
        ImmutableArray<SchemeAlternative> alternatives = scheme == Scheme.Plain ? [] : pricing.Alternatives(op);
        var explanation = new OpExplanation(op, scheme, step, alternatives, string.Empty, RoundingError.Added(op, pricing.Plan.Assignment));
        return explanation with { Why = PlanReasons.Why(explanation, pricing) };
    }
}
