using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>The search for the cheapest choice of what to compute in ciphertexts.</summary>
/// <remarks>
/// Goes through the ops in order and keeps, of all choices so far, those that may still turn out best: a choice is dropped when another
/// with the same chains under way, that leaves as much open, costs no more and has every live value no later. Work adds up; ways between the parties are waited for
/// along the longest path only.
/// </remarks>
internal sealed class PlanSearch
{
    /// <summary>How many unfinished choices are kept; beyond it the cheapest, and the result may not be the best.</summary>
    public const int MostLabels = 512;

    // Longer chains in ciphertexts are cut.
    private const int LongestChain = 8;

    private readonly OpGraph _graph;
    private readonly SchemeRegistry _registry;
    private readonly PlanRequest _request;
    private readonly GraphUses _uses;
    private readonly ImmutableArray<Party?> _plain;
    private readonly Dictionary<int, List<Candidate>> _candidates = [];
    private readonly HashSet<int> _mustBeCipher = [];
    private Node? _refused;

    public PlanSearch(OpGraph graph, SchemeRegistry registry, PlanRequest request)
    {
        _graph = graph;
        _registry = registry;
        _request = request;
        _uses = new GraphUses(graph);
        _plain = PlainParts.Of(graph);
        FindCandidates();
        RequirePins();
    }

    /// <summary>Whether the result is the best there is, by the costs of single ops.</summary>
    public bool IsExact { get; private set; } = true;

    /// <summary>Whether nothing has been pinned to ciphertexts.</summary>
    public bool MayBeOnShares => _mustBeCipher.Count == 0 && _request.Allows(Scheme.Shares) && _registry.Backend(Scheme.Shares) is not null;

    /// <summary>The assignment with all on shares.</summary>
    public SchemeAssignment OnSharesOnly() => Assignment(null);

    /// <summary>The cheapest assignment; null if there is an op that no scheme computes by itself.</summary>
    public SchemeAssignment? Best()
    {
        List<Label> labels = [new Label(0, ImmutableDictionary<int, double>.Empty, null, null)];
        foreach (Node node in _graph.Nodes)
        {
            if (node.Op is ConstantOp || !_uses.IsNeeded(node))
            {
                continue;
            }

            List<Label> next = [.. labels.SelectMany(label => After(label, node))];
            if (next.Count == 0)
            {
                _refused = node;
                return null;
            }

            labels = Pruned(next, node);
        }

        return Assignment(labels.MinBy(label => label.Total)!);
    }

    /// <summary>Assignments that differ in one chain: put into ciphertexts, or taken out of them.</summary>
    public IEnumerable<SchemeAssignment> Neighbours(SchemeAssignment assignment)
    {
        foreach (CipherChain chain in _candidates.Values.SelectMany(list => list).Select(candidate => candidate.Chain))
        {
            bool isIn = chain.Ops.All(op => assignment[op] == chain.Scheme);
            if (isIn && chain.Ops.Any(op => _mustBeCipher.Contains(op.Id)))
            {
                continue;
            }

            if (isIn && !(_request.Allows(Scheme.Shares) && _registry.Backend(Scheme.Shares) is not null))
            {
                continue;
            }

            Scheme[] schemes = [.. assignment.Schemes];
            foreach (Node op in chain.Ops)
                schemes[op.Id] = isIn ? Scheme.Shares : chain.Scheme;
            foreach (Node reveal in _graph.Reveals)
                schemes[reveal.Id] = schemes[reveal.Inputs[0].Id];
            yield return new SchemeAssignment([.. schemes]);
        }
    }

