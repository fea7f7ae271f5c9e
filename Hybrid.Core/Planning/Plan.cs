using System.Collections.Immutable;
using System.Runtime.InteropServices;
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
    internal Plan(OpGraph graph, SchemeAssignment assignment, ImmutableArray<PlanStep> steps, Quote setUp = default)
    {
        Graph = graph;
        Assignment = assignment;
        Steps = steps;
        SetUp = setUp;
        Quote = steps.Aggregate(Quote.Free, (sum, step) => sum + step.Quote);
    }

    /// <summary>What is computed.</summary>
    public OpGraph Graph { get; }

    /// <summary>The scheme of every op.</summary>
    public SchemeAssignment Assignment { get; }

    /// <summary>The steps.</summary>
    public ImmutableArray<PlanStep> Steps { get; }

    /// <summary>What all steps together are expected to cost; for the time that takes see <see cref="Seconds"/>.</summary>
    public Quote Quote { get; }

    /// <summary>About what the session's set-up costs, once for all queries: keys, and weights that are sent masked.</summary>
    public Quote SetUp { get; }

    /// <summary>The schemes other than plain that the plan uses.</summary>
    public IEnumerable<Scheme> Schemes => Steps.SelectMany(step => new[] { step.From, step.To }).Where(scheme => scheme != Scheme.Plain).Distinct();

    /// <summary>Ways between the parties that are waited for until all that is revealed is where it belongs.</summary>
    public int Flights
    {
        get
        {
            (int client, int server) = Quote.Ways.After(0, 0);
            return Graph.Reveals.Max(reveal => ((RevealOp)reveal.Op).To == Party.Client ? client : server);
        }
    }

    /// <summary>Seconds from start to end over a link, as expected: steps compute and send one after the other, and overlap where they only wait.</summary>
    public double Seconds(LinkProfile link)
    {
        ArgumentNullException.ThrowIfNull(link);
        return Steps.Sum(step => link.Latency(step.Quote) - (step.Quote.Flights * link.WaySeconds)) + (Flights * link.WaySeconds) + DealerSeconds(link);
    }

    /// <summary>Seconds of these in which steps wait for what a dealer sends: it sends all the while, and no step ends before what it draws is there.</summary>
    public double DealerSeconds(LinkProfile link)
    {
        ArgumentNullException.ThrowIfNull(link);
        (double run, double dealt, double wait) = (0, 0, 0);
        foreach (Quote quote in Steps.Select(step => step.Quote))
        {
            run += link.Latency(quote);
            dealt += quote.DealtSeconds;
            wait = quote.DealtSeconds > 0 ? Math.Max(wait, dealt - run) : wait;
        }

        return wait;
    }

    /// <summary>
    /// SHA-256 of nodes and steps, with who brings, knows and learns what, and of public constants; without the quotes, which may differ
    /// from machine to machine.
    /// </summary>
    public byte[] Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(ToString()));
        foreach (Node node in Graph.Nodes)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{node.Op} of {string.Join(", ", node.Inputs.Select(input => input.Id))} in [{node.Range.Low}, {node.Range.High}]\n"));
            if (node.PublicIntegers is { } integers)
            {
                hash.AppendData(MemoryMarshal.AsBytes(integers.Span));
            }
        }

        return hash.GetHashAndReset();
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
