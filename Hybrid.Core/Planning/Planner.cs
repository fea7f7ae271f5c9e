using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>
/// Finds the cheapest plan of a chain: one input, ops that each take the value before and a constant, one reveal. Exact:
/// of all ways to cut the chain into stretches of one scheme, the one of least latency over the link.
/// </summary>
public static class Planner
{
    /// <summary>Plans a graph.</summary>
    /// <param name="graph">A chain.</param>
    /// <param name="registry">The backends and conversions at hand.</param>
    /// <param name="link">What the connection is like.</param>
    /// <param name="pin">The scheme to use for every op; the planner chooses where it is null.</param>
    /// <exception cref="ParameterException">The graph is no chain, or no scheme at hand can compute it.</exception>
    public static Plan Plan(OpGraph graph, SchemeRegistry registry, LinkProfile link, Scheme? pin = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(link);
        ImmutableArray<Node> chain = Chain(graph);
        Scheme[] schemes = pin is { } pinned ? [pinned] : [.. registry.Backends.Select(backend => backend.Scheme)];

        // best[i, s]: the cheapest way to have ops 1 … i done, the last of them in scheme s.
        int ops = chain.Length - 2;
        var best = new Candidate?[ops + 1, schemes.Length];
        for (int end = 1; end <= ops; end++)
        {
            for (int s = 0; s < schemes.Length; s++)
            {
                for (int start = 1; start <= end; start++)
                {
                    Consider(ref best[end, s], chain, registry, link, start, end, schemes[s], start == 1 ? [null] : Previous(best, start - 1, s));
                }
            }
        }

        Candidate? whole = null;
        for (int s = 0; s < schemes.Length; s++)
        {
            if (best[ops, s] is { } last && (whole is null || last.Cost < whole.Cost))
            {
                whole = last;
            }
        }

        return whole is null
            ? throw new ParameterException(ParameterFault.Unsupported, Unsupported(schemes, chain))
            : new Plan(graph, Steps(chain, whole), (RevealOp)chain[^1].Op);
    }

    // A stretch of ops start … end in one scheme, what came before it, and what it all costs up to here; the last one's way
    // out is part of it, since that depends on the stretch's room.
    private sealed record Candidate(int Start, int End, Scheme Scheme, Stretch Stretch, Quote Entry, ImmutableArray<Quote> Ops, Quote Exit, double Cost, Candidate? Before);

    private static IEnumerable<Candidate?> Previous(Candidate?[,] best, int end, int except)
    {
        for (int s = 0; s < best.GetLength(1); s++)
        {
            if (s != except && best[end, s] is { } candidate)
            {
                yield return candidate;
            }
        }
    }

    private static void Consider(
        ref Candidate? best, ImmutableArray<Node> chain, SchemeRegistry registry, LinkProfile link, int start, int end, Scheme scheme, IEnumerable<Candidate?> before)
    {
        var stretch = new Stretch(chain[(start - 1)..(end + 1)]);
        var quotes = ImmutableArray.CreateBuilder<Quote>();
        double cost = 0;
        for (int i = start; i <= end; i++)
        {
            if (registry.Backend(scheme)?.Quote(chain[i], stretch) is not { } quote)
            {
                return;
            }

            quotes.Add(quote);
            cost += link.Latency(quote);
        }

        Quote exit = Quote.Free;
        if (end == chain.Length - 2)
        {
            if (registry.Conversion(scheme, Scheme.Plain)?.Quote(chain[^1], stretch) is not { } quote)
            {
                return;
            }

            exit = quote;
            cost += link.Latency(exit);
        }

        foreach (Candidate? previous in before)
        {
            if (registry.Conversion(previous?.Scheme ?? Scheme.Plain, scheme)?.Quote(chain[start - 1], stretch) is { } entry)
            {
                double total = cost + link.Latency(entry) + (previous?.Cost ?? 0);
                if (best is null || total < best.Cost)
                {
                    best = new Candidate(start, end, scheme, stretch, entry, quotes.ToImmutable(), exit, total, previous);
                }
            }
        }
    }

    private static ImmutableArray<PlanStep> Steps(ImmutableArray<Node> chain, Candidate last)
    {
        var candidates = new Stack<Candidate>();
        for (Candidate? candidate = last; candidate is not null; candidate = candidate.Before)
        {
            candidates.Push(candidate);
        }

        var steps = ImmutableArray.CreateBuilder<PlanStep>();
        Scheme held = Scheme.Plain;
        foreach (Candidate candidate in candidates)
        {
            steps.Add(new PlanStep(steps.Count, chain[candidate.Start - 1], held, candidate.Scheme, candidate.Stretch, candidate.Entry));
            held = candidate.Scheme;
            for (int i = candidate.Start; i <= candidate.End; i++)
            {
                steps.Add(new PlanStep(steps.Count, chain[i], held, held, candidate.Stretch, candidate.Ops[i - candidate.Start]));
            }
        }

        steps.Add(new PlanStep(steps.Count, chain[^1], held, Scheme.Plain, last.Stretch, last.Exit));
        return steps.ToImmutable();
    }

    // The nodes that are no constants, checked to follow one another from an input to a reveal.
    private static ImmutableArray<Node> Chain(OpGraph graph)
    {
        ImmutableArray<Node> chain = [.. graph.Nodes.Where(node => node.Op is not ConstantOp)];
        bool isChain = chain.Length >= 3 && chain[0].Op is InputOp && chain[^1].Op is RevealOp;
        for (int i = 1; isChain && i < chain.Length; i++)
        {
            isChain = chain[i].Op is not InputOp
                && (chain[i].Op is RevealOp) == (i == chain.Length - 1)
                && chain[i].Inputs[0] == chain[i - 1]
                && chain[i].Inputs.Skip(1).All(input => input.Op is ConstantOp);
        }

        return isChain
            ? chain
            : throw new ParameterException(ParameterFault.Unsupported, "Only chains can be planned so far: one input, ops on it with constants, one reveal at the end.");
    }

    private static string Unsupported(Scheme[] schemes, ImmutableArray<Node> chain) => schemes.Length == 0
        ? "No scheme is at hand: add one to the session, such as UsePaillier()."
        : $"{string.Join(" or ", schemes)} cannot compute {string.Join(", ", chain.Skip(1).SkipLast(1).Select(node => node.Op.Name).Distinct())} with values of {chain.Max(node => node.Bits)} bits: choose another scheme, fewer fraction bits or a longer key.";
}