    /// <summary>Why <see cref="Best"/> found nothing.</summary>
    public ParameterException Refusal()
    {
        Node node = _refused ?? throw new InvalidOperationException("Nothing was refused.");
        Node op = node.Op is RevealOp ? node.Inputs[0] : node;
        bool hasShares = _request.Allows(Scheme.Shares) && _registry.Backend(Scheme.Shares) is not null;
        if (!hasShares && !_graph.Pins.ContainsKey(op.Id))
        {
            // What is linear may be refused for what comes after it; the op named is one that the user has heard of.
            op = _graph.Nodes.FirstOrDefault(TakesSecret) ?? _graph.Nodes.FirstOrDefault(IsBeyondCiphers) ?? op;
        }

        if (_graph.Pins.TryGetValue(op.Id, out Scheme pinned))
        {
            return _registry.Backend(pinned) is { } backend ? PlanBuilder.Unable(op, backend) : PlanBuilder.NoBackend(pinned, op);
        }

        if (hasShares)
        {
            return PlanBuilder.Unable(op, _registry.Backend(Scheme.Shares)!);
        }

        bool lacksShares = _registry.Backend(Scheme.Shares) is null;
        if (op.SecretInput is { } secret)
        {
            string remedy = lacksShares ? "add them to the session, with UseShares()" : "allow them for the plan";
            return new ParameterException(
                ParameterFault.Unsupported, $"{op.Op.Name} ({op.Label}) takes {secret.Label}, a constant that neither party knows, and only shares compute with it: {remedy}.") { LacksShares = lacksShares };
        }

        string[] schemes = [.. _registry.Backends.Select(backend => backend.Scheme).Where(scheme => _request.Allows(scheme) && (_request.Pin ?? scheme) == scheme).Select(scheme => scheme.ToString()).DefaultIfEmpty("No scheme that may be used")];
        int bits = Math.Max(op.Bits, op.Inputs.Select(input => input.Bits).DefaultIfEmpty(0).Max());
        string problem = $"{string.Join(" or ", schemes)} cannot compute {op.Op.Name} ({op.Label}) of shape {op.Shape} with values of {bits} bits";
        const string Choices = "another scheme, fewer fraction bits, tighter bounds (clip) or a longer key";
        return lacksShares
            ? new ParameterException(ParameterFault.Unsupported, $"{problem}: add shares to the session, with UseShares(), or choose {Choices}.") { LacksShares = true }
            : new ParameterException(ParameterFault.Unsupported, $"{problem}: choose {Choices}.");
    }

    private bool TakesSecret(Node node) => node.SecretInput is not null && node.Op is not (ScaleUpOp or TruncateOp) && _uses.IsNeeded(node);

    // A bias and a truncation belong to the product before them, and are no reason by themselves.
    private bool IsBeyondCiphers(Node node) =>
        node.Op is not (InputOp or ConstantOp or RevealOp or AddOp or TruncateOp) && _uses.IsNeeded(node) && _plain[node.Id] is null
        && !_registry.Backends.Any(backend => CipherChain.IsCipher(backend.Scheme) && backend.Quote(node, new Stretch([node], [node])) is not null);

    // A chain in ciphertexts that may begin at a node.
    private sealed record Candidate(CipherChain Chain, double Work, double Wait);

    // A choice so far: its work, when each live value is there, the chain it last took on, and the choice that it continues.
    private sealed record Label(double Work, ImmutableDictionary<int, double> Ready, Candidate? Taken, Label? Before)
    {
        /// <summary>Ops after the present one that a chain has settled.</summary>
        public ImmutableHashSet<int> Settled { get; init; } = [];

        /// <summary>For values that a chain has ended with, its scheme: an op that follows in the same scheme would belong to the chain.</summary>
        public ImmutableDictionary<int, Scheme> Ended { get; init; } = ImmutableDictionary<int, Scheme>.Empty;

        public double Total => Work + (Ready.IsEmpty ? 0 : Ready.Values.Max());
    }

