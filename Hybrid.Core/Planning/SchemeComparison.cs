using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>The plan of a graph beside the plans that use one scheme wherever it can be used.</summary>
public sealed class SchemeComparison
{
    private SchemeComparison(PlanExplanation chosen, ImmutableArray<PlanVariant> variants)
    {
        Chosen = chosen;
        Variants = variants;
    }

    /// <summary>The name of the chosen plan among the variants.</summary>
    public const string ChosenName = "chosen";

    /// <summary>The chosen plan, op by op and with what every op would cost elsewhere.</summary>
    public PlanExplanation Chosen { get; }

    /// <summary>All in Paillier, all in CKKS, each with what it cannot compute on shares; all on shares; and the chosen plan, which is last.</summary>
    public ImmutableArray<PlanVariant> Variants { get; }

    /// <summary>Compares. An op's own pin holds in every variant.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="registry">The backends and conversions at hand.</param>
    /// <param name="request">What the chosen plan is made for.</param>
    /// <exception cref="ParameterException">There is no plan to choose: the message names the op.</exception>
    public static SchemeComparison Of(OpGraph graph, SchemeRegistry registry, PlanRequest request)
    {
        PlanExplanation chosen = PlanExplanation.Of(graph, registry, request);
        var variants = new List<PlanVariant>();
        foreach (Scheme scheme in new[] { Scheme.Paillier, Scheme.Ckks, Scheme.Shares })
            variants.Add(Marked(Uniform(graph, registry, request, scheme), registry, variants));
        variants.Add(Marked(new PlanVariant(ChosenName, null, chosen.Plan, null), registry, variants));
        return new SchemeComparison(chosen, [.. variants]);
    }

    private static PlanVariant Uniform(OpGraph graph, SchemeRegistry registry, PlanRequest request, Scheme scheme)
    {
        string name = $"all-{scheme.ToString().ToLowerInvariant()}";
        try
        {
            Plan plan = Planner.Plan(graph, registry, request with { Pin = scheme });
            bool isUsed = plan.Assignment.Schemes.Contains(scheme);
            return isUsed
                ? new PlanVariant(name, scheme, plan, null)
                : new PlanVariant(name, scheme, null, $"{scheme} cannot compute any op of this graph.");
        }
        catch (ParameterException refusal)
        {
            return new PlanVariant(name, scheme, null, refusal.Message);
        }
    }

    private static PlanVariant Marked(PlanVariant variant, SchemeRegistry registry, List<PlanVariant> before) => variant.Plan is not { } plan ? variant : variant with
    {
        Error = RoundingError.Of(plan.Graph, plan.Assignment),
        BytesDealt = plan.Schemes.Select(scheme => registry.Backend(scheme)?.BytesToDeal(plan)).Aggregate((long?)null, (sum, bytes) => bytes is null ? sum : (sum ?? 0) + bytes),
        SameAs = before.Find(other => other.Plan is not null && other.Plan.Assignment.Equals(plan.Assignment))?.Name,
    };
}
