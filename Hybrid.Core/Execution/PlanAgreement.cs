using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>How a server comes to the plan that its client has chosen, before anything secret moves.</summary>
internal static class PlanAgreement
{
    /// <summary>Derives the plan from the client's choice of schemes, and compares its hash with the client's.</summary>
    /// <param name="graph">What is computed, as this party has it.</param>
    /// <param name="registry">The schemes at hand.</param>
    /// <param name="query">What the client sent.</param>
    /// <param name="client">What messages call it.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="ProtocolException">The client has another graph or plan, or wants a scheme that is not offered.</exception>
    /// <exception cref="ParameterException">A scheme cannot compute what the client wants of it.</exception>
    public static Plan Require(OpGraph graph, SchemeRegistry registry, QueryMessage query, string client, StepTag step)
    {
        if (SchemeAssignment.TryRead(graph, query.Assignment.Span) is not { } assignment)
        {
            throw new ProtocolException(client, step.Name!, "has another graph: use the same program or model, and the same release, on both sides");
        }

        foreach (Scheme scheme in assignment.Schemes.Distinct().Where(scheme => scheme != Scheme.Plain))
        {
            if (registry.Backend(scheme) is null)
            {
                throw new ProtocolException(client, step.Name!, $"asked for {scheme}, which this server does not offer{(scheme == Scheme.Shares ? ", for it has no dealer" : string.Empty)}");
            }
        }

        Plan plan = Planner.Derive(graph, registry, assignment);
        return plan.Hash().AsSpan().SequenceEqual(query.Hash.Span)
            ? plan
            : throw new ProtocolException(client, step.Name!, "has another plan: use the same program or model, and the same release, on both sides");
    }
}
