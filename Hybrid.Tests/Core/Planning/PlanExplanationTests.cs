using Hybrid.Graph;
using Hybrid.Mpc;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Planning;

[TestClass]
public sealed class PlanExplanationTests
{
    [TestMethod]
    public void Every_op_has_a_scheme_a_price_and_a_reason()
    {
        OpGraph graph = TwoLayers();
        using SchemeRegistry registry = AllSchemes.Registry();
        PlanExplanation explanation = PlanExplanation.Of(graph, registry, PlanRequest.Over(LinkProfile.Lan));
        CollectionAssert.AreEqual(
            new[] { "first", "bias", "cut", "relu", "second" }, explanation.Ops.Select(op => op.Op.Label).ToArray());
        foreach (OpExplanation op in explanation.Ops)
        {
            Assert.AreEqual(explanation.Plan.Assignment[op.Op], op.Scheme, op.Op.Label);
            Assert.IsTrue(op.Chosen!.IsAble, op.Op.Label);
            Assert.AreSame(explanation.Plan, op.Chosen.Plan, op.Op.Label);
            Assert.IsTrue(op.Step!.Stretch.Ops.Contains(op.Op), op.Op.Label);
            Assert.AreNotEqual(string.Empty, op.Why);
        }

        Assert.AreEqual("the only scheme that computes this Relu", explanation.Ops[3].Why);
        CollectionAssert.AreEqual(
            new[] { Scheme.Paillier, Scheme.Ckks, Scheme.Shares },
            explanation.Ops[0].Alternatives.Where(alternative => alternative.IsAble).Select(alternative => alternative.Scheme).ToArray());
    }

    [TestMethod]
    public void The_next_best_is_a_whole_plan_and_no_better()
    {
        OpGraph graph = TwoLayers();
        using SchemeRegistry registry = AllSchemes.Registry();
        foreach (LinkProfile link in new[] { LinkProfile.Lan, LinkProfile.Mobile })
        {
            var request = PlanRequest.Over(link);
            PlanExplanation explanation = PlanExplanation.Of(graph, registry, request);
            OpExplanation op = explanation.Ops[0];
            SchemeAlternative next = op.Others(request).First();
            Assert.AreEqual(next.Scheme, next.Plan!.Assignment.Schemes[op.Op.Id]);
            double more = next.Plan.Seconds(link) - explanation.Plan.Seconds(link);
            Assert.IsGreaterThanOrEqualTo(0, more);
            StringAssert.StartsWith(op.Why, "cheapest: ");
            StringAssert.EndsWith(op.Why, $"would take {Amounts.Seconds(more)} more");
        }
    }

    [TestMethod]
    public void A_pinned_op_says_so_and_the_graph_keeps_its_pins()
    {
        OpGraph graph = TwoLayers();
        graph.Pin(graph.Nodes.Single(node => node.Label == "first"), Scheme.Ckks);
        using SchemeRegistry registry = AllSchemes.Registry();
        PlanExplanation explanation = PlanExplanation.Of(graph, registry, PlanRequest.Over(LinkProfile.Lan));
        Assert.AreEqual(Scheme.Ckks, explanation.Ops[0].Scheme);
        StringAssert.StartsWith(explanation.Ops[0].Why, "pinned");
        Assert.HasCount(1, graph.Pins);
        Assert.AreEqual(Scheme.Ckks, graph.Pins.Single().Value);
    }

    [TestMethod]
    public void A_pin_of_the_whole_graph_holds_where_it_can()
    {
        using SchemeRegistry registry = AllSchemes.Registry();
        PlanExplanation explanation = PlanExplanation.Of(TwoLayers(), registry, PlanRequest.Over(LinkProfile.Lan, Scheme.Paillier));
        Assert.AreEqual("pinned, like every op that Paillier can compute", explanation.Ops[0].Why);
        StringAssert.Contains(explanation.Ops[3].Why, "only scheme");
    }

