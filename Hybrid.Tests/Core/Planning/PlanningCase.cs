using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Schemes;

namespace Hybrid.Tests.Core.Planning;

/// <summary>The kinds of graphs that are drawn.</summary>
public enum GraphForm
{
    /// <summary>One op after the other.</summary>
    Chain,

    /// <summary>Values are used several times, and each way ends in a reveal.</summary>
    Tree,

    /// <summary>Ways part and meet again, three at most side by side.</summary>
    Residual,
}

/// <summary>A random graph, and schemes whose quotes are random but the same whenever they are asked for.</summary>
internal sealed class PlanningCase
{
    private readonly int _seed;
    private readonly double _refusals;
    private readonly Random _random;
    private readonly List<Node> _open = [];

    public PlanningCase(int seed, GraphForm form, double refusals = 0, double roundTripSeconds = 0, int ops = 0)
    {
        _seed = seed;
        _refusals = refusals;
        _random = new Random(seed);
        Ciphers = _random.Next(4) switch { 0 => [Scheme.Paillier], 1 => [Scheme.Ckks], _ => [Scheme.Paillier, Scheme.Ckks] };
        Link = new LinkProfile("test", _random.Next(1, 100) * 1e6, _random.Next(1, 100) * 1e6, roundTripSeconds);
        _open.Add(Graph.Input("x", Party.Client, new Shape(2, 3), new FixedPointFormat(0, 4)));
        if (form != GraphForm.Chain && _random.Next(3) == 0)
        {
            _open.Add(Graph.Input("s", Party.Server, new Shape(2, 3), new FixedPointFormat(0, 4)));
        }

        int count = ops > 0 ? ops : _random.Next(2, 8);
        for (int i = 0; i < count; i++)
            AddOp(form, i);
        RevealWhatIsOpen();
    }

    public OpGraph Graph { get; } = new();

    public LinkProfile Link { get; }

    public Scheme[] Ciphers { get; }

    /// <summary>Ops that a scheme of ciphertexts could compute, if it had to.</summary>
    public static bool IsLinear(Node node) => node.Op is MatMulOp or AddOp && node.Inputs[1].Op is ConstantOp;

    public SchemeRegistry Registry(Party role = Party.Client)
    {
        var registry = new SchemeRegistry(role);
        foreach (Scheme cipher in Ciphers)
        {
            registry.Add(
                new FakeBackend(cipher, (node, stretch) => IsChain(stretch) ? Random(cipher, cipher, node, stretch) : null),
                new FakeConversion(Scheme.Plain, cipher, (node, stretch) => IsServers(node) ? null : Random(Scheme.Plain, cipher, node, stretch)),
                new FakeConversion(cipher, Scheme.Plain, (node, stretch) => Random(cipher, Scheme.Plain, node, stretch)),
                new FakeConversion(Scheme.Shares, cipher, (node, stretch) => Random(Scheme.Shares, cipher, node, stretch)),
                new FakeConversion(cipher, Scheme.Shares, (node, stretch) => Random(cipher, Scheme.Shares, node, stretch)));
        }

        registry.Add(
            new FakeBackend(Scheme.Shares, (_, stretch) => Together(stretch)),
            new FakeConversion(Scheme.Plain, Scheme.Shares, (_, _) => Quote.Free),
            new FakeConversion(Scheme.Shares, Scheme.Plain, (node, _) => Random(Scheme.Shares, Scheme.Plain, node, null)));
        return registry;
    }

    /// <summary>The plans of all assignments of schemes to ops, of those that can be computed.</summary>
    public IEnumerable<Plan> AllPlans(SchemeRegistry registry)
    {
        var uses = new GraphUses(Graph);
        var plain = PlainParts.Of(Graph);
        Node[] free = [.. Graph.Nodes.Where(node => node.Op is not (InputOp or ConstantOp or RevealOp) && uses.IsNeeded(node) && plain[node.Id] is null)];
        Scheme[][] choices = [.. free.Select(node => IsLinear(node) ? (Scheme[])[Scheme.Shares, .. Ciphers] : [Scheme.Shares])];
        foreach (Scheme[] choice in Products(choices))
        {
            var schemes = new Scheme[Graph.Nodes.Count];
            for (int i = 0; i < free.Length; i++)
                schemes[free[i].Id] = choice[i];
            foreach (Node reveal in Graph.Reveals)
                schemes[reveal.Id] = schemes[reveal.Inputs[0].Id];
            Plan plan;
            try
            {
                plan = Planner.Derive(Graph, registry, new SchemeAssignment([.. schemes]));
            }
            catch (ParameterException)
            {
                continue;
            }

            yield return plan;
        }
    }

