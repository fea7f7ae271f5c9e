using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Schemes;

namespace Hybrid.Tests.Core.Planning;

/// <summary>What is planned at all, by whom it is computed, and what refusals say.</summary>
[TestClass]
public sealed class PlannerRulesTests
{
    [TestMethod]
    public void What_reveals_nothing_is_refused()
    {
        using SchemeRegistry registry = OnShares();
        foreach (Action<OpGraph> build in new Action<OpGraph>[] { _ => { }, graph => Input(graph), graph => Product(graph, Input(graph)) })
        {
            var graph = new OpGraph();
            build(graph);
            ParameterException e = Sentences.Refused<ParameterException>(() => Planner.Plan(graph, registry, LinkProfile.Lan), "Nothing of the graph is revealed", "reveal a value to a party");
            Assert.AreEqual(ParameterFault.Unsupported, e.Fault);
        }
    }

    [TestMethod]
    public void A_constant_of_which_nothing_is_computed_is_not_revealed()
    {
        using SchemeRegistry registry = OnShares();
        foreach (Func<OpGraph, Node> constant in new Func<OpGraph, Node>[]
        {
            graph => graph.Constant("K", new Shape(2), 0, [1, 2]),
            graph => graph.Constant("K", Visibility.Private(Party.Server), new Shape(2), 0, 9),
            graph => graph.Constant("K", Visibility.Secret, new Shape(2), 0, 9),
        })
        {
            foreach (Party to in new[] { Party.Client, Party.Server })
            {
                var graph = new OpGraph();
                graph.Reveal("y", Product(graph, Input(graph)), Party.Client);
                graph.Reveal("z", constant(graph), to);
                Sentences.Refused<ParameterException>(() => Planner.Plan(graph, registry, LinkProfile.Lan), "z would reveal K, a constant of which nothing has been computed", "reveal what an op makes of it");
                Scheme[] schemes = [Scheme.Plain, Scheme.Plain, Scheme.Shares, Scheme.Shares, Scheme.Plain, Scheme.Shares];
                Sentences.Refused<ParameterException>(() => Planner.Derive(graph, registry, new SchemeAssignment([.. schemes])), "z would reveal K");
            }
        }
    }

    [TestMethod]
    public void A_constant_is_encrypted_for_no_chain()
    {
        using SchemeRegistry registry = AllSchemes.Registry();
        foreach (Scheme scheme in new[] { Scheme.Ckks, Scheme.Paillier })
        {
            var graph = new OpGraph();
            Node own = graph.Constant("K", Visibility.Private(Party.Client), new Shape(2, 2), 0, 9);
            Node product = graph.MatMul(own, graph.Constant("W", Visibility.Private(Party.Server), new Shape(2, 2), 0, 9));
            graph.Reveal("y", product, Party.Client);
            Assert.AreEqual(Scheme.Shares, Planner.Plan(graph, registry, LinkProfile.Lan, scheme).Assignment[product]);
            Sentences.Refused<ParameterException>(
                () => Planner.Derive(graph, registry, new SchemeAssignment([Scheme.Plain, Scheme.Plain, scheme, scheme])), $"{scheme} cannot compute MatMul");
            graph.Pin(product, scheme);
            Sentences.Refused<ParameterException>(() => Planner.Plan(graph, registry, LinkProfile.Lan), $"{scheme} cannot compute MatMul");
        }
    }

    [TestMethod]
    public void Dead_ops_are_left_out()
    {
        var graph = new OpGraph();
        Node input = Input(graph);
        Node dead = Product(graph, Product(graph, input));
        Node alive = Product(graph, input);
        graph.Reveal("y", alive, Party.Client);
        using SchemeRegistry registry = OnShares();
        Plan plan = Planner.Plan(graph, registry, LinkProfile.Lan);
        PlanForm.Check(plan, "dead");
        CollectionAssert.AreEqual(new[] { alive }, plan.Steps.Single(step => !step.IsConversion).Stretch.Ops.ToArray());
        Assert.AreEqual(Scheme.Plain, plan.Assignment[dead]);

        // Nor does a dead op matter that nobody could compute.
        var unable = new OpGraph();
        Node x = Input(unable);
        unable.Add(new LeakyReluOp(0.5), Product(unable, x));
        unable.Reveal("y", Product(unable, x), Party.Client);
        using var products = new SchemeRegistry(Party.Client);
        Add(products, Scheme.Shares, (_, stretch) => stretch.Ops.ToArray().All(op => op.Op is MatMulOp) ? Quote.Free : null);
        PlanForm.Check(Planner.Plan(unable, products, LinkProfile.Lan), "unable");
    }