    [TestMethod]
    public void Ops_of_one_party_are_in_the_clear()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(2, 3), new FixedPointFormat(8, 4));
        Node doubled = graph.Add("doubled", new AddOp(), x, x);
        graph.Reveal("y", Product(graph, "product", doubled), Party.Client);
        using SchemeRegistry registry = AllSchemes.Registry();
        OpExplanation op = PlanExplanation.Of(graph, registry, PlanRequest.Over(LinkProfile.Lan)).Ops[0];
        Assert.AreEqual(Scheme.Plain, op.Scheme);
        Assert.IsEmpty(op.Alternatives);
        Assert.AreEqual("in the clear at the client, which has all that goes in", op.Why);
    }

    [TestMethod]
    public void What_time_goes_into_adds_up_to_the_plans()
    {
        using SchemeRegistry registry = AllSchemes.Registry();
        foreach (Scheme? pin in new Scheme?[] { null, Scheme.Paillier, Scheme.Ckks, Scheme.Shares })
        {
            Plan plan = Planner.Plan(TwoLayers(), registry, PlanRequest.Over(LinkProfile.Wan, pin));
            Assert.AreEqual(plan.Seconds(LinkProfile.Wan), PlanTime.Of(plan, LinkProfile.Wan).Total, 1e-9, $"{pin}");
            foreach (PlanStep step in plan.Steps)
            {
                Assert.AreEqual(LinkProfile.Wan.Latency(step.Quote), PlanTime.Of(step.Quote, LinkProfile.Wan).Total, 1e-9, $"{pin}, step {step}");
            }
        }
    }

    [TestMethod]
    public void Variants_use_one_scheme_wherever_it_can_be_used_and_none_is_better_than_the_chosen_plan()
    {
        using SchemeRegistry registry = AllSchemes.Registry();
        SchemeComparison comparison = SchemeComparison.Of(TwoLayers(), registry, PlanRequest.Over(LinkProfile.Lan));
        CollectionAssert.AreEqual(
            new[] { "all-paillier", "all-ckks", "all-shares", "chosen" }, comparison.Variants.Select(variant => variant.Name).ToArray());
        foreach (PlanVariant variant in comparison.Variants)
        {
            Assert.IsNull(variant.Refusal);
            Assert.AreEqual(variant.Pin ?? comparison.Chosen.Ops[0].Scheme, variant.Plan!.Assignment[comparison.Chosen.Ops[0].Op]);
            Assert.AreEqual(Scheme.Shares, variant.Plan.Assignment[comparison.Chosen.Ops[3].Op]);
            Assert.IsGreaterThan(0, variant.BytesDealt!.Value);
            Assert.IsGreaterThan(0, variant.Error!.Value);
            Assert.IsGreaterThanOrEqualTo(comparison.Chosen.Plan.Seconds(LinkProfile.Lan), variant.Plan.Seconds(LinkProfile.Lan));
        }

        // Noise in what is cut off counts as so many units.
        Assert.AreEqual(TruncateOp.MaximumError * comparison.Variants[2].Error!.Value, comparison.Variants[1].Error!.Value, 1e-12);
        Assert.AreEqual(comparison.Variants[2].Error, comparison.Variants[0].Error);
    }

    [TestMethod]
    public void A_variant_that_cannot_be_says_why()
    {
        using var registry = new SchemeRegistry(Party.Client);
        registry.UseShares(new SharesOptions { Dealer = new InProcessDealer() });
        SchemeComparison comparison = SchemeComparison.Of(TwoLayers(), registry, PlanRequest.Over(LinkProfile.Lan));
        StringAssert.Contains(comparison.Variants[0].Refusal!, "Paillier is not at hand");
        Assert.AreEqual("all-shares", comparison.Variants[3].SameAs);
        Assert.AreEqual("the only scheme at hand", comparison.Chosen.Ops[0].Why);
    }

    private static OpGraph TwoLayers()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(2, 3), new FixedPointFormat(8, 4));
        Node bias = graph.Constant("b", Visibility.Private(Party.Server), new Shape(3), 12, 1000);
        Node sum = graph.Add("bias", new AddOp(), Product(graph, "first", x), bias);
        Node cut = graph.Add("cut", new TruncateOp(4), sum);
        Node relu = graph.Add("relu", new UnaryOp(UnaryFunction.Relu), cut);
        graph.Reveal("y", Product(graph, "second", relu), Party.Client);
        return graph;
    }

    private static Node Product(OpGraph graph, string label, Node x) =>
        graph.Add(label, new MatMulOp(), x, graph.Constant($"W of {label}", Visibility.Private(Party.Server), new Shape(3, 3), 4, 24));
}
