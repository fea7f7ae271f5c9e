using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>The plans that a server has come to in one session: derived at a client's first query by each, and known from then on.</summary>
internal sealed class AgreedPlans(SchemeRegistry registry, string client)
{
    // A client asks for a few sizes of queries; a hostile one for many.
    private const int PlansKept = 64;

    private readonly Dictionary<(int Rows, Revealed Revealed, string Hash), Plan> _plans = [];

    /// <summary>The plan of a query.</summary>
    /// <param name="graph">What is computed, of as many rows as the query has.</param>
    /// <param name="query">What the client sent.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="ProtocolException">The client has another graph or plan, or wants a scheme that is not offered.</exception>
    /// <exception cref="ParameterException">A scheme cannot compute what the client wants of it.</exception>
    public Plan Require(OpGraph graph, QueryMessage query, StepTag step)
    {
        (int Rows, Revealed Revealed, string Hash) key = (query.Rows, query.Revealed, Convert.ToHexString(query.Hash.Span));
        if (!_plans.TryGetValue(key, out Plan? plan))
        {
            plan = PlanAgreement.Require(graph, registry, query, client, step);
            if (_plans.Count == PlansKept)
            {
                _plans.Clear();
            }

            _plans.Add(key, plan);
        }

        return plan;
    }
}
