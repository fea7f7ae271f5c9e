using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>
/// Everything any party learns from a plan, drawn up before the plan runs. A step that opens a value must find it here.
/// </summary>
public sealed class DisclosureLedger
{
    private readonly ImmutableArray<Disclosure> _entries;
    private readonly Plan _plan;

    /// <summary>Draws up the ledger of a plan.</summary>
    /// <param name="plan">The plan: each of its reveals is an entry.</param>
    /// <param name="others">What the parties have told one another besides: set-up, public descriptions.</param>
    public DisclosureLedger(Plan plan, params ReadOnlySpan<Disclosure> others)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _plan = plan;
        var entries = ImmutableArray.CreateBuilder<Disclosure>();
        entries.AddRange(others);
        foreach (Node node in plan.Graph.Nodes)
        {
            if (node.Op is RevealOp reveal)
            {
                entries.Add(new Disclosure(
                    reveal.To,
                    node.Label,
                    node.Shape.ToString(),
                    node.Bits,
                    $"the computation's result, with {node.FractionBits} fraction bits; {Carrier(plan, node)}, so it tells nothing else"));
            }
        }

        _entries = entries.ToImmutable();
    }

    // What hides all but the result on its way.
    private static string Carrier(Plan plan, Node reveal) => plan.Assignment[reveal] == Scheme.Plain
        ? "made of its own inputs alone"
        : plan.Assignment[reveal] == Scheme.Shares || plan.Steps.Any(step => step.Node == reveal && step.From == Scheme.Shares)
        ? $"the {((RevealOp)reveal.Op).To.Other().Name()}'s share, which carries it, follows from it and the {((RevealOp)reveal.Op).To.Name()}'s own"
        : "what carries it is re-randomised";

    /// <summary>The entries.</summary>
    public IReadOnlyList<Disclosure> Entries => _entries;

    /// <summary>Called by a step before it opens a value.</summary>
    /// <exception cref="InvalidOperationException">The value is not on the ledger for this party.</exception>
    public void RequireListed(PlanStep step, Party learner)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.Node.Op is not RevealOp reveal || reveal.To != learner || !_plan.Steps.Contains(step))
        {
            throw new InvalidOperationException($"{step.Node.Label} is not on the ledger for the {learner.Name()}, so it is not opened.");
        }
    }
}
