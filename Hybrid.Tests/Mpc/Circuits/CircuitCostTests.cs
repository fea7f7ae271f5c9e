using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Functions;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Tests.Mpc.Circuits;

/// <summary>Independent gates share rounds, and what a circuit declares is what goes over the wire.</summary>
[TestClass]
public sealed class CircuitCostTests
{
    private const int Count = 100;

    [TestMethod]
    public void Independent_gates_share_rounds_and_dependent_ones_do_not()
    {
        (Circuit circuit, Wire x, Wire y) = New();
        Wire product = x.Product(y);
        x.SquareProduct();
        y.Less(3);
        x.Rescale(0);
        x.Slice(0, 0, 4).Reshape(1, 4).MatMulProduct(y.Slice(0, 0, 4).Reshape(4, 1));
        circuit.Open(x);
        Assert.AreEqual(3, circuit.Cost.Rounds, "all in the first of the comparison's three");
        Assert.AreEqual(3, circuit.Cost.MessagesFrom[0]);
        product.Rescale(3);
        product.Less(0);
        Assert.AreEqual(4, circuit.Cost.Rounds, "a product, and a comparison in three rounds");
    }

    [TestMethod]
    public void Costs_of_gates_are_what_their_documentation_says()
    {
        AssertCost(1, 16 * Count, (x, y) => x.Product(y));
        AssertCost(2, 24 * Count, (x, y) => x.Multiply(y));
        AssertCost(1, 8 * Count, (x, _) => x.SquareProduct());
        AssertCost(2, 16 * Count, (x, _) => x.Square());
        AssertCost(1, 8 * Count, (x, _) => x.Rescale(1));
        AssertCost(1, 8 * (6 + 8), (x, y) => x.Slice(0, 0, 6).Reshape(3, 2).MatMulProduct(y.Slice(0, 0, 8).Reshape(2, 4)));
        AssertCost(0, 0, (x, y) => x.Add(y).Subtract(x).Negate().Reshape(10, 10).Transpose(1, 0).Sum([0]).Add(0.5).Multiply(3));
        AssertCost(1, 8 * Count, (x, _) => x.Circuit.Open(x).Value);
    }

    [TestMethod]
    public void An_opening_to_one_costs_only_the_others()
    {
        (Circuit circuit, Wire x, _) = New();
        circuit.Open(x, to: 1);
        // Both greet: 8 bytes.
        Assert.AreEqual((1, 16L + (8 * Count), 8L), (circuit.Cost.Rounds, circuit.Cost.BytesFrom[0], circuit.Cost.BytesFrom[1]));
        (circuit, x, _) = New(3);
        circuit.Open(x, to: 1);
        CollectionAssert.AreEqual(new long[] { 16 + (8 * Count), 16, 16 + (8 * Count) }, circuit.Cost.BytesFrom.ToArray());
        Assert.AreEqual(Count, circuit.Cost.Demand[new ZeroShare()], "shares of zero hide what the shares say beside their sum");
        Assert.AreEqual((2 * (8 + (8L * Count))) + (4 * 8), circuit.Cost.Bytes, "two messages, and two pairs greet");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Independent_gates_of_many_kinds_run_in_the_rounds_of_one(bool tcp)
    {
        const int count = 20_000;
        var random = new RandomWords(131);
        long[] x = [.. random.Next(count).Select(word => (long)word >> 34)];
        long[] y = [.. random.Next(count).Select(word => (long)word >> 34)];
        (Circuit circuit, Wire a, Wire b) = New(2, count);
        Opening[] openings =
        [
            circuit.Open(a.Product(b)), circuit.Open(b.SquareProduct()), circuit.Open(a.Rescale(2)), circuit.Open(b), circuit.Open(a.Max(b)),
        ];
        Opening one = circuit.Open(b.Negate(), to: 1);
        await using Parties parties = await Parties.OpenAsync(tcp: tcp, seed: 132);
        for (int run = 0; run < 3; run++)
        {
            CircuitResults[] results = await parties.RunAsync(circuit, new CircuitInputs().Set(a, x), new CircuitInputs().Set(b, y));
            long[][] opened = [.. openings.Select(opening => results[run % 2].Integers(opening).ToArray())];
            CollectionAssert.AreEqual(x.Zip(y, (p, q) => p * q).ToArray(), opened[0]);
            CollectionAssert.AreEqual(y.Select(q => q * q).ToArray(), opened[1]);
            for (int i = 0; i < count; i++)
                Assert.IsTrue(opened[2][i] - (x[i] >> 1) is 0 or 1);
            CollectionAssert.AreEqual(y, opened[3]);
            CollectionAssert.AreEqual(x.Zip(y, Math.Max).ToArray(), opened[4]);
            CollectionAssert.AreEqual(y.Select(q => -q).ToArray(), results[1].Integers(one).ToArray());
        }
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(4)]
    public async Task Many_parties_open_to_all_and_to_each(int count)
    {
        (Circuit circuit, Wire x, Wire y) = New(count);
        Opening all = circuit.Open(x.Product(y));
        Opening[] each = [.. Enumerable.Range(0, count).Select(party => circuit.Open(x, $"for {party}", party))];
        await using Parties parties = await Parties.OpenAsync(count, seed: 133);
        CircuitInputs[] inputs = Parties.Inputs(circuit);
        long[] a = [.. Enumerable.Range(0, Count).Select(i => (long)i)];
        inputs[0].Set(x, a);
        inputs[1].Set(y, a);
        CircuitResults[] results = await parties.RunAsync(circuit, inputs);
        for (int party = 0; party < count; party++)
        {
            CollectionAssert.AreEqual(a.Select(i => i * i).ToArray(), results[party].Integers(all).ToArray());
            for (int other = 0; other < count; other++)
            {
                if (party == other)
                    CollectionAssert.AreEqual(a, results[party].Integers(each[other]).ToArray());
                else
                    StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => results[party].Integers(each[other])).Message, $"for {other} was not opened");
            }
        }
    }

    private static (Circuit Circuit, Wire X, Wire Y) New(int parties = 2, int count = Count)
    {
        var circuit = new Circuit(new CircuitOptions { Parties = parties });
        return (circuit, circuit.Input(0, new Shape(count), 3, WordRange.OfBits(29)), circuit.Input(1, new Shape(count), 3, WordRange.OfBits(29)));
    }

    private static void AssertCost(int rounds, long bytes, Func<Wire, Wire, Wire> build)
    {
        (Circuit circuit, Wire x, Wire y) = New();
        build(x, y);
        Assert.AreEqual((rounds, bytes + (8 * rounds)), (circuit.Cost.Rounds, circuit.Cost.BytesFrom[0]), build(x, y).ToString());
    }
}
