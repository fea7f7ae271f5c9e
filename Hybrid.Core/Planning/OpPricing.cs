using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>What the ops of a graph would cost in schemes other than those a plan has chosen.</summary>
internal sealed class OpPricing(OpGraph graph, SchemeRegistry registry, PlanRequest request, Plan plan)
{
    private readonly GraphUses _uses = new(graph);
    private readonly ImmutableArray<Party?> _plain = PlainParts.Of(graph);

    /// <summary>The plan that was chosen.</summary>
    public Plan Plan => plan;

    /// <summary>What it was made for.</summary>
    public PlanRequest Request => request;

    /// <summary>The schemes at hand.</summary>
    public IEnumerable<Scheme> Schemes => registry.Backends.Select(backend => backend.Scheme).Where(request.Allows).Order();

    /// <summary>Who can compute an op by itself; null if neither party can.</summary>
    public Party? Owner(Node op) => _plain[op.Id];

    /// <summary>The op in every scheme at hand.</summary>
    public ImmutableArray<SchemeAlternative> Alternatives(Node op) => [.. Schemes.Select(scheme => Alternative(op, scheme))];

    private SchemeAlternative Alternative(Node op, Scheme scheme)
    {
        Quote? alone = scheme == Scheme.Shares ? OnShares(op) : Encrypted(op, scheme);
        bool isChosen = plan.Assignment[op] == scheme;
        Plan? best = isChosen ? plan : alone is not null || MayBeInChain(op, scheme) ? TryPlan(op, scheme) : null;
        return new SchemeAlternative(scheme, alone ?? (best is null ? null : Within(best, op)), best) { StandsAlone = alone is not null };
    }

    // Ciphertexts may hold what an op gives, where more ops follow in them, and no other scheme take it from there.
    private static bool MayBeInChain(Node op, Scheme scheme) =>
        CipherChain.IsCipher(scheme) && op.Op is (MatMulOp or Conv2dOp or AddOp) && op.Inputs.Skip(1).All(input => input.Op is ConstantOp);

    // What a step that an op is part of says of it, where the op cannot stand alone.
    private Quote? Within(Plan whole, Node op)
    {
        Node there = whole.Graph.Nodes[op.Id];
        PlanStep? step = whole.Steps.FirstOrDefault(step => !step.IsConversion && step.Stretch.Ops.Contains(there));
        return step is null ? null : registry.Backend(step.To)?.Quote(there, step.Stretch);
    }

    private Quote? OnShares(Node op)
    {
        var stretch = new Stretch([op], [op]);
        if (registry.Backend(Scheme.Shares)?.Quote(op, stretch) is not { } sum)
        {
            return null;
        }

        foreach (Node entry in stretch.Entries.Where(entry => _plain[entry.Id] is not null))
        {
            if (registry.Conversion(Scheme.Plain, Scheme.Shares)?.Quote(entry, stretch) is not { } sharing)
            {
                return null;
            }

            sum += sharing;
        }

        foreach (Node reveal in _uses.Of(op).Where(use => use.Op is RevealOp))
        {
            if (registry.Conversion(Scheme.Shares, Scheme.Plain)?.Quote(reveal, stretch) is not { } opening)
            {
                return null;
            }

            sum += opening;
        }

        return sum;
    }

    private Quote? Encrypted(Node op, Scheme scheme)
    {
        Node entry = op.Inputs[0];
        if (entry.Op is ConstantOp || _plain[entry.Id] == Party.Server)
        {
            return null;
        }

        CipherChain chain = CipherChain.Of([op], scheme, _plain[entry.Id] == Party.Client ? Scheme.Plain : Scheme.Shares, _uses);
        return chain.Quotes(registry, _uses) is { } quotes ? quotes.Aggregate((sum, quote) => sum + quote) : null;
    }

    private Plan? TryPlan(Node op, Scheme scheme)
    {
        try
        {
            // A pin of the whole graph would leave no choice for the others.
            Plan other = Planner.Plan(PinnedCopy.Of(graph, op, scheme), registry, request);
            return other.Assignment[op] == scheme ? other : null;
        }
        catch (ParameterException)
        {
            return null;
        }
    }
}
