using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>
/// The steps that compute a graph, in order: the scheme of every op and the conversions between them. Both parties derive
/// the same one and compare its hash before anything secret moves.
/// </summary>
public sealed class Plan
{
    internal Plan(OpGraph graph, ImmutableArray<PlanStep> steps, RevealOp reveal)
    {
        Graph = graph;
        Steps = steps;
        RevealedTo = reveal.To;
        Quote = steps.Aggregate(Quote.Free, (sum, step) => sum + step.Quote);
    }

    /// <summary>What is computed.</summary>
    public OpGraph Graph { get; }

    /// <summary>The steps.</summary>
    public ImmutableArray<PlanStep> Steps { get; }

    /// <summary>Who learns the result.</summary>
    public Party RevealedTo { get; }

    /// <summary>What the whole plan is expected to cost.</summary>
    public Quote Quote { get; }

    /// <summary>The schemes other than plain that the plan uses.</summary>
    public IEnumerable<Scheme> Schemes => Steps.Select(step => step.To).Where(scheme => scheme != Scheme.Plain).Distinct();

    /// <summary>
    /// SHA-256 of nodes and steps, with who brings, knows and learns what; without the quotes, which may differ from machine
    /// to machine.
    /// </summary>
    public byte[] Hash()
    {
        var text = new StringBuilder(ToString());
        foreach (Node node in Graph.Nodes)
        {
            text.Append(node.Op).Append(" of ").AppendJoin(", ", node.Inputs.Select(input => input.Id)).Append('\n');
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Nodes and steps, a line each.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (Node node in Graph.Nodes)
        {
            text.Append("node ").Append(node).Append('\n');
        }

        foreach (PlanStep step in Steps)
        {
            text.Append("step ").Append(step).Append('\n');
        }

        return text.ToString();
    }
}
