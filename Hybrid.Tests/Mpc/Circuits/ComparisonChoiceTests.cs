using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Functions;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Tensors;

namespace Hybrid.Tests.Mpc.Circuits;

[TestClass]
public sealed class ComparisonChoiceTests
{
    [TestMethod]
    [DataRow(10, "wan", ComparisonMethod.FunctionSharing)]
    [DataRow(1_000_000, "wan", ComparisonMethod.Tree)]
    [DataRow(10, "lan", ComparisonMethod.FunctionSharing)]
    [DataRow(10_000, "lan", ComparisonMethod.Tree)]
    public void Few_comparisons_far_apart_save_rounds_and_many_save_bytes(int count, string link, ComparisonMethod expected)
    {
        LinkProfile profile = link == "wan" ? LinkProfile.Wan : LinkProfile.Lan;
        Circuit chosen = ComparisonChoice.Cheapest(new CircuitOptions(), profile, options => Relu(options, count));
        Assert.AreEqual(expected, chosen.Options.Comparison);
    }

    [TestMethod]
    public void What_is_dealt_counts_by_the_link_to_the_dealer_and_while_the_parties_compute()
    {
        Circuit ByDealer(LinkProfile dealer) => ComparisonChoice.Cheapest(new CircuitOptions(), LinkProfile.Wan, options => Relu(options, 20_000), dealer);
        Assert.AreEqual(ComparisonMethod.FunctionSharing, ByDealer(LinkProfile.Loopback).Options.Comparison);
        Assert.AreEqual(ComparisonMethod.Tree, ByDealer(LinkProfile.Mobile).Options.Comparison);
        CircuitCost cost = ByDealer(LinkProfile.Loopback).Cost;
        double run = ComparisonChoice.Seconds(cost, LinkProfile.Wan, LinkProfile.Loopback);
        double dealt = ComparisonChoice.DealtSeconds(cost, LinkProfile.Mobile);
        Assert.IsGreaterThan(run, dealt);
        // The longer of both counts, and what was sent before the run does not.
        Assert.AreEqual(dealt, ComparisonChoice.Seconds(cost, LinkProfile.Wan, LinkProfile.Mobile), 0.01 * dealt);
        Assert.AreEqual(run, ComparisonChoice.Seconds(cost, LinkProfile.Wan, LinkProfile.Mobile, before: dealt), 0.01 * run);
    }

    [TestMethod]
    public void Three_parties_compare_by_tree()
    {
        Circuit chosen = ComparisonChoice.Cheapest(new CircuitOptions { Parties = 3 }, LinkProfile.Mobile, options => Relu(options, 1));
        Assert.AreEqual(ComparisonMethod.Tree, chosen.Options.Comparison);
    }

    private static Circuit Relu(CircuitOptions options, int count)
    {
        var circuit = new Circuit(options);
        circuit.Keep(circuit.Input(0, new Shape(count), 16, WordRange.OfBits(31)).Relu());
        return circuit;
    }
}