    private static IEnumerable<Scheme[]> Products(Scheme[][] choices)
    {
        long count = choices.Aggregate(1L, (product, choice) => product * choice.Length);
        for (long code = 0; code < count; code++)
        {
            long rest = code;
            yield return [.. choices.Select(choice =>
            {
                Scheme scheme = choice[rest % choice.Length];
                rest /= choice.Length;
                return scheme;
            })];
        }
    }

    private void AddOp(GraphForm form, int i)
    {
        int at = form == GraphForm.Chain ? _open.Count - 1 : _random.Next(_open.Count);
        Node value = _open[at];
        Node next = _random.Next(form == GraphForm.Residual ? 7 : 5) switch
        {
            0 or 1 => Graph.MatMul(value, Constant($"W{i}", new Shape(3, 3))),
            2 => Graph.Add(value, Constant($"c{i}", new Shape(3))),
            3 => Graph.Add(new UnaryOp(UnaryFunction.Relu), value),
            4 => Graph.Add(new NegateOp(), value),
            _ => Graph.Add(value, _open[_random.Next(_open.Count)]),
        };
        // What parts is kept open, which it need not be used: some ops are dead.
        if (form == GraphForm.Chain || _open.Count == 3 || _random.Next(2) == 0)
        {
            _open.RemoveAt(at);
        }

        _open.Add(next);
    }

    private Node Constant(string label, Shape shape) =>
        Graph.Constant(label, _random.Next(4) == 0 ? Visibility.Public : Visibility.Private(Party.Server), shape, 0, _random.Next(1, 100));

    private void RevealWhatIsOpen()
    {
        var plain = PlainParts.Of(Graph);
        int reveals = 0;
        foreach (Node value in _open)
        {
            // What one party has by itself it may keep, and some of the rest is dead.
            bool isLast = value == _open[^1];
            if (value.Op is not InputOp && (isLast || _random.Next(4) > 0))
            {
                Graph.Reveal($"y{reveals++}", value, plain[value.Id] ?? (_random.Next(4) == 0 ? Party.Server : Party.Client));
            }
        }
    }

    private bool IsServers(Node node) => PlainParts.Of(Graph)[node.Id] == Party.Server;

    private static bool IsChain(Stretch stretch) => stretch.Ops[0].Op is MatMulOp && stretch.Ops.ToArray().All(IsLinear);

    // Ops on shares cost what each of them does.
    private Quote? Together(Stretch stretch)
    {
        Quote sum = Quote.Free;
        foreach (Node op in stretch.Ops)
        {
            if (Random(Scheme.Shares, Scheme.Shares, op, null) is not { } quote)
            {
                return null;
            }

            sum += quote;
        }

        return sum;
    }

    private Quote? Random(Scheme from, Scheme to, Node node, Stretch? stretch)
    {
        int ends = stretch is null ? 0 : (stretch.Ops[0].Id * 31) + stretch.Last.Id;
        var random = new Random(unchecked((_seed * 1_000_003) + ((int)from * 7919) + ((int)to * 104_729) + (node.Id * 1_299_709) + (ends * 15_485_863)));
        // Shares refuse less: what they refuse, nobody else may be able to compute.
        double refusals = from == Scheme.Shares && to == Scheme.Shares ? _refusals / 4 : _refusals;
        return random.NextDouble() < refusals
            ? null
            : new Quote(random.NextDouble(), random.NextDouble(), random.Next(1, 1 << 20), random.Next(1, 1 << 20), 2 * random.Next(2));
    }
}