    private IEnumerable<Label> After(Label label, Node node)
    {
        double start = node.Inputs.Where(input => input.Op is not ConstantOp).Select(input => label.Ready.GetValueOrDefault(input.Id)).DefaultIfEmpty(0).Max();
        if (node.Op is InputOp || _plain[node.Id] is not null || (node.Op is RevealOp && _plain[node.Inputs[0].Id] is not null))
        {
            yield return label with { Ready = label.Ready.SetItem(node.Id, start) };
            yield break;
        }

        if (label.Settled.Contains(node.Id))
        {
            // The chain is paid for where it begins; its end is ready when all of it is.
            yield return label with { Settled = label.Settled.Remove(node.Id), Ready = label.Ready.ContainsKey(node.Id) ? label.Ready : label.Ready.SetItem(node.Id, start) };
            yield break;
        }

        if (node.Op is RevealOp)
        {
            Quote? opening = _registry.Conversion(Scheme.Shares, Scheme.Plain) is { } conversion ? Opening(conversion, node) : null;
            if (opening is { } quote)
            {
                yield return label with { Work = label.Work + _request.Work(quote), Ready = label.Ready.SetItem(node.Id, start + _request.Wait(quote)) };
            }

            yield break;
        }

        if (_candidates.TryGetValue(node.Id, out List<Candidate>? candidates))
        {
            foreach (Candidate candidate in candidates)
            {
                if (label.Ended.TryGetValue(candidate.Chain.Entry.Id, out Scheme before) && before == candidate.Chain.Scheme)
                {
                    continue;
                }

                Node last = candidate.Chain.Last;
                var settled = candidate.Chain.Ops.Skip(1).Select(op => op.Id).ToList();
                ImmutableDictionary<int, double> ready = label.Ready.SetItem(last.Id, start + candidate.Wait);
                if (candidate.Chain.After == Scheme.Plain)
                {
                    settled.Add(_uses.Of(last)[0].Id);
                }

                // What else uses the value, or uses it otherwise, begins a chain of its own.
                bool mayGoOn = _uses.Follower(last) is { } next && _candidates.ContainsKey(next.Id);
                yield return new Label(label.Work + candidate.Work, ready, candidate, label)
                {
                    Settled = label.Settled.Union(settled),
                    Ended = mayGoOn ? label.Ended.SetItem(last.Id, candidate.Chain.Scheme) : label.Ended,
                };
            }
        }

        if (!_mustBeCipher.Contains(node.Id) && OnShares(node) is { } shared)
        {
            yield return label with { Work = label.Work + _request.Work(shared), Ready = label.Ready.SetItem(node.Id, start + _request.Wait(shared)) };
        }
    }

    private static Quote? Opening(IConversion conversion, Node reveal)
    {
        Node value = reveal.Inputs[0];
        return value.Op is InputOp or ConstantOp ? null : conversion.Quote(reveal, new Stretch([value], [value]));
    }

    private Quote? OnShares(Node node) => !_request.Allows(Scheme.Shares) ? null : _registry.Backend(Scheme.Shares)?.Quote(node, new Stretch([node], [node]));

    private List<Label> Pruned(List<Label> labels, Node done)
    {
        var live = new List<int>();
        for (int id = 0; id <= done.Id; id++)
        {
            if (_uses.Of(_graph.Nodes[id]).Any(use => use.Id > done.Id))
            {
                live.Add(id);
            }
        }

        // What has been revealed is done, and counts as ready for the end.
        var kept = new List<Label>();
        foreach (Label label in labels.Select(label => Trimmed(label, live, done)).OrderBy(label => label.Total))
        {
            if (!kept.Any(other => Dominates(other, label)))
            {
                kept.Add(label);
            }
        }

        if (kept.Count > MostLabels)
        {
            IsExact = false;
            kept.RemoveRange(MostLabels, kept.Count - MostLabels);
        }

        return kept;
    }

    private static Label Trimmed(Label label, List<int> live, Node done)
    {
        ImmutableDictionary<int, double> ready = label.Ready;
        double end = 0;
        foreach ((int id, double time) in label.Ready)
        {
            if (id <= done.Id && !live.Contains(id))
            {
                end = Math.Max(end, time);
                ready = ready.Remove(id);
            }
        }

        // Under the number of no node: when all that is over and done with was over.
        return label with { Ready = ready.SetItem(-1, end), Ended = label.Ended.RemoveRange(label.Ended.Keys.Where(id => id <= done.Id && !live.Contains(id))) };
    }

    private static bool Dominates(Label better, Label worse)
    {
        if (!better.Settled.SetEquals(worse.Settled) || better.Ended.Any(end => !worse.Ended.TryGetValue(end.Key, out Scheme scheme) || scheme != end.Value))
        {
            return false;
        }

        foreach ((int id, double time) in better.Ready)
        {
            if (!worse.Ready.TryGetValue(id, out double other) || better.Work + time > worse.Work + other)
            {
                return false;
            }
        }

        return better.Work <= worse.Work;
    }

