using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Functions;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc.Circuits;
using Hybrid.Tests.Mpc.Ring64;

namespace Hybrid.Tests.Mpc.Protocols;

/// <summary>Products with weights that are sent before it is known what a ReLU selects.</summary>
[TestClass]
public sealed class SelectedProductTests
{
    [TestMethod]
    [DataRow(ComparisonMethod.Tree, 0, 50, 4)]
    [DataRow(ComparisonMethod.Tree, 1, 64, 1)]
    [DataRow(ComparisonMethod.FunctionSharing, 1, 130, 10)]
    [DataRow(ComparisonMethod.FunctionSharing, 0, 1, 3)]
    public async Task They_are_exact_in_every_run(ComparisonMethod method, int owner, int k, int n)
    {
        var random = new RandomWords(67);
        await using Parties parties = await Parties.OpenAsync(seed: 68);
        ulong[] w = [.. random.Next(k * n).Select(word => word & 0xFFFF)];
        (WeightSpecification weights, PrivateWeights[] ends) = await OpenAsync(parties, owner, new Shape(k, n), w);

        // Chunks of what is dealt, and planes of bits, end within rows.
        foreach (int rows in new[] { 1, 33, 100 })
        {
            long[] x = [.. random.Next(rows * k).Select(word => (long)word >> 34)];
            var circuit = new Circuit(new CircuitOptions { Comparison = method });
            Wire input = circuit.SharedInput(new Shape(rows, k, 1), 5, WordRange.OfBits(30));
            (_, Wire relu) = input.TruncateWithRelu(2);
            Opening selected = circuit.Open(relu);
            Opening truncated = circuit.Open(relu.Reshape(rows, k).SelectedMatMulProduct(weights));
            Opening whole = circuit.Open(input.Reshape(rows, k).Relu().SelectedMatMulProduct(weights));
            Assert.AreEqual(new Shape(rows, n), truncated.Value.Shape);
            CircuitResults[] results = await RunAsync(parties, circuit, input, x, ends);
            for (int party = 0; party < 2; party++)
            {
                CollectionAssert.AreEqual(Product(results[party].Integers(selected).ToArray(), w, rows, k, n), results[party].Integers(truncated).ToArray());
                CollectionAssert.AreEqual(Product([.. x.Select(a => Math.Max(a, 0))], w, rows, k, n), results[party].Integers(whole).ToArray());
            }
        }

        foreach (PrivateWeights end in ends)
            end.Dispose();
    }

    [TestMethod]
    [DataRow(ComparisonMethod.Tree)]
    [DataRow(ComparisonMethod.FunctionSharing)]
    public async Task They_take_no_round_of_their_own(ComparisonMethod method)
    {
        await using Parties parties = await Parties.OpenAsync(seed: 69);
        (WeightSpecification weights, _) = await OpenAsync(parties, 1, new Shape(64, 3), new ulong[192]);
        CircuitCost CostOf(Func<Wire, Wire> product)
        {
            var circuit = new Circuit(new CircuitOptions { Comparison = method });
            circuit.Keep(product(circuit.SharedInput(new Shape(2, 64), 0, WordRange.OfBits(30)).Relu()));
            return circuit.Cost;
        }

        CircuitCost apart = CostOf(x => x.MatMulProduct(weights));
        CircuitCost together = CostOf(x => x.SelectedMatMulProduct(weights));
        Assert.AreEqual(apart.Rounds - 1, together.Rounds);
        Assert.AreEqual(apart.Ways.Longest - 1, together.Ways.Longest);
        Assert.AreEqual(apart.BytesFrom[1], together.BytesFrom[1]);

        // A word more for each element, and a header less where both go with the bits.
        long header = apart.MessagesFrom[0] - together.MessagesFrom[0];
        Assert.AreEqual(apart.BytesFrom[0] + (8 * 128) - (8 * header), together.BytesFrom[0]);
        Assert.AreEqual((3 * 64) + 3, (together.Demand.DealtBytes(1) - apart.Demand.DealtBytes(1) + (8 * 2 * 3)) / (8 * 2), "words dealt for each row");
    }

    [TestMethod]
    public async Task What_no_relu_selects_is_multiplied_as_ever()
    {
        await using Parties parties = await Parties.OpenAsync(seed: 70);
        (WeightSpecification weights, _) = await OpenAsync(parties, 1, new Shape(4, 3), new ulong[12]);
        foreach (WordRange range in new[] { WordRange.OfBits(20), new WordRange(0, 100) })
        {
            var circuit = new Circuit();
            Wire x = circuit.SharedInput(new Shape(2, 4), 0, range);
            (range.Low < 0 ? x : x.Relu()).SelectedMatMulProduct(weights);
            Assert.IsFalse(circuit.Cost.Demand.Draws.Any(draw => draw.Kind is SelectedProduct));
        }
    }

    private static Task<(WeightSpecification Weights, PrivateWeights[] Ends)> OpenAsync(Parties parties, int owner, Shape shape, ulong[] words) =>
        parties.OpenWeightsAsync(Feed.Of(owner, shape, 0, [.. words.Select(word => (long)word)], WordRange.OfBits(18)), 7, (Int128)shape[0] << 16);

    private static async Task<CircuitResults[]> RunAsync(Parties parties, Circuit circuit, Wire input, long[] x, PrivateWeights[] ends)
    {
        CircuitInputs[] inputs = Parties.Inputs(circuit);
        Feed.Of(0, input.Shape, input.FractionBits, x).ShareTo(input, inputs, 71);
        for (int party = 0; party < 2; party++)
            inputs[party].Set(ends[party]);
        return await parties.RunAsync(circuit, inputs);
    }

    private static long[] Product(long[] x, ulong[] w, int m, int k, int n) =>
        [.. NaiveProduct.Compute([.. x.Select(a => unchecked((ulong)a))], w, m, k, n).Select(word => unchecked((long)word))];
}
