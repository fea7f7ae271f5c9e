using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>
/// The steps of a graph whose ops have been given schemes. Ops in the clear come first. Then, turn by turn, chains in ciphertexts and, as one
/// stretch so that they share rounds, all ops on shares that wait for nothing else: an op's turn is the number of times that the way to it
/// leaves ciphertexts for shares.
/// </summary>
internal sealed class PlanBuilder
{
    private readonly OpGraph _graph;
    private readonly SchemeAssignment _assignment;
    private readonly SchemeRegistry _registry;
    private readonly GraphUses _uses;
    private readonly ImmutableArray<PlanStep>.Builder _steps = ImmutableArray.CreateBuilder<PlanStep>();
    private readonly HashSet<int> _shared = [];
    private readonly int[] _turns;
    private readonly Dictionary<int, CipherChain> _chains = [];

    private PlanBuilder(OpGraph graph, SchemeAssignment assignment, SchemeRegistry registry)
    {
        _graph = graph;
        _assignment = assignment;
        _registry = registry;
        _uses = new GraphUses(graph);
        _turns = new int[graph.Nodes.Count];
    }

    /// <summary>Derives the plan.</summary>
    /// <param name="graph">What is computed.</param>
    /// <param name="assignment">The scheme of every node.</param>
    /// <param name="registry">The backends and conversions at hand.</param>
    /// <exception cref="ParameterException">A scheme that an op was given cannot compute it: the message names the op.</exception>
    public static Plan Build(OpGraph graph, SchemeAssignment assignment, SchemeRegistry registry) =>
        new PlanBuilder(graph, assignment, registry).Build();

    private Plan Build()
    {
        FindChains();
        FindTurns();
        Consider(scheme => [.. _chains.Values.Where(chain => chain.Scheme == scheme).Select(chain => chain.Stretch)]);
        try
        {
            AddSteps();
        }
        finally
        {
            Consider(_ => []);
        }

        ImmutableArray<PlanStep> steps = _steps.ToImmutable();
        return new Plan(_graph, _assignment, steps, _registry.QuoteSetUp(steps));
    }

    // Chains of a scheme share its keys.
    private void Consider(Func<Scheme, IReadOnlyList<Stretch>> together)
    {
        foreach (IBackend backend in _registry.Backends.Where(backend => CipherChain.IsCipher(backend.Scheme)))
            backend.Consider(together(backend.Scheme));
    }

    private void AddSteps()
    {
        AddPlain();
        for (int turn = 0; turn <= _turns.Max(); turn++)
        {
            foreach (CipherChain chain in _chains.Values.Where(chain => _turns[chain.Last.Id] == turn).OrderBy(chain => chain.Last.Id))
                AddChain(chain);
            AddShares(turn);
        }
    }

    private Scheme Of(Node node) => _assignment[node];

    private bool IsOp(Node node) => node.Op is not (InputOp or ConstantOp or RevealOp) && _uses.IsNeeded(node);

    // Every op in ciphertexts belongs to the longest chain of its scheme that it is in.
    private void FindChains()
    {
        var done = new HashSet<int>();
        foreach (Node node in _graph.Nodes)
        {
            if (!CipherChain.IsCipher(Of(node)) || !IsOp(node) || !done.Add(node.Id))
            {
                continue;
            }

            var nodes = new List<Node> { node };
            while (_uses.Follower(nodes[^1]) is { } next && Of(next) == Of(node) && next.Op is not RevealOp)
            {
                nodes.Add(next);
                done.Add(next.Id);
            }

            CipherChain chain = CipherChain.Of([.. nodes], Of(node), Of(node.Inputs[0]), _uses);
            _chains.Add(chain.Last.Id, chain);
        }
    }

    private void FindTurns()
    {
        Dictionary<int, CipherChain> byFirst = _chains.Values.ToDictionary(chain => chain.Ops[0].Id);
        var inside = new HashSet<int>(_chains.Values.SelectMany(chain => chain.Ops).Select(op => op.Id));
        foreach (Node node in _graph.Nodes.Where(node => node.Op is not ConstantOp))
        {
            int turn = 0;
            foreach (Node input in node.Inputs.Where(input => input.Op is not ConstantOp))
            {
                bool leavesCiphers = CipherChain.IsCipher(Of(input)) && !CipherChain.IsCipher(Of(node)) && node.Op is not RevealOp;
                bool entersCiphers = Of(input) == Scheme.Shares && CipherChain.IsCipher(Of(node));
                bool changesCiphers = CipherChain.IsCipher(Of(input)) && byFirst.ContainsKey(node.Id);
                turn = Math.Max(turn, _turns[input.Id] + (leavesCiphers || entersCiphers || changesCiphers ? 1 : 0));
            }

            _turns[node.Id] = turn;
        }
    }

    private void AddPlain()
    {
        ImmutableArray<Party?> owners = PlainParts.Of(_graph);
        foreach (Node reveal in _graph.Reveals.Where(reveal => owners[reveal.Inputs[0].Id] is { } owner && Of(reveal) == Scheme.Plain && owner != ((RevealOp)reveal.Op).To))
        {
            throw new ParameterException(
                ParameterFault.Unsupported,
                $"{reveal.Inputs[0].Label} is what the {owners[reveal.Inputs[0].Id]!.Value.Name()} brings or makes of its own inputs alone; to reveal it to the {((RevealOp)reveal.Op).To.Name()} would show them as they are: leave it out, or have the {((RevealOp)reveal.Op).To.Name()} bring it.");
        }

        // What a party reveals to itself it just keeps.
        ImmutableArray<Node> ops = [.. _graph.Nodes.Where(node => Of(node) == Scheme.Plain && (IsOp(node) || node.Op is RevealOp))];
        ImmutableArray<Node> exits = [.. ops.Where(op => op.Op is RevealOp || _uses.Of(op).Any(use => Of(use) != Scheme.Plain))];
        if (!exits.IsEmpty)
        {
            AddStep(ops[^1], Scheme.Plain, Scheme.Plain, new Stretch(ops, exits), Quote.Free);
        }
    }

