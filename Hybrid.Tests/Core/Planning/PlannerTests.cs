using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Schemes;

namespace Hybrid.Tests.Core.Planning;

[TestClass]
public sealed class PlannerTests
{
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.1)]
    [DataRow(0.2)]
    public void Finds_the_cheapest_of_all_assignments(double refusals)
    {
        int planned = 0;
        for (int seed = 0; seed < 400; seed++)
        {
            var chain = new RandomChain(seed, refusals);
            double[] all = [.. chain.Assignments(chain.Schemes).Select(chain.Latency).OfType<double>()];
            using SchemeRegistry registry = chain.Registry(Party.Client);
            if (all.Length == 0)
            {
                Refused(() => Planner.Plan(chain.Graph, registry, chain.Link), seed);
                continue;
            }

            planned++;
            Plan plan = Planner.Plan(chain.Graph, registry, chain.Link);
            double latency = plan.Steps.Sum(step => chain.Link.Latency(step.Quote));
            Assert.AreEqual(all.Min(), latency, 1e-9, $"seed {seed}: {plan}");
            Assert.AreEqual(latency, chain.Latency(Assignment(plan))!.Value, 1e-9, $"seed {seed}: the steps are not those that were quoted");
            CheckForm(plan, chain, seed);
        }

        Assert.IsGreaterThan(100, planned);
    }

    [TestMethod]
    public void A_pin_holds_for_every_op()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var chain = new RandomChain(seed, 0.05);
            using SchemeRegistry registry = chain.Registry(Party.Server);
            foreach (Scheme pin in new[] { Scheme.Paillier, Scheme.Ckks, Scheme.Shares })
            {
                Scheme[] all = [.. Enumerable.Repeat(pin, chain.Ops)];
                if (!chain.Schemes.Contains(pin) || chain.Latency(all) is not { } latency)
                {
                    Refused(() => Planner.Plan(chain.Graph, registry, chain.Link, pin), seed);
                    continue;
                }

                Plan plan = Planner.Plan(chain.Graph, registry, chain.Link, pin);
                CollectionAssert.AreEqual(all, Assignment(plan), $"seed {seed}");
                Assert.AreEqual(latency, plan.Steps.Sum(step => chain.Link.Latency(step.Quote)), 1e-9, $"seed {seed}");
                CollectionAssert.AreEqual(new[] { pin }, plan.Schemes.ToArray());
            }
        }
    }

    [TestMethod]
    public void What_is_no_chain_is_refused()
    {
        using var registry = new RandomChain(1, 0).Registry(Party.Client);
        foreach ((string what, Action<OpGraph> build) in new (string, Action<OpGraph>)[]
        {
            ("nothing", _ => { }),
            ("an input alone", graph => Input(graph)),
            ("no op", graph => graph.Reveal("y", Input(graph), Party.Client)),
            ("no reveal", graph => Product(graph, Input(graph))),
            ("two reveals", graph =>
            {
                Node product = Product(graph, Input(graph));
                graph.Reveal("y", product, Party.Client);
                graph.Reveal("z", product, Party.Server);
            }),
            ("an op after the reveal", graph => Product(graph, graph.Reveal("y", Product(graph, Input(graph)), Party.Client))),
            ("two inputs", graph =>
            {
                Node input = Input(graph);
                Input(graph);
                graph.Reveal("y", Product(graph, input), Party.Client);
            }),
            ("a fork", graph =>
            {
                Node input = Input(graph);
                Product(graph, input);
                graph.Reveal("y", Product(graph, input), Party.Client);
            }),
        })
        {
            var graph = new OpGraph();
            build(graph);
            ParameterException e = Assert.ThrowsExactly<ParameterException>(() => Planner.Plan(graph, registry, LinkProfile.Lan), what);
            Assert.AreEqual(ParameterFault.Unsupported, e.Fault, what);
            StringAssert.Contains(e.Message, "Only chains can be planned", what);
        }
    }

    [TestMethod]
    public void Refusals_say_what_to_do()
    {
        var chain = new RandomChain(3, 0);
        using var empty = new SchemeRegistry(Party.Client);
        StringAssert.Contains(Assert.ThrowsExactly<ParameterException>(() => Planner.Plan(chain.Graph, empty, chain.Link)).Message, "UsePaillier()");

        using var useless = new SchemeRegistry(Party.Client);
        useless.Add(new FakeBackend(Scheme.Ckks, (_, _) => null));
        string message = Assert.ThrowsExactly<ParameterException>(() => Planner.Plan(chain.Graph, useless, chain.Link)).Message;
        StringAssert.Contains(message, "Ckks cannot compute");
        StringAssert.Contains(message, "choose another scheme");
    }

    [TestMethod]
    public void The_link_decides_between_computing_and_sending()
    {
        var graph = new OpGraph();
        graph.Reveal("y", Product(graph, Input(graph)), Party.Client);
        using var registry = new SchemeRegistry(Party.Client);
        Add(registry, Scheme.Paillier, new Quote(0, 1, 1000, 1000, 1));
        Add(registry, Scheme.Shares, new Quote(0, 0.001, 10_000_000, 10_000_000, 40));
        Assert.AreEqual(Scheme.Shares, Planner.Plan(graph, registry, LinkProfile.Lan).Schemes.Single());
        Assert.AreEqual(Scheme.Paillier, Planner.Plan(graph, registry, LinkProfile.Mobile).Schemes.Single());
    }

    private static void Add(SchemeRegistry registry, Scheme scheme, Quote quote) => registry.Add(
        new FakeBackend(scheme, (_, _) => quote),
        new FakeConversion(Scheme.Plain, scheme, (_, _) => Quote.Free),
        new FakeConversion(scheme, Scheme.Plain, (_, _) => Quote.Free));

    private static Node Input(OpGraph graph) => graph.Input("x", Party.Client, new Shape(2, 2), new FixedPointFormat(4, 4));

    private static Node Product(OpGraph graph, Node left) => graph.MatMul(left, graph.Constant("W", Visibility.Public, new Shape(2, 2), 0, 9));

    private static Scheme[] Assignment(Plan plan) => [.. plan.Steps.Where(step => !step.IsConversion).Select(step => step.To)];

    // In by a conversion, each op once and in order, every change of scheme a conversion, out by a conversion.
    private static void CheckForm(Plan plan, RandomChain chain, int seed)
    {
        Scheme held = Scheme.Plain;
        int last = 0;
        for (int i = 0; i < plan.Steps.Length; i++)
        {
            PlanStep step = plan.Steps[i];
            Assert.AreEqual(i, step.Index, $"seed {seed}");
            Assert.AreEqual(held, step.From, $"seed {seed}, step {i}");
            Assert.AreSame(i == plan.Steps.Length - 1 ? chain.Nodes[^1] : chain.Nodes[step.IsConversion ? last : ++last], step.Node, $"seed {seed}, step {i}");
            Assert.IsGreaterThanOrEqualTo(step.Node.Bits, step.RoomBits, $"seed {seed}, step {i}");
            held = step.To;
        }

        Assert.AreEqual(Scheme.Plain, held, $"seed {seed}");
        Assert.AreEqual(chain.Ops, last, $"seed {seed}");
        Assert.AreEqual(plan.Steps.Aggregate(Quote.Free, (sum, step) => sum + step.Quote), plan.Quote, $"seed {seed}");
        Assert.AreEqual(Party.Client, plan.RevealedTo);
    }

    private static void Refused(Action plan, int seed)
    {
        ParameterException e = Assert.ThrowsExactly<ParameterException>(plan, $"seed {seed}");
        Assert.AreEqual(ParameterFault.Unsupported, e.Fault);
    }
}
