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
