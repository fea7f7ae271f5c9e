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
        for (int seed = 0; seed < 60; seed++)
        {
            var here = new PlanningCase(seed, (GraphForm)(seed % 3));
            var there = new PlanningCase(seed, (GraphForm)(seed % 3));
            using SchemeRegistry client = here.Registry(Party.Client);
            using SchemeRegistry server = there.Registry(Party.Server);
            Plan plan = Planner.Plan(here.Graph, client, here.Link);
            byte[] hash = plan.Hash();
            Assert.HasCount(32, hash);
            SchemeAssignment assignment = SchemeAssignment.TryRead(there.Graph, plan.Assignment.Write())!;
            CollectionAssert.AreEqual(hash, Planner.Derive(there.Graph, server, assignment).Hash(), $"seed {seed}");
        }
    }

    [TestMethod]
    public void Values_of_public_constants_are_part_of_the_hash()
    {
        byte[][] hashes = [.. new long[][] { [1, 2], [2, 1], [1, 2] }.Select(values =>
        {
            var graph = new OpGraph();
            Node input = graph.Input("x", Party.Client, new Shape(2), new FixedPointFormat(4, 4));
            Node hidden = graph.Add(input, graph.Constant("c", Visibility.Private(Party.Server), new Shape(2), 4, 9));
            graph.Reveal("y", graph.Add(hidden, graph.Constant("k", new Shape(2), 4, values)), Party.Client);
            using SchemeRegistry registry = Registry(Scheme.Shares, Quote.Free);
            return Planner.Plan(graph, registry, LinkProfile.Lan).Hash();
        })];
        CollectionAssert.AreNotEqual(hashes[0], hashes[1]);
        CollectionAssert.AreEqual(hashes[0], hashes[2]);
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
            ("owner of the constant", Build(visibility: Visibility.Secret)),
            ("learner", Build(to: Party.Server)),
            ("owner of the input", Build(owner: Party.Server, visibility: Visibility.Private(Party.Client))),
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
        Assert.AreEqual("step 1: ops 2 from 0 to 2 on Shares, room for 13 bits", lines[^2]);
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
        using SchemeRegistry registry = Registry(scheme, quote);
        return Planner.Plan(graph, registry, LinkProfile.Lan);
    }

    private static SchemeRegistry Registry(Scheme scheme, Quote quote)
    {
        var registry = new SchemeRegistry(Party.Client);
        if (scheme != Scheme.Shares)
        {
            registry.Add(new FakeBackend(Scheme.Shares, (_, _) => new Quote(1000, 1000, 0, 0, 0)), new FakeConversion(Scheme.Shares, Scheme.Plain, (_, _) => quote));
        }

        registry.Add(
            new FakeBackend(scheme, (_, _) => quote),
            new FakeConversion(Scheme.Plain, scheme, (_, _) => quote),
            new FakeConversion(scheme, Scheme.Plain, (_, _) => quote));
        return registry;
    }
}