    [TestMethod]
    public void What_a_party_can_do_alone_is_in_the_clear()
    {
        var graph = new OpGraph();
        Node input = Input(graph);
        Node own = graph.Add(new NegateOp(), graph.MatMul(input, graph.Constant("P", Visibility.Public, new Shape(2, 2), 0, 9)));
        Node server = graph.MatMul(graph.Input("s", Party.Server, new Shape(2, 2), new FixedPointFormat(4, 4)), graph.Constant("V", Visibility.Private(Party.Server), new Shape(2, 2), 0, 9));
        Node both = graph.Add(own, server);
        Node hidden = Product(graph, input);
        graph.Reveal("y", both, Party.Client);
        graph.Reveal("z", hidden, Party.Server);
        using SchemeRegistry registry = OnShares();
        Plan plan = Planner.Plan(graph, registry, LinkProfile.Lan);
        PlanForm.Check(plan, "alone");
        foreach (Node node in graph.Nodes.Where(node => node.Op is MatMulOp or NegateOp or AddOp))
            Assert.AreEqual(node == both || node == hidden ? Scheme.Shares : Scheme.Plain, plan.Assignment[node], node.Label);

        // Unless it is pinned.
        graph.Pin(own, Scheme.Shares);
        Assert.AreEqual(Scheme.Shares, Planner.Plan(graph, registry, LinkProfile.Lan).Assignment[own]);
    }

    [TestMethod]
    [DataRow(Party.Client)]
    [DataRow(Party.Server)]
    public void What_is_in_the_clear_is_kept_by_its_owner_and_never_shown_to_the_other(Party owner)
    {
        using SchemeRegistry registry = OnShares();
        foreach (bool isOp in new[] { false, true })
        {
            foreach (Party to in new[] { Party.Client, Party.Server })
            {
                var graph = new OpGraph();
                Node value = Input(graph, owner);
                graph.Reveal("y", isOp ? graph.Add(new NegateOp(), value) : value, to);
                if (to == owner)
                {
                    Plan plan = Planner.Plan(graph, registry, LinkProfile.Lan);
                    PlanForm.Check(plan, $"{owner}, {isOp}");
                    Assert.AreEqual(Scheme.Plain, plan.Steps.Single().To);
                    continue;
                }

                Sentences.Refused<ParameterException>(
                    () => Planner.Plan(graph, registry, LinkProfile.Lan), $"{owner.Name()} brings or makes of its own inputs alone", $"to reveal it to the {to.Name()} would show");
            }
        }
    }

    [TestMethod]
    public void Refusals_say_what_to_do()
    {
        OpGraph graph = Products(1);
        using var empty = new SchemeRegistry(Party.Client);
        Sentences.Refused<ParameterException>(() => Planner.Plan(graph, empty, LinkProfile.Lan), "UsePaillier()");

        using var useless = new SchemeRegistry(Party.Client);
        useless.Add(new FakeBackend(Scheme.Ckks, (_, _) => null));
        Sentences.Refused<ParameterException>(() => Planner.Plan(graph, useless, LinkProfile.Lan), "Ckks cannot compute MatMul (MatMul2)", "choose another scheme", "UseShares()");

        using var narrow = new SchemeRegistry(Party.Client);
        Add(narrow, Scheme.Shares, (_, _) => null);
        Sentences.Refused<ParameterException>(() => Planner.Plan(graph, narrow, LinkProfile.Lan), "Shares cannot compute MatMul (MatMul2)", "choose another scheme");

        // A pinned scheme is what cannot, not those that could.
        Add(useless, Scheme.Paillier, (_, _) => Quote.Free);
        Sentences.Refused<ParameterException>(() => Planner.Plan(graph, useless, LinkProfile.Lan, Scheme.Ckks), "Ckks cannot compute MatMul (MatMul2)");
        Assert.DoesNotContain("Paillier", Assert.ThrowsExactly<ParameterException>(() => Planner.Plan(graph, useless, LinkProfile.Lan, Scheme.Ckks)).Message);
    }

