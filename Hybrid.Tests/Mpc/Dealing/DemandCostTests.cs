using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Mpc.Ring64;
using Hybrid.Tensors;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Mpc.Dealing;

[TestClass]
public sealed class DemandCostTests
{
    [TestMethod]
    public void Dealt_bytes_are_those_of_the_demand_where_chunks_are_whole()
    {
        var demand = new CorrelationDemand(
        [
            new(new ComparisonMask(41, ComparisonMethod.FunctionSharing, 1), 4 << 13), new(new MergeMask(10), 1 << 13), new(new BitMask(), 1 << 13),
        ]);
        long slack = 1000;
        Int128 exact = demand.DealtBytes(0) + demand.DealtBytes(1);
        Int128 cost = DemandCost.Of(demand, 2).DealtBytes;
        Assert.IsTrue(cost >= exact && cost < exact + slack, $"{cost} for {exact}");
    }

    [TestMethod]
    public void Each_limit_is_named()
    {
        DealerOptions options = DealerOptions.Default;
        var map = new MatMulMap(new Shape(1000, 1000), new Shape(1000, 1000));
        var triple = new CorrelationDemand([new(new BilinearTriple(map), 10)]);
        DemandCost cost = DemandCost.Of(triple, 2);
        cost.Require(options, 0);
        Assert.IsTrue(cost.Work >= 10_000_000_000);
        Sentences.Refused<ParameterException>(() => cost.Require(options with { MaximumWork = 1_000_000_000 }, 0), "work");
        Sentences.Refused<ParameterException>(() => cost.Require(options with { MaximumDealtBytes = 1000 }, 0), "dealt");
        Sentences.Refused<ParameterException>(() => cost.Require(options with { MaximumMemoryBytes = 1000 }, 0), "memory");
        Sentences.Refused<ParameterException>(() => cost.Require(options, 1L << 30), "memory");
        var most = new CorrelationDemand(Enumerable.Repeat(new CorrelationDraw(new BilinearTriple(new MatMulMap(new Shape(1, 1 << 24), new Shape(1 << 24, 1))), 1 << 30), 1 << 20));
        Sentences.Refused<ParameterException>(() => DemandCost.Of(most, 16).Require(options, 0), "allows");
    }
}
