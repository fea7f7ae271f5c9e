using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Schemes;

namespace Hybrid.Tests.Core.Planning;

[TestClass]
public sealed class StretchTests
{
    [TestMethod]
    public void It_is_what_enters_and_the_ops_with_room_for_the_widest()
    {
        (OpGraph _, Node[] nodes) = Chain(1000, 0, 7);
        var stretch = new Stretch([.. nodes[..^1]]);
        Assert.AreSame(nodes[0], stretch.Entry);
        Assert.AreSame(nodes[3], stretch.Last);
        CollectionAssert.AreEqual(nodes[1..4], stretch.Ops.ToArray());
        CollectionAssert.AreEqual(nodes[..4], stretch.Nodes.ToArray());
        Assert.AreEqual(nodes[1].Bits, stretch.RoomBits);
        Assert.IsGreaterThan(stretch.Last.Bits, stretch.RoomBits);

        // What enters counts as well.
        Assert.AreEqual(nodes[1].Bits, new Stretch([nodes[1], nodes[2]]).RoomBits);
        Assert.AreEqual(nodes[3].Bits, new Stretch([nodes[2], nodes[3]]).RoomBits);
    }

    [TestMethod]
    public void Fewer_than_a_value_and_an_op_are_none()
    {
        (OpGraph _, Node[] nodes) = Chain(1000);
        foreach (Action make in new Action[] { () => _ = new Stretch(default), () => _ = new Stretch([]), () => _ = new Stretch([nodes[0]]) })
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(make).Message, "a value that enters and at least one op");
        }
    }

    [TestMethod]
    public void Any_ops_have_the_values_that_enter_and_those_that_are_wanted()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(2, 2), new FixedPointFormat(0, 4));
        Node y = graph.Input("y", Party.Server, new Shape(2, 2), new FixedPointFormat(0, 90));
        Node sum = graph.Add(x, graph.Constant("c", Visibility.Private(Party.Server), new Shape(2, 2), 0, 9));
        Node product = graph.Add(new MaximumOp(), sum, y);
        Node negated = graph.Add(new NegateOp(), sum);
        var stretch = new Stretch([sum, product, negated], [product, negated]);
        CollectionAssert.AreEqual(new[] { x, y }, stretch.Entries.ToArray());
        CollectionAssert.AreEqual(new[] { product, negated }, stretch.Exits.ToArray());
        CollectionAssert.AreEqual(new[] { x, y, sum, product, negated }, stretch.Nodes.ToArray());
        Assert.AreEqual(y.Bits, stretch.RoomBits);
        foreach (Action make in new Action[] { () => _ = new Stretch([], [sum]), () => _ = new Stretch([sum], ImmutableArray<Node>.Empty), () => _ = new Stretch(default, [sum]) })
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(make).Message, "at least one op, whose value is wanted");
        }
    }

    [TestMethod]
    public void Ciphers_are_asked_about_every_chain_and_steps_have_their_own()
    {
        (OpGraph graph, Node[] nodes) = Chain(5, 6, 7);
        var asked = new HashSet<(int First, int Last)>();
        using var registry = new SchemeRegistry(Party.Client);
        Add(registry, Scheme.Ckks, (_, stretch) =>
        {
            asked.Add((Array.IndexOf(nodes, stretch.Entry), Array.IndexOf(nodes, stretch.Last)));
            // It is good at the first op only.
            return new Quote(0, stretch.Last == nodes[1] ? 1 : 10, 0, 0, 0);
        });
        Add(registry, Scheme.Shares, (_, stretch) => new Quote(0, stretch.Ops.ToArray().Sum(op => op == nodes[1] ? 10 : 1), 0, 0, 0));
        Plan plan = Planner.Plan(graph, registry, LinkProfile.Lan);
        CollectionAssert.AreEquivalent(new[] { (0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3) }, asked.ToArray());
        CollectionAssert.AreEqual(new[] { Scheme.Ckks, Scheme.Ckks, Scheme.Shares, Scheme.Shares, Scheme.Plain }, plan.Steps.Select(step => step.To).ToArray());
        CollectionAssert.AreEqual(nodes[..2], plan.Steps[0].Stretch.Nodes.ToArray());
        CollectionAssert.AreEqual(nodes[2..4], plan.Steps[3].Stretch.Ops.ToArray());

        // A conversion between ciphertexts and shares belongs to the chain in ciphertexts, one from shares to plain to the stretch it leaves.
        Assert.IsTrue(plan.Steps[..3].All(step => ReferenceEquals(step.Stretch, plan.Steps[0].Stretch)));
        Assert.AreEqual((Scheme.Plain, Scheme.Shares), (plan.Steps[0].Stretch.Before, plan.Steps[0].Stretch.After));
        Assert.AreSame(plan.Steps[3].Stretch, plan.Steps[4].Stretch);
    }

    [TestMethod]
    public void Where_a_chain_is_cut_changes_the_hash()
    {
        (OpGraph graph, Node[] nodes) = Chain(5, 1 << 20, 7);
        byte[][] hashes = [.. Enumerable.Range(0, 4).Select(cut =>
        {
            using var registry = new SchemeRegistry(Party.Client);
            foreach (Scheme scheme in new[] { Scheme.Ckks, Scheme.Shares })
                Add(registry, scheme, (_, stretch) => stretch.Ops.ToArray().All(node => (scheme == Scheme.Ckks) == (Array.IndexOf(nodes, node) <= cut)) ? Quote.Free : null);
            return Planner.Plan(graph, registry, LinkProfile.Lan).Hash();
        })];
        Assert.AreEqual(4, hashes.Select(Convert.ToHexString).Distinct().Count());
    }

    private static void Add(SchemeRegistry registry, Scheme scheme, Func<Node, Stretch, Quote?> quote)
    {
        registry.Add(
            new FakeBackend(scheme, quote),
            new FakeConversion(Scheme.Plain, scheme, (_, _) => Quote.Free),
            new FakeConversion(scheme, Scheme.Plain, (_, _) => Quote.Free),
            new FakeConversion(scheme, scheme == Scheme.Ckks ? Scheme.Shares : Scheme.Ckks, (_, _) => Quote.Free));
    }

    // An input, products with weights of these bounds, a reveal.
    private static (OpGraph Graph, Node[] Nodes) Chain(params Int128[] bounds)
    {
        var graph = new OpGraph();
        var nodes = new List<Node> { graph.Input("x", Party.Client, new Shape(2, 2), new FixedPointFormat(0, 4)) };
        foreach (Int128 bound in bounds)
        {
            nodes.Add(graph.MatMul(nodes[^1], graph.Constant($"W{nodes.Count}", Visibility.Private(Party.Server), new Shape(2, 2), 0, bound)));
        }

        nodes.Add(graph.Reveal("y", nodes[^1], Party.Client));
        return (graph, [.. nodes]);
    }
}
