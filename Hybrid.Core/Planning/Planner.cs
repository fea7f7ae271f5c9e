using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>Finds the cheapest plan of a graph.</summary>
/// <remarks>
/// Ops that one party can do by itself in the clear are left to it. Of the others, any chain of linear ops may be computed in ciphertexts;
/// whatever is not is on shares. All choices of such chains are weighed against one another (<see cref="PlanSearch"/>): exactly, as long as
/// the graph is not so wide that <see cref="PlanSearch.MostLabels"/> unfinished choices are worth keeping. An op's cost on shares is that of
/// its own circuit; since ops of a stretch share rounds, the best plan is at last compared with the ones of a single scheme as wholes.
/// </remarks>
public static class Planner
{
    // Plans that are drawn up as a whole in search of a better one: fewer of large graphs, which take longer to draw up.
    private const int MostTries = 24;
    private const int LeastTries = 4;
    private const int TriedOps = 600;

    /// <summary>Plans a graph for the least time.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="registry">The backends and conversions at hand.</param>
    /// <param name="link">What the connection is like.</param>
    /// <param name="pin">The scheme to use for every op that it can compute; the planner chooses where it is null.</param>
    /// <exception cref="ParameterException">No scheme at hand can compute an op: the message names it, and what to do.</exception>
    public static Plan Plan(OpGraph graph, SchemeRegistry registry, LinkProfile link, Scheme? pin = null) => Plan(graph, registry, PlanRequest.Over(link, pin));

    /// <summary>Plans a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="registry">The backends and conversions at hand.</param>
    /// <param name="request">What the plan is made for.</param>
    /// <exception cref="ParameterException">No scheme at hand can compute an op: the message names it, and what to do.</exception>
    public static Plan Plan(OpGraph graph, SchemeRegistry registry, PlanRequest request)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(request);
        if (!graph.Reveals.Any())
        {
            throw new ParameterException(ParameterFault.Unsupported, "Nothing of the graph is revealed, so there is nothing to compute: reveal a value to a party.");
        }

        registry.PlansFor = request;
        RequireNoBareConstant(graph);
        if (registry.Backends.Count == 0)
        {
            throw new ParameterException(ParameterFault.Unsupported, "No scheme is at hand: add one to the session, such as UsePaillier().");
        }

        var search = new PlanSearch(graph, registry, request);
        Plan? onShares = search.MayBeOnShares ? TryBuild(graph, search.OnSharesOnly(), registry) : null;
        if (search.Best() is not { } assignment)
        {
            // Values too wide for an op by itself may still fit a stretch as a whole, cut into limbs.
            return onShares ?? throw search.Refusal();
        }

        Plan best = PlanBuilder.Build(graph, assignment, registry);
        best = onShares is not null && request.Cost(onShares) < request.Cost(best) ? onShares : best;
        return Improved(best, search, registry, request);
    }

    // Ops of a stretch share rounds and ways overlap, which the search does not see: chains are put into ciphertexts or taken out, one at a
    // time, as long as the plan as a whole gets better.
    private static Plan Improved(Plan best, PlanSearch search, SchemeRegistry registry, PlanRequest request)
    {
        int tries = Math.Clamp(TriedOps / Math.Max(1, best.Graph.Nodes.Count), LeastTries, MostTries);
        for (bool better = true; better;)
        {
            better = false;
            foreach (SchemeAssignment other in search.Neighbours(best.Assignment))
            {
                if (tries-- == 0)
                {
                    return best;
                }

                if (TryBuild(best.Graph, other, registry) is { } plan && request.Cost(plan) < request.Cost(best) * (1 - 1e-9))
                {
                    best = plan;
                    better = true;
                    break;
                }
            }
        }

        return best;
    }

    /// <summary>The plan that gives every node the scheme that another party has chosen.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="registry">The backends and conversions at hand.</param>
    /// <param name="assignment">The schemes.</param>
    /// <exception cref="ParameterException">A scheme cannot compute what it was given, or is not at hand.</exception>
    public static Plan Derive(OpGraph graph, SchemeRegistry registry, SchemeAssignment assignment)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(assignment);
        RequireNoBareConstant(graph);
        ImmutableArray<Party?> plain = PlainParts.Of(graph);
        foreach (Node node in graph.Nodes)
        {
            bool mayBePlain = node.Op is InputOp or ConstantOp || plain[node.Id] is not null || node.Op is RevealOp;
            if (assignment[node] == Scheme.Plain && !mayBePlain && new GraphUses(graph).IsNeeded(node))
            {
                throw new ParameterException(ParameterFault.Unsupported, $"{node.Label} is to be computed in the clear, which neither party can: both have a part in it.");
            }

            if (node.Op is InputOp or ConstantOp && assignment[node] != Scheme.Plain)
            {
                throw new ParameterException(ParameterFault.Unsupported, $"{node.Label} is no op, and so in no scheme.");
            }
        }

        return PlanBuilder.Build(graph, assignment, registry);
    }

    // A constant is in no scheme until an op takes it.
    private static void RequireNoBareConstant(OpGraph graph)
    {
        if (graph.Reveals.FirstOrDefault(reveal => reveal.Inputs[0].Op is ConstantOp) is { } reveal)
        {
            throw new ParameterException(
                ParameterFault.Unsupported, $"{reveal.Label} would reveal {reveal.Inputs[0].Label}, a constant of which nothing has been computed: reveal what an op makes of it.");
        }
    }

    private static Plan? TryBuild(OpGraph graph, SchemeAssignment assignment, SchemeRegistry registry)
    {
        try
        {
            return PlanBuilder.Build(graph, assignment, registry);
        }
        catch (ParameterException)
        {
            // One scheme need not be able to do it all.
            return null;
        }
    }
}