    private void AddChain(CipherChain chain)
    {
        IBackend backend = _registry.Backend(chain.Scheme) ?? throw NoBackend(chain.Scheme, chain.Last);
        if (chain.Ops.FirstOrDefault(op => op.SecretInput is not null || op.Inputs[0].Op is ConstantOp) is { } unable)
        {
            throw Unable(unable, backend);
        }

        Convert(chain.Entry, chain.Before, chain.Scheme, chain.Stretch);
        Quote quote = Quote.Free;
        foreach (Node op in chain.Ops)
            quote += backend.Quote(op, chain.Stretch) ?? throw Unable(op, backend);
        AddStep(chain.Last, chain.Scheme, chain.Scheme, chain.Stretch, quote);
        if (chain.After == Scheme.Plain)
        {
            Convert(_uses.Of(chain.Last).Single(), chain.Scheme, Scheme.Plain, chain.Stretch);
            return;
        }

        Convert(chain.Last, chain.Scheme, Scheme.Shares, chain.Stretch);
        _shared.Add(chain.Last.Id);
        foreach (Node reveal in _uses.Of(chain.Last).Where(use => use.Op is RevealOp))
            Convert(reveal, Scheme.Shares, Scheme.Plain, chain.Stretch);
    }

    private void AddShares(int turn)
    {
        ImmutableArray<Node> ops = [.. _graph.Nodes.Where(node => Of(node) == Scheme.Shares && IsOp(node) && _turns[node.Id] == turn)];
        if (ops.IsEmpty)
        {
            return;
        }

        IBackend backend = _registry.Backend(Scheme.Shares) ?? throw NoBackend(Scheme.Shares, ops[0]);
        HashSet<Node> inside = [.. ops];
        ImmutableArray<Node> exits = [.. ops.Where(op => _uses.Of(op).Any(use => !inside.Contains(use)))];
        var stretch = new Stretch(ops, exits, entry => CipherChain.IsCipher(Of(entry)) ? Surplus.Of(entry, _uses.Of(entry)) : Surplus.None);
        Quote quote = backend.Quote(stretch.Last, stretch) ?? throw UnableShares(backend, ops);
        foreach (Node entry in stretch.Entries)
        {
            if (Of(entry) == Scheme.Plain && _shared.Add(entry.Id))
            {
                Convert(entry, Scheme.Plain, Scheme.Shares, stretch);
            }
        }

        AddStep(stretch.Last, Scheme.Shares, Scheme.Shares, stretch, quote);
        foreach (Node exit in exits)
        {
            _shared.Add(exit.Id);
            foreach (Node reveal in _uses.Of(exit).Where(use => use.Op is RevealOp))
                Convert(reveal, Scheme.Shares, Scheme.Plain, stretch);
        }
    }

    private void Convert(Node node, Scheme from, Scheme to, Stretch stretch)
    {
        Quote? quote = _registry.Conversion(from, to)?.Quote(node, stretch);
        AddStep(node, from, to, stretch, quote ?? throw new ParameterException(
            ParameterFault.Unsupported, $"{node.Label} of shape {node.Shape} and {node.Bits} bits cannot be moved from {from} to {to}: choose another scheme for it or for what uses it."));
    }

    private void AddStep(Node node, Scheme from, Scheme to, Stretch stretch, Quote quote) =>
        _steps.Add(new PlanStep(_steps.Count, node, from, to, stretch, quote));

    // The first op that cannot be computed by itself, if there is one; else it is their values together that are too wide.
    private static ParameterException UnableShares(IBackend backend, ImmutableArray<Node> ops)
    {
        Node? culprit = ops.FirstOrDefault(op => backend.Quote(op, new Stretch([op], [op])) is null);
        return Unable(culprit ?? ops.MaxBy(op => op.Bits)!, backend);
    }

    internal static ParameterException Unable(Node op, IBackend backend)
    {
        string what = $"{backend.Scheme} cannot compute {op.Op.Name} ({op.Label})";
        if (op.SecretInput is { } secret && CipherChain.IsCipher(backend.Scheme))
        {
            return new ParameterException(
                ParameterFault.Unsupported, $"{what} with {secret.Label}, a constant that neither party knows: hold it on shares, with On(Scheme.Shares), or leave the choice to the planner.");
        }

        int bits = op.Inputs.Append(op).Max(node => node.Bits);
        return new ParameterException(
            ParameterFault.Unsupported,
            $"{what} of shape {op.Shape} with values of {bits} bits: "
            + (backend.Refusal(new Stretch([op], [op])) ?? "choose another scheme, fewer fraction bits, tighter bounds (clip) or a longer key."));
    }

    internal static ParameterException NoBackend(Scheme scheme, Node op) => new(
        ParameterFault.Unsupported, $"{op.Op.Name} ({op.Label}) needs {scheme}, which is not at hand: add it to the session, with Use{scheme}().");
}
