using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Mpc;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Planning;

/// <summary>Set-up as a part of what a plan keeps small.</summary>
[TestClass]
public sealed class SetUpObjectiveTests
{
    [TestMethod]
    public void Many_weights_are_worth_sending_for_many_queries_only()
    {
        // A layer of 6.4 million bytes of weights: shares send them once, CKKS a part of that with every query.
        OpGraph graph = Layer(784, 1024);
        using SchemeRegistry registry = Registry();
        Plan many = Planner.Plan(graph, registry, PlanRequest.Over(LinkProfile.Wan));
        Plan once = Planner.Plan(graph, registry, new PlanRequest(LinkProfile.Wan, PlanObjective.Latency with { Queries = 1 }));
        CollectionAssert.AreEqual(new[] { Scheme.Shares }, many.Schemes.ToArray());
        CollectionAssert.Contains(once.Schemes.ToArray(), Scheme.Ckks);
        Assert.IsGreaterThan(Together(once), Together(many));
        Assert.AreEqual(8L * 784 * 1024, many.SetUp.BytesDown);

        // Shared among many, it is the plan that does without it again.
        Plan hundred = Planner.Plan(graph, registry, new PlanRequest(LinkProfile.Wan, PlanObjective.Latency with { Queries = 100 }));
        Assert.AreEqual(many.Assignment, hundred.Assignment);
    }

    [TestMethod]
    public void What_needs_no_set_up_costs_none()
    {
        using SchemeRegistry registry = Registry();
        registry.SetUp.Add(Scheme.Shares);
        registry.SetUp.Add(Scheme.Ckks);
        Assert.AreEqual(Quote.Free, Planner.Plan(Layer(20, 30), registry, LinkProfile.Lan).SetUp);
    }

    private static double Together(Plan plan) => plan.Seconds(LinkProfile.Wan) + LinkProfile.Wan.Latency(plan.SetUp);

    private static SchemeRegistry Registry()
    {
        var registry = new SchemeRegistry(Party.Client);
        registry.UseCkks();
        registry.UseShares(new SharesOptions { Dealer = new InProcessDealer(), Link = LinkProfile.Wan });
        return registry;
    }

    private static OpGraph Layer(int inputs, int outputs)
    {
        var program = new TensorProgram();
        var weights = new double[inputs * outputs];
        for (int i = 0; i < weights.Length; i++)
            weights[i] = (i % 19 - 9) / 100.0;
        SecretTensor x = program.Input("x", Party.Client, new Shape(1, inputs), 1);
        x.MatMul(program.Private("weights", Party.Server, Tensor.Create(weights, [inputs, outputs]))).Relu().Reveal(Party.Client);
        return program.Graph;
    }
}