    [TestMethod]
    public void The_link_decides_between_computing_and_sending()
    {
        OpGraph graph = Products(1);
        using var registry = new SchemeRegistry(Party.Client);
        Add(registry, Scheme.Paillier, (_, _) => new Quote(0, 1, 1000, 1000, 1));
        Add(registry, Scheme.Shares, (_, _) => new Quote(0, 0.001, 10_000_000, 10_000_000, 40));
        Assert.AreEqual(Scheme.Shares, Planner.Plan(graph, registry, LinkProfile.Lan).Schemes.Single());
        Assert.AreEqual(Scheme.Paillier, Planner.Plan(graph, registry, LinkProfile.Mobile).Schemes.Single());
    }

    [TestMethod]
    public void Products_that_one_chain_cannot_hold_are_not_planned_as_two_of_the_same_scheme()
    {
        // Each product by itself is cheapest in Paillier, but two in a row would be one chain, which it cannot hold.
        OpGraph graph = Products(3);
        using var registry = new SchemeRegistry(Party.Client);
        Add(registry, Scheme.Paillier, (_, stretch) => stretch.Ops.Length == 1 ? Quote.Free : null);
        Add(registry, Scheme.Shares, (_, stretch) => new Quote(0, stretch.Ops.Length, 0, 0, 0));
        Plan plan = Planner.Plan(graph, registry, LinkProfile.Lan);
        PlanForm.Check(plan, "in a row");
        CollectionAssert.AreEqual(
            new[] { Scheme.Paillier, Scheme.Shares, Scheme.Paillier }, graph.Nodes.Where(node => node.Op is MatMulOp).Select(node => plan.Assignment[node]).ToArray());
    }

    [TestMethod]
    public void Schemes_that_another_party_chose_must_be_possible()
    {
        OpGraph graph = Products(1);
        using SchemeRegistry registry = OnShares();
        Node product = graph.Nodes[2];
        Sentences.Refused<ParameterException>(() => Planner.Derive(graph, registry, Assign(graph, (product, Scheme.Plain))), "MatMul2 is to be computed in the clear");
        Sentences.Refused<ParameterException>(() => Planner.Derive(graph, registry, Assign(graph, (product, Scheme.Shares), (graph.Nodes[0], Scheme.Shares))), "x is no op");
        Sentences.Refused<ParameterException>(() => Planner.Derive(graph, registry, Assign(graph, (product, Scheme.Ckks))), "Ckks");
    }

    private static SchemeAssignment Assign(OpGraph graph, params (Node Node, Scheme Scheme)[] choices)
    {
        var schemes = new Scheme[graph.Nodes.Count];
        foreach ((Node node, Scheme scheme) in choices)
            schemes[node.Id] = scheme;
        foreach (Node reveal in graph.Reveals)
            schemes[reveal.Id] = schemes[reveal.Inputs[0].Id];
        return new SchemeAssignment([.. schemes]);
    }

    private static SchemeRegistry OnShares()
    {
        var registry = new SchemeRegistry(Party.Client);
        Add(registry, Scheme.Shares, (_, _) => new Quote(1, 1, 8, 8, 2));
        return registry;
    }

    private static void Add(SchemeRegistry registry, Scheme scheme, Func<Node, Stretch, Quote?> quote)
    {
        registry.Add(
            new FakeBackend(scheme, quote),
            new FakeConversion(Scheme.Plain, scheme, (_, _) => Quote.Free),
            new FakeConversion(scheme, Scheme.Plain, (_, _) => Quote.Free),
            new FakeConversion(scheme, Scheme.Shares, (_, _) => Quote.Free),
            new FakeConversion(Scheme.Shares, scheme, (_, _) => Quote.Free));
    }

    private static OpGraph Products(int count)
    {
        var graph = new OpGraph();
        Node value = Input(graph);
        for (int i = 0; i < count; i++)
            value = Product(graph, value);
        graph.Reveal("y", value, Party.Client);
        return graph;
    }

    private static Node Input(OpGraph graph, Party owner = Party.Client) => graph.Input("x", owner, new Shape(2, 2), new FixedPointFormat(4, 4));

    private static Node Product(OpGraph graph, Node left) => graph.MatMul(left, graph.Constant("W", Visibility.Private(Party.Server), new Shape(2, 2), 0, 9));
}
