using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Schemes;

namespace Hybrid.Tests.Core.Planning;

[TestClass]
public sealed class PlanTests
{
    [TestMethod]
    public void Both_parties_derive_the_same_hash()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var here = new RandomChain(seed, 0);
            var there = new RandomChain(seed, 0);
            using SchemeRegistry client = here.Registry(Party.Client);
            using SchemeRegistry server = there.Registry(Party.Server);
            byte[] hash = Planner.Plan(here.Graph, client, here.Link).Hash();
            Assert.HasCount(32, hash);
            CollectionAssert.AreEqual(hash, Planner.Plan(there.Graph, server, there.Link).Hash(), $"seed {seed}");
        }
    }

    [TestMethod]
    public void Quotes_are_no_part_of_the_hash()
    {
        byte[] slow = Build(quote: new Quote(9, 8, 7, 6, 5)).Hash();
        byte[] fast = Build(quote: new Quote(1, 2, 3, 4, 1)).Hash();
        CollectionAssert.AreEqual(slow, fast);
    }

    [TestMethod]
    public void All_that_both_must_agree_on_changes_the_hash()
    {
        (string What, Plan Plan)[] plans =
        [
            ("the plan", Build()),
            ("rows", Build(rows: 3)),
            ("input format", Build(fraction: 5)),
            ("weight fraction", Build(weightFraction: 3)),
            ("bound", Build(bound: 1000)),
            ("bound of as many bits", Build(bound: 10)),
            ("owner of the constant", Build(visibility: Visibility.Public)),
            ("learner", Build(to: Party.Server)),
            ("owner of the input", Build(owner: Party.Server)),
            ("scheme", Build(scheme: Scheme.Ckks)),
        ];
        foreach ((string what, Plan plan) in plans)
        {
            foreach ((string other, Plan with) in plans)
            {
                if (what != other)
                {
                    CollectionAssert.AreNotEqual(plan.Hash(), with.Hash(), $"{what} and {other}");
                }
            }
        }
    }

    [TestMethod]
    public void Steps_are_written_one_a_line()
    {
        string[] lines = Build().ToString().TrimEnd('\n').Split('\n');
        Assert.AreEqual("step 0: Plain to Shares of 0: Input x (2, 2), f = 4, 10 bits, room for 13 bits", lines[^3]);
        Assert.AreEqual("step 1: 2: MatMul MatMul2 (2, 2), f = 6, 13 bits on Shares, room for 13 bits", lines[^2]);
        Assert.AreEqual("step 2: Shares to Plain of 3: Reveal y (2, 2), f = 6, 13 bits, room for 13 bits", lines[^1]);
    }

    private static Plan Build(
        int rows = 2,
        int fraction = 4,
        int weightFraction = 2,
        int bound = 9,
        Visibility? visibility = null,
        Party owner = Party.Client,
        Party to = Party.Client,
        Scheme scheme = Scheme.Shares,
        Quote quote = default)
    {
        var graph = new OpGraph();
        Node input = graph.Input("x", owner, new Shape(rows, 2), new FixedPointFormat(fraction, 4));
        Node weights = graph.Constant("W", visibility ?? Visibility.Private(Party.Server), new Shape(2, 2), weightFraction, bound);
        graph.Reveal("y", graph.MatMul(input, weights), to);
        using var registry = new SchemeRegistry(Party.Client);
        registry.Add(
            new FakeBackend(scheme, (_, _) => quote),
            new FakeConversion(Scheme.Plain, scheme, (_, _) => quote),
            new FakeConversion(scheme, Scheme.Plain, (_, _) => quote));
        return Planner.Plan(graph, registry, LinkProfile.Lan);
    }
}
