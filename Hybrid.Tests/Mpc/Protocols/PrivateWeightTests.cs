using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Functions;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Core;
using Hybrid.Tests.Mpc.Circuits;
using Hybrid.Tests.Mpc.Ring64;

namespace Hybrid.Tests.Mpc.Protocols;

/// <summary>Weights that one party knows: opened once under their mask, exact in every product after.</summary>
[TestClass]
public sealed class PrivateWeightTests
{
    [TestMethod]
    [DataRow(0, 50, 4)]
    [DataRow(1, 50, 4)]
    [DataRow(1, 1, 1)]
    [DataRow(0, 200, 130)]
    public async Task Matrix_products_are_exact_in_every_run(int owner, int k, int n)
    {
        var random = new RandomWords(61);
        await using Parties parties = await Parties.OpenAsync(seed: 62);
        Feed w = Weights(random, owner, k, n);
        (WeightSpecification weights, PrivateWeights[] ends) = await OpenAsync(parties, 7, w);
        CollectionAssert.AreEqual(w.Words, ends[owner].Words.ToArray());
        CollectionAssert.AreNotEqual(w.Words, ends[1 - owner].Words.ToArray());
        foreach (int m in new[] { 1, 33, 70 })
        {
            Feed x = Feed.Uniform(random, m, k);
            long[] z = await ProductAsync(parties, ends, x, input => input.MatMulProduct(weights));
            CollectionAssert.AreEqual(NaiveProduct.Compute(x.Words, w.Words, m, k, n), Words(z));
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task From_the_left_they_are_exact_and_cost_as_much(int owner)
    {
        var random = new RandomWords(72);
        await using Parties parties = await Parties.OpenAsync(seed: 73);
        Feed w = Weights(random, owner, 7, 50);
        (WeightSpecification weights, PrivateWeights[] ends) = await OpenAsync(parties, 7, w);
        Feed x = Feed.Uniform(random, 50, 3);
        long[] z = await ProductAsync(parties, ends, x, input => weights.MatMulProduct(input));
        CollectionAssert.AreEqual(NaiveProduct.Compute(w.Words, x.Words, 7, 50, 3), Words(z));
        var circuit = new Circuit();
        Wire product = weights.MatMulProduct(circuit.SharedInput(new Shape(50, 3), 0, WordRange.Within(1)));
        Assert.AreEqual(new Shape(7, 3), product.Shape);
        Assert.AreEqual(8 + 8 + (8 * 150), circuit.Cost.BytesFrom[1 - owner]);
        Assert.AreEqual(8, circuit.Cost.BytesFrom[owner], "a greeting");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task Convolutions_are_exact_in_every_run(int owner)
    {
        var random = new RandomWords(63);
        await using Parties parties = await Parties.OpenAsync(seed: 64);
        int number = 0;
        foreach (object[] row in ProductTests.Geometries)
        {
            var (image, kernel, geometry) = ((int[])row[0], (int[])row[1], (Conv2dGeometry)row[2]);
            Feed w = Weights(random, owner, kernel);
            (WeightSpecification weights, PrivateWeights[] ends) = await OpenAsync(parties, number++, w);
            for (int run = 0; run < 2; run++)
            {
                Feed x = Feed.Uniform(random, image);
                long[] z = await ProductAsync(parties, ends, x, input => input.ConvolutionProduct(weights, geometry));
                CollectionAssert.AreEqual(PlainConvolution.Compute(x.Words, x.Shape, w.Words, w.Shape, geometry), Words(z));
            }
        }
    }

    [TestMethod]
    public async Task Opening_and_first_product_can_share_a_session_and_cost_one_message_each()
    {
        await using Parties parties = await Parties.OpenAsync(seed: 65);
        Feed w = Feed.Of(1, new Shape(20, 5), 0, [.. Enumerable.Range(-50, 100).Select(i => (long)i)]);
        (WeightSpecification weights, PrivateWeights[] ends) = await OpenAsync(parties, 0, w);
        var circuit = new Circuit();
        Wire x = circuit.Input(0, new Shape(3, 20), 16, WordRange.OfBits(20));
        Wire product = x.MatMulProduct(weights);
        Assert.AreEqual((2, 1), (circuit.Cost.MessagesFrom[0], circuit.Cost.MessagesFrom[1]), "both greet, and the party without the weights sends");
        Assert.AreEqual(8 + 8 + (8 * 60), circuit.Cost.BytesFrom[0]);
        Assert.AreEqual(WordRange.Within((Int128.One << 20) * 1000), product.Range, "the bound is the input's times the norm");
        foreach (PrivateWeights end in ends)
            StringAssert.Contains(end.ToString(), "party 1's 100 weights 0");
    }

    [TestMethod]
    public async Task Weights_are_opened_once_and_brought_by_their_owner()
    {
        await using Parties parties = await Parties.OpenAsync(seed: 66);
        Feed w = Feed.Of(0, 1, 2, 3);
        (WeightSpecification weights, PrivateWeights[] ends) = await OpenAsync(parties, 5, w with { Shape = new Shape(3, 1) });

        // Again under the same mask, their difference would show.
        var again = new Circuit();
        again.OpenWeights(again.Input(0, new Shape(3), 0, w.Range), weights.Mask, 6);
        Sentences.Refused<ParameterException>(() => parties.Dealer.GiveSource(0, again.Cost.Demand), "were dealt before", "open weights once");

        var other = new Circuit();
        Sentences.Refused<ParameterException>(() => other.OpenWeights(other.Input(0, new Shape(4), 0, w.Range), weights.Mask, 6), "3 words");
        Wire theirs = other.Input(1, new Shape(3), 0, w.Range);
        Sentences.Refused<ParameterException>(() => other.OpenWeights(theirs, weights.Mask, 6), "party 0");
        Wire computed = other.Input(0, new Shape(3), 0, w.Range).Add(theirs);
        Sentences.Refused<ParameterException>(() => other.OpenWeights(computed, weights.Mask, 6), "party 0");
        var three = new Circuit(new CircuitOptions { Parties = 3 });
        Sentences.Refused<ParameterException>(() => three.OpenWeights(three.Input(0, new Shape(3), 0, w.Range), weights.Mask, 6), "3 parties");

        // A run without the weights' ends says so at both.
        var circuit = new Circuit();
        Wire x = circuit.Input(1, new Shape(2, 3), 0, WordRange.Within(10));
        circuit.Open(x.MatMulProduct(weights));
        CircuitInputs[] inputs = Parties.Inputs(circuit);
        inputs[1].Set(x, [1L, 2, 3, 4, 5, 6]);
        for (int party = 0; party < 2; party++)
        {
            Sentences.Check(
                await Assert.ThrowsExactlyAsync<ParameterException>(() => parties.RunOneAsync(party, circuit, inputs[party])), "party 0's weights 5", "open them first");
        }

        foreach (PrivateWeights end in ends)
            end.Dispose();
    }

    private static async Task<(WeightSpecification Weights, PrivateWeights[] Ends)> OpenAsync(Parties parties, int number, Feed w)
    {
        Int128 norm = w.IsHonest ? w.Integers.Aggregate(Int128.Zero, (sum, integer) => Int128.Max(sum, Int128.Abs(integer))) * w.Shape[0] : 1;
        (WeightSpecification weights, PrivateWeights[] ends) = await parties.OpenWeightsAsync(w, number, norm);
        return (weights with { Norm = w.IsHonest && w.Words.Length < 200 ? norm : 1 }, ends);
    }

    // Large words; the products' bound is said to be small, so that they may wrap.
    private static Feed Weights(RandomWords random, int owner, params int[] lengths)
    {
        var shape = new Shape(lengths);
        long[] integers = [.. random.Next(shape.ElementCount).Select(word => (long)word >> 2)];
        return Feed.Of(owner, shape, 0, integers, WordRange.Widest);
    }

    private static async Task<long[]> ProductAsync(Parties parties, PrivateWeights[] ends, Feed x, Func<Wire, Wire> multiply)
    {
        var circuit = new Circuit();
        Wire input = (x with { Range = default }).AddTo(circuit);
        Opening opening = circuit.Open(multiply(input));
        CircuitInputs[] inputs = Parties.Inputs(circuit);
        x.Give(input, inputs, 99);
        for (int party = 0; party < 2; party++)
            inputs[party].Set(ends[party]);
        CircuitResults[] results = await parties.RunAsync(circuit, inputs);
        CollectionAssert.AreEqual(results[0].Integers(opening).ToArray(), results[1].Integers(opening).ToArray());
        return results[0].Integers(opening).ToArray();
    }

    private static ulong[] Words(long[] integers) => [.. integers.Select(integer => unchecked((ulong)integer))];
}
