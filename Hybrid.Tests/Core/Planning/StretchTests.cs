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
    public void Backends_are_asked_about_every_stretch_and_steps_have_their_own()
    {
        (OpGraph graph, Node[] nodes) = Chain(5, 6, 7);
        var asked = new HashSet<(int First, int Last)>();
        using var registry = new SchemeRegistry(Party.Client);
        foreach (Scheme scheme in new[] { Scheme.Ckks, Scheme.Shares })
        {
            registry.Add(
                new AskedBackend(scheme, stretch =>
                {
                    asked.Add((Array.IndexOf(nodes, stretch.Entry), Array.IndexOf(nodes, stretch.Last)));
                    // The one is good at the first op only, the other at the rest.
                    return new Quote(0, (scheme == Scheme.Ckks ? stretch.Last : stretch.Entry) == nodes[1] ? 1 : 10, 0, 0, 0);
                }),
                new FakeConversion(Scheme.Plain, scheme, (_, _) => Quote.Free),
                new FakeConversion(scheme, Scheme.Plain, (_, _) => Quote.Free),
                new FakeConversion(scheme, scheme == Scheme.Ckks ? Scheme.Shares : Scheme.Ckks, (_, _) => Quote.Free));
        }

        Plan plan = Planner.Plan(graph, registry, LinkProfile.Lan);
        CollectionAssert.AreEquivalent(new[] { (0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3) }, asked.ToArray());
        CollectionAssert.AreEqual(new[] { Scheme.Ckks, Scheme.Ckks, Scheme.Shares, Scheme.Shares, Scheme.Shares, Scheme.Plain }, plan.Steps.Select(step => step.To).ToArray());
        CollectionAssert.AreEqual(nodes[..2], plan.Steps[0].Stretch.Nodes.ToArray());
        Assert.AreSame(plan.Steps[0].Stretch, plan.Steps[1].Stretch);

        // A conversion to another scheme belongs to the stretch it enters, one to plain to the stretch it leaves.
        CollectionAssert.AreEqual(nodes[1..4], plan.Steps[2].Stretch.Nodes.ToArray());
        Assert.IsTrue(plan.Steps[2..].All(step => ReferenceEquals(step.Stretch, plan.Steps[2].Stretch)));
    }

    [TestMethod]
    public void Where_a_chain_is_cut_changes_the_hash()
    {
        (OpGraph graph, Node[] nodes) = Chain(5, 1 << 20, 7);
        byte[][] hashes = [.. Enumerable.Range(0, 4).Select(cut =>
        {
            using var registry = new SchemeRegistry(Party.Client);
            foreach (Scheme scheme in new[] { Scheme.Ckks, Scheme.Shares })
            {
                registry.Add(
                    new FakeBackend(scheme, (node, _) => (scheme == Scheme.Ckks) == (Array.IndexOf(nodes, node) <= cut) ? Quote.Free : null),
                    new FakeConversion(Scheme.Plain, scheme, (_, _) => Quote.Free),
                    new FakeConversion(scheme, Scheme.Plain, (_, _) => Quote.Free),
                    new FakeConversion(scheme, scheme == Scheme.Ckks ? Scheme.Shares : Scheme.Ckks, (_, _) => Quote.Free));
            }

            return Planner.Plan(graph, registry, LinkProfile.Lan).Hash();
        })];
        Assert.AreEqual(4, hashes.Select(Convert.ToHexString).Distinct().Count());
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

    /// <summary>A backend that quotes by the stretch.</summary>
    private sealed class AskedBackend(Scheme scheme, Func<Stretch, Quote?> quote) : IBackend
    {
        public Scheme Scheme => scheme;

        public string Keys => string.Empty;

        public Quote? Quote(Node node, Stretch stretch)
        {
            Assert.Contains(node, stretch.Ops.ToArray());
            return quote(stretch);
        }

        public Task SetUpAsync(Plan plan, StepContext context) => Task.CompletedTask;

        public Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context) => throw new InvalidOperationException("It only quotes.");

        public void Dispose()
        {
            // There is nothing.
        }
    }
}