    private SchemeAssignment Assignment(Label? label)
    {
        var schemes = new Scheme[_graph.Nodes.Count];
        foreach (Node node in _graph.Nodes)
        {
            bool isOp = node.Op is not (InputOp or ConstantOp or RevealOp) && _plain[node.Id] is null && _uses.IsNeeded(node);
            schemes[node.Id] = isOp ? Scheme.Shares : Scheme.Plain;
        }

        for (; label is not null; label = label.Before)
        {
            foreach (Node op in label.Taken?.Chain.Ops ?? [])
                schemes[op.Id] = label.Taken!.Chain.Scheme;
        }

        foreach (Node reveal in _graph.Reveals)
            schemes[reveal.Id] = schemes[reveal.Inputs[0].Id];
        return new SchemeAssignment([.. schemes]);
    }

    private void FindCandidates()
    {
        foreach (Node node in _graph.Nodes)
        {
            if (node.Op is not (MatMulOp or Conv2dOp) || node.Inputs[1].Op is not ConstantOp || !_uses.IsNeeded(node) || _plain[node.Id] is not null)
            {
                continue;
            }

            // Ciphertexts are the client's or come of shares of a value; constants, whoever knows them, do not enter by themselves.
            if (node.Inputs[0].Op is ConstantOp || _plain[node.Inputs[0].Id] == Party.Server)
            {
                continue;
            }

            Scheme entry = EntryScheme(node.Inputs[0]);
            foreach (Scheme scheme in _registry.Backends.Select(backend => backend.Scheme).Where(scheme => CipherChain.IsCipher(scheme) && _request.Allows(scheme)))
                AddCandidates(node, scheme, entry);
        }
    }

    private Scheme EntryScheme(Node entry) => _plain[entry.Id] == Party.Client ? Scheme.Plain : Scheme.Shares;

    private void AddCandidates(Node first, Scheme scheme, Scheme entry)
    {
        var ops = new List<Node> { first };
        while (ops.Count <= LongestChain)
        {
            if (ops.All(op => MayBe(op, scheme)))
            {
                CipherChain chain = CipherChain.Of([.. ops], scheme, entry, _uses);
                bool needsShares = chain.Before == Scheme.Shares || chain.After == Scheme.Shares;
                if ((!needsShares || _request.Allows(Scheme.Shares)) && chain.Quotes(_registry, _uses) is { } quotes)
                {
                    if (!_candidates.TryGetValue(first.Id, out List<Candidate>? list))
                    {
                        _candidates.Add(first.Id, list = []);
                    }

                    list.Add(new Candidate(chain, quotes.Sum(_request.Work), quotes.Sum(_request.Wait)));
                }
            }

            if (_uses.Follower(ops[^1]) is not { Op: MatMulOp or AddOp } next)
            {
                break;
            }

            ops.Add(next);
        }
    }

    private bool MayBe(Node op, Scheme scheme) =>
        _graph.Pins.TryGetValue(op.Id, out Scheme pinned) ? pinned == scheme : _request.Pin is null || _request.Pin == scheme;

    private void RequirePins()
    {
        HashSet<int> able = [.. _candidates.Values.SelectMany(list => list).SelectMany(candidate => candidate.Chain.Ops).Select(op => op.Id)];
        foreach (Node node in _graph.Nodes)
        {
            Scheme? pin = _graph.Pins.TryGetValue(node.Id, out Scheme pinned) ? pinned : null;
            if (pin is { } own && CipherChain.IsCipher(own) && _uses.IsNeeded(node))
            {
                // A pin of one op is a demand; one for the whole graph holds where it can.
                _mustBeCipher.Add(able.Contains(node.Id) ? node.Id : throw (_registry.Backend(own) is null ? PlanBuilder.NoBackend(own, node) : PlanBuilder.Unable(node, _registry.Backend(own)!)));
            }
            else if (pin is null && _request.Pin is { } all && CipherChain.IsCipher(all) && able.Contains(node.Id))
            {
                _mustBeCipher.Add(node.Id);
            }
        }

        if (_request.Pin is { } scheme && _registry.Backend(scheme) is null)
        {
            throw new ParameterException(ParameterFault.Unsupported, $"{scheme} is not at hand: add it to the session, with Use{scheme}().");
        }
    }
}
