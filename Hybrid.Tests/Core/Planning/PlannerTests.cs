using System.Diagnostics;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Tests.Core.Planning;

/// <summary>Plans against all plans that there are, for small random graphs.</summary>
[TestClass]
public sealed class PlannerTests
{
    [TestMethod]
    [DataRow(GraphForm.Chain, 0.0)]
    [DataRow(GraphForm.Chain, 0.15)]
    [DataRow(GraphForm.Tree, 0.0)]
    [DataRow(GraphForm.Tree, 0.15)]
    [DataRow(GraphForm.Residual, 0.0)]
    [DataRow(GraphForm.Residual, 0.15)]
    public void Finds_the_cheapest_of_all_assignments(GraphForm form, double refusals)
    {
        int planned = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            var drawn = new PlanningCase(seed, form, refusals);
            planned += CheckCheapest(drawn, PlanRequest.Over(drawn.Link), $"{form}, seed {seed}") ? 1 : 0;
        }

        Assert.IsGreaterThan(70, planned);
    }

    [TestMethod]
    public void Finds_the_one_that_sends_least()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            var drawn = new PlanningCase(seed, GraphForm.Residual, 0.1);
            CheckCheapest(drawn, new PlanRequest(drawn.Link, PlanObjective.Bytes), $"seed {seed}");
        }
    }

    [TestMethod]
    public void Chains_are_planned_with_the_ways_that_they_wait_for()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            var drawn = new PlanningCase(seed, GraphForm.Chain, 0.05, roundTripSeconds: 0.5);
            CheckCheapest(drawn, PlanRequest.Over(drawn.Link), $"seed {seed}");
        }
    }

    [TestMethod]
    public void With_ways_that_overlap_the_plan_is_never_worse_than_that_of_shares_alone_and_seldom_not_the_best()
    {
        int best = 0;
        int planned = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            var drawn = new PlanningCase(seed, GraphForm.Residual, 0, roundTripSeconds: 0.5);
            var request = PlanRequest.Over(drawn.Link);
            using SchemeRegistry registry = drawn.Registry();
            Plan plan = Planner.Plan(drawn.Graph, registry, request);
            PlanForm.Check(plan, $"seed {seed}");
            Plan onShares = Planner.Plan(drawn.Graph, registry, request with { Among = new HashSet<Scheme> { Scheme.Shares } });
            Assert.IsLessThanOrEqualTo(request.Cost(onShares) + 1e-9, request.Cost(plan), $"seed {seed}");
            planned++;
            best += request.Cost(plan) <= drawn.AllPlans(registry).Min(request.Cost) + 1e-9 ? 1 : 0;
        }

        Assert.IsGreaterThan(planned * 8 / 10, best, $"{best} of {planned}");
    }

    [TestMethod]
    public void Pins_hold_or_are_refused_by_the_op_s_name()
    {
        int kept = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            var drawn = new PlanningCase(seed, seed % 2 == 0 ? GraphForm.Chain : GraphForm.Residual, 0.1);
            var random = new Random(seed);
            foreach (Node node in drawn.Graph.Nodes.ToArray())
            {
                if (node.Op is not (InputOp or ConstantOp or RevealOp) && random.Next(3) == 0)
                {
                    drawn.Graph.Pin(node, random.Next(3) == 0 ? Scheme.Shares : drawn.Ciphers[random.Next(drawn.Ciphers.Length)]);
                }
            }

            kept += CheckCheapest(drawn, PlanRequest.Over(drawn.Link), $"seed {seed}") ? 1 : 0;
        }

        Assert.IsGreaterThan(40, kept);
    }

    [TestMethod]
    public void A_pin_for_all_holds_where_the_scheme_can()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var drawn = new PlanningCase(seed, GraphForm.Residual);
            using SchemeRegistry registry = drawn.Registry();
            foreach (Scheme pin in new[] { Scheme.Paillier, Scheme.Ckks, Scheme.Shares })
            {
                string what = $"{pin}, seed {seed}";
                if (registry.Backend(pin) is null)
                {
                    Sentences.Refused<ParameterException>(() => Planner.Plan(drawn.Graph, registry, drawn.Link, pin), $"Use{pin}()");
                    continue;
                }

                Plan plan = Planner.Plan(drawn.Graph, registry, drawn.Link, pin);
                PlanForm.Check(plan, what);
                Assert.IsTrue(plan.Schemes.All(scheme => scheme == pin || scheme == Scheme.Shares), what);
                var plain = PlainParts.Of(drawn.Graph);
                foreach (Node node in drawn.Graph.Nodes.Where(node => node.Op is MatMulOp && new GraphUses(drawn.Graph).IsNeeded(node) && plain[node.Id] is null))
                {
                    bool isServers = plain[node.Inputs[0].Id] == Party.Server;
                    Assert.AreEqual(isServers ? Scheme.Shares : pin, plan.Assignment[node], $"{what}: {node.Label}");
                }
            }
        }
    }

    [TestMethod]
    public void Only_the_schemes_that_may_be_used_are()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            var drawn = new PlanningCase(seed, seed % 2 == 0 ? GraphForm.Chain : GraphForm.Tree);
            foreach (Scheme[] among in new Scheme[][] { [Scheme.Shares], [Scheme.Paillier], [Scheme.Paillier, Scheme.Ckks], [Scheme.Ckks, Scheme.Shares] })
            {
                CheckCheapest(drawn, PlanRequest.Over(drawn.Link) with { Among = among.ToHashSet() }, $"{string.Join(", ", among)}, seed {seed}");
            }
        }
    }

    [TestMethod]
    public void Graphs_of_a_hundred_ops_are_planned_soon()
    {
        foreach (GraphForm form in Enum.GetValues<GraphForm>())
        {
            // The bounds of random products would not fit: a hundred ops need narrower ones.
            OpGraph graph = LongGraphs.Of(form, 100);
            var drawn = new PlanningCase(1, GraphForm.Chain);
            using SchemeRegistry registry = drawn.Registry();
            long started = Stopwatch.GetTimestamp();
            Plan plan = Planner.Plan(graph, registry, LinkProfile.Wan);
            Assert.IsLessThan(TimeSpan.FromSeconds(10), Stopwatch.GetElapsedTime(started), $"{form}");
            PlanForm.Check(plan, $"{form}");
        }
    }

    // Compares a plan with all plans that the request allows; false if there is none, which the planner must then say.
    private static bool CheckCheapest(PlanningCase drawn, PlanRequest request, string what)
    {
        using SchemeRegistry registry = drawn.Registry();
        using SchemeRegistry server = drawn.Registry(Party.Server);
        double[] costs = [.. drawn.AllPlans(registry).Where(plan => IsAllowed(plan, request)).Select(request.Cost)];
        if (costs.Length == 0)
        {
            ParameterException e = Assert.ThrowsExactly<ParameterException>(() => Planner.Plan(drawn.Graph, registry, request), what);
            Sentences.Check(e);
            Assert.AreEqual(ParameterFault.Unsupported, e.Fault, what);
            Assert.IsTrue(drawn.Graph.Nodes.Any(node => e.Message.Contains($"({node.Label})", StringComparison.Ordinal)), $"{what}: {e.Message}");
            return false;
        }

        Plan plan = Planner.Plan(drawn.Graph, registry, request);
        PlanForm.Check(plan, what);
        Assert.IsTrue(IsAllowed(plan, request), what);
        Assert.AreEqual(costs.Min(), request.Cost(plan), 1e-9, $"{what}: {plan}");
        CollectionAssert.AreEqual(plan.Hash(), Planner.Derive(drawn.Graph, server, plan.Assignment).Hash(), what);
        return true;
    }

    private static bool IsAllowed(Plan plan, PlanRequest request) =>
        plan.Schemes.All(request.Allows) && plan.Graph.Pins.All(pin => !new GraphUses(plan.Graph).IsNeeded(plan.Graph.Nodes[pin.Key]) || plan.Assignment.Schemes[pin.Key] == pin.Value);
}
