using Hybrid.Communication;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Functions;
using Hybrid.Mpc.Sharing;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Core;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Mpc.Sharing;

namespace Hybrid.Tests.Mpc.Circuits;

/// <summary>Runs, one after the other and with shares kept between them; and how they end when something is wrong.</summary>
[TestClass]
public sealed class CircuitRunTests
{
    private static readonly ChannelOptions Impatient = ChannelPair.Impatient;

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    public async Task Kept_shares_go_from_run_to_run(int count)
    {
        var options = new CircuitOptions { Parties = count };
        long[] expected = [1, -2, 3];
        await using Parties parties = await Parties.OpenAsync(count, seed: 151);
        var first = new Circuit(options);
        Wire x = first.Input(0, new Shape(3), 4, WordRange.Within(100));
        first.Keep(x);
        CircuitInputs[] inputs = Parties.Inputs(first);
        inputs[0].Set(x, expected);
        CircuitResults[] results = await parties.RunAsync(first, inputs);
        ArithmeticShare[] shares = [.. results.Select(result => result.Share(x))];
        for (int run = 0; run < 3; run++)
        {
            var next = new Circuit(options);
            Wire kept = next.SharedInput(new Shape(3), 4, WordRange.Within(100_000_000));
            Wire tripled = next.Keep(kept.Product(new PublicTensor(new Shape(1), 0, [3])));
            Wire fresh = next.Keep(next.Rerandomise(kept));
            Opening opening = next.Open(tripled);
            inputs = Parties.Inputs(next);
            for (int party = 0; party < count; party++)
                inputs[party].Set(kept, shares[party]);
            results = await parties.RunAsync(next, inputs);
            expected = [.. expected.Select(integer => integer * 3)];
            shares = [.. results.Select(result => result.Share(tripled))];
            CollectionAssert.AreEqual(expected, results[1].Integers(opening).ToArray());
            CollectionAssert.AreEqual(expected, Sum(shares));
            CollectionAssert.AreEqual(expected.Select(integer => integer / 3).ToArray(), Sum([.. results.Select(result => result.Share(fresh))]));
            Assert.ThrowsExactly<InvalidOperationException>(() => results[0].Share(kept));
        }
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public async Task Shares_are_fresh_after_rerandomising(int count)
    {
        const int words = 10_000;
        var circuit = new Circuit(new CircuitOptions { Parties = count });
        Wire x = circuit.Input(0, new Shape(words), 0, WordRange.Within(10));
        Wire fresh = circuit.Keep(circuit.Rerandomise(x));
        circuit.Keep(x);
        Assert.AreEqual((0, 0L), (circuit.Cost.Rounds, circuit.Cost.Bytes));
        await using Parties parties = await Parties.OpenAsync(count, seed: 152);
        CircuitInputs[] inputs = Parties.Inputs(circuit);
        inputs[0].Set(x, [.. Enumerable.Repeat(7L, words)]);
        CircuitResults[] results = await parties.RunAsync(circuit, inputs);
        foreach (CircuitResults result in results)
            ChiSquare.AssertUniform(Words(result.Share(fresh)), "a fresh share");
        CollectionAssert.AreEqual(Enumerable.Repeat(7L, words).ToArray(), Sum([.. results.Select(result => result.Share(fresh))]));
        Assert.AreEqual(0UL, Words(results[1].Share(x))[0], "an input's share at the others is zero");
    }

    [TestMethod]
    public async Task What_is_opened_to_one_party_the_others_do_not_learn()
    {
        foreach (int to in new[] { 0, 1 })
        {
            await using Parties parties = await Parties.OpenAsync(seed: 153, record: true);
            var circuit = new Circuit();
            Wire x = circuit.Input(1 - to, new Shape(2), 0, WordRange.Within(10));
            Opening opening = circuit.Open(x, "age", to);
            CircuitInputs[] inputs = Parties.Inputs(circuit);
            inputs[1 - to].Set(x, [3L, 4]);
            CircuitResults[] results = await parties.RunAsync(circuit, inputs);
            CollectionAssert.AreEqual(new long[] { 3, 4 }, results[to].Integers(opening).ToArray());
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => results[1 - to].Integers(opening)).Message, "age was not opened");
            Assert.IsTrue(parties.Sent(to, 1 - to).All(message => message.Length == 0), "nothing but a greeting goes to who learns nothing");
        }
    }

    [TestMethod]
    public async Task Numbers_come_back_with_their_shape()
    {
        var circuit = new Circuit();
        Wire x = circuit.Input(0, new Shape(2, 2), 3, WordRange.Within(100));
        Opening opening = circuit.Open(x.Add(0.5));
        await using Parties parties = await Parties.OpenAsync();
        var numbers = System.Numerics.Tensors.Tensor.Create<double>([1, -2.125, 0.25, 3], [2, 2]);
        CircuitResults[] results = await parties.RunAsync(circuit, new CircuitInputs().Set(x, numbers.AsReadOnlyTensorSpan()), new CircuitInputs());
        var tensor = results[1].Numbers(opening);
        CollectionAssert.AreEqual(new nint[] { 2, 2 }, tensor.Lengths.ToArray());
        CollectionAssert.AreEqual(new[] { 1.5, -1.625, 0.75, 3.5 }, tensor.ToArray());
    }

    [TestMethod]
    [DataRow(ComparisonMethod.Tree, 0)]
    [DataRow(ComparisonMethod.Tree, 0, 3)]
    [DataRow(ComparisonMethod.FunctionSharing, 3, 0)]
    public async Task Empty_tensors_go_through_everything_and_cost_nothing(ComparisonMethod method, params int[] lengths)
    {
        var shape = new Shape(lengths);
        Circuit? circuit = null;
        long[][] opened = await Parties.ComputeManyAsync(
            new CircuitOptions { Comparison = method },
            w =>
            {
                circuit = w[0].Circuit;
                (Wire x, Wire y) = (w[0], w[1]);
                int last = shape.Rank - 1;
                Wire[] results =
                [
                    x.Add(y), x.Product(y), x.Multiply(y), x.Square(), x.Rescale(1), x.Rescale(9), x.Negate(), x.Multiply(1.5), x.Add(1), x.Max(y), x.Min(y), x.Relu(),
                    x.Abs(), x.Sign(), x.Clip(-1, 1), x.LeakyRelu(0.1), x.Less(y).ToWire(), x.EqualTo(y).ToWire(), x.EqualTo(1).ToWire(), x.Less(0).Select(x, y),
                    x.Less(0).Or(y.Less(0)).ToWire(), BitFunctions.And(x.Less(0), y.Less(0)).ToWire(), x.Reshape(0), x.Reshape(0, 7).Max(1), x.Reshape(0, 7).ArgMax(1),
                    Shaping.Concat(last, x, y), x.Gather([], last), x.Reshape(0, 4).MatMulProduct(y.Reshape(4, 0)), x.Mean([last]), circuit.Rerandomise(x),
                ];
                return results;
            },
            Feed.Of(0, shape, 3, [], WordRange.Within(1000)), Feed.Of(1, shape, 3, [], WordRange.Within(1000)));
        Assert.IsTrue(opened.All(integers => integers.All(integer => integer == 0)));
        Assert.IsTrue(circuit!.Cost.Demand.Draws.IsEmpty, circuit.Cost.Demand.ToString());
    }

    [TestMethod]
    public async Task Sums_over_nothing_are_zero()
    {
        long[][] z = await Parties.ComputeManyAsync(
            CircuitOptions.Default, w => [w[0].Sum([0]), w[0].Sum([]), w[0].Reshape(2, 0).MatMulProduct(w[0].Reshape(0, 5))],
            Feed.Of(0, new Shape(0, 3), 0, []));
        CollectionAssert.AreEqual(new long[3], z[0]);
        CollectionAssert.AreEqual(new long[1], z[1]);
        CollectionAssert.AreEqual(new long[10], z[2]);
    }

    [TestMethod]
    [DynamicData(nameof(Differences))]
    public async Task Parties_whose_circuits_differ_find_out(string what, Action<Circuit, Wire, Wire> one, Action<Circuit, Wire, Wire> other)
    {
        Circuit[] circuits = [new(), new()];
        Wire[][] wires = new Wire[2][];
        for (int party = 0; party < 2; party++)
        {
            wires[party] = [.. Enumerable.Range(0, 2).Select(owner => circuits[party].Input(owner, new Shape(4), 3, WordRange.Within(1000)))];
            (party == 0 ? one : other)(circuits[party], wires[party][0], wires[party][1]);
        }

        CollectionAssert.AreNotEqual(circuits[0].Hash(), circuits[1].Hash(), what);
        await using Parties parties = await Parties.OpenAsync(options: Impatient);
        await parties.EachAsync(async party =>
        {
            ProtocolException e = await Assert.ThrowsExactlyAsync<ProtocolException>(
                () => parties.RunOneAsync(party, circuits[party], new CircuitInputs().Set(wires[party][party], [1L, 2, 3, 4])), $"{what}, party {party}");
            Sentences.Check(e, "of the shares");
            return e;
        });
        await RefusedAfterwardsAsync(parties);
    }

    public static IEnumerable<object[]> Differences =>
    [
        Difference("another op", (c, x, y) => c.Open(x.Rescale(1)), (c, x, y) => c.Open(x.SquareProduct())),
        Difference("another amount", (c, x, y) => c.Open(x.Rescale(1)), (c, x, y) => c.Open(x.Rescale(2))),
        Difference("another shape", (c, x, y) => c.Open(x.Reshape(2, 2).Product(y.Reshape(2, 2))), (c, x, y) => c.Open(x.Product(y))),
        Difference("another constant", (c, x, y) => c.Open(x.Add(1)), (c, x, y) => c.Open(x.Add(1.125))),
        Difference("another order", (c, x, y) => { c.Open(x); c.Open(y); }, (c, x, y) => { c.Open(y); c.Open(x); }),
        Difference("another operand", (c, x, y) => c.Open(x.Subtract(y)), (c, x, y) => c.Open(y.Subtract(x))),
        Difference("another opening", (c, x, y) => c.Open(x, "age"), (c, x, y) => c.Open(x, "weight")),
        Difference("one op more later", (c, x, y) => c.Open(x.Less(y).ToWire()), (c, x, y) => c.Open(x.Less(y).Not().ToWire())),
        Difference("another threshold", (c, x, y) => c.Open(x.Less(1).ToWire()), (c, x, y) => c.Open(x.Less(1.5).ToWire())),
        Difference("who learns it, both waiting", (c, x, y) => c.Open(x, "age", to: 0), (c, x, y) => c.Open(x, "age", to: 1)),
        Difference("who learns it, both sending", (c, x, y) => c.Open(x, "age", to: 1), (c, x, y) => c.Open(x, "age", to: 0)),
        Difference("who learns it, one or all", (c, x, y) => c.Open(x, "age", to: 1), (c, x, y) => c.Open(x, "age")),
        Difference("something kept", (c, x, y) => c.Open(x), (c, x, y) => { c.Open(x); c.Keep(y); }),
    ];

    [TestMethod]
    public async Task A_party_that_vanishes_ends_the_run_of_all_others()
    {
        foreach (int count in new[] { 2, 3 })
        {
            var circuit = new Circuit(new CircuitOptions { Parties = count });
            Wire x = circuit.SharedInput(new Shape(10), 0, WordRange.Within(1));
            circuit.Open(x.Less(0).ToWire());
            await using Parties parties = await Parties.OpenAsync(count, options: Impatient);
            Task<CircuitResults>[] runs = [.. Enumerable.Range(0, count - 1).Select(party => Task.Run(() => parties.RunOneAsync(party, circuit, Zeros(circuit, x, party))))];
            for (int party = 0; party < count - 1; party++)
                await parties.Channels[count - 1][party]!.DisposeAsync();
            foreach (Task<CircuitResults> run in runs)
                Sentences.Check(await Assert.ThrowsExactlyAsync<ProtocolException>(() => run.WaitAsync(Parties.Patience)), "round 0 of the shares");
        }
    }

    [TestMethod]
    public async Task A_run_that_is_given_up_ends_and_so_does_the_network()
    {
        var circuit = new Circuit();
        Wire x = circuit.SharedInput(new Shape(10), 0, WordRange.Within(1));
        circuit.Open(x);
        await using Parties parties = await Parties.OpenAsync(options: Impatient);
        using var stop = new CancellationTokenSource();
        Task<CircuitResults> run = parties.RunOneAsync(0, circuit, Zeros(circuit, x, 0), stop.Token);
        StringAssert.Contains(
            (await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => parties.RunOneAsync(0, circuit, Zeros(circuit, x, 0)))).Message, "one at a time");
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => run.WaitAsync(Parties.Patience));
        StringAssert.Contains(
            (await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => parties.RunOneAsync(0, circuit, Zeros(circuit, x, 0)))).Message, "start afresh");
    }

    [TestMethod]
    public async Task Correlations_for_something_else_end_the_run_before_anything_is_sent()
    {
        var circuit = new Circuit();
        Wire x = circuit.SharedInput(new Shape(10), 0, WordRange.Within(1));
        circuit.Open(x.SquareProduct());
        await using Parties parties = await Parties.OpenAsync();
        using ICorrelationSource source = parties.Dealer.GiveSource(0, new CorrelationDemand([new CorrelationDraw(new SquarePair(), 9)]));
        Sentences.Check(
            await Assert.ThrowsExactlyAsync<ParameterException>(() => CircuitRunner.RunAsync(circuit, parties.Networks[0], source, Zeros(circuit, x, 0))),
            "10 square pairs", "9 square pairs are next");
        Assert.AreEqual(0, parties.Channels[0][1]!.Counters.MessagesSent);
        using ICorrelationSource theirs = parties.Dealer.GiveSource(1, circuit.Cost.Demand);
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => CircuitRunner.RunAsync(circuit, parties.Networks[0], theirs, Zeros(circuit, x, 0)));
        var three = new Circuit(new CircuitOptions { Parties = 3 });
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => CircuitRunner.RunAsync(three, parties.Networks[1], theirs, new CircuitInputs()));
    }

    [TestMethod]
    public void Equal_circuits_have_equal_hashes_and_others_do_not()
    {
        static Circuit Build(Action<Circuit, Wire, Wire> build, CircuitOptions? options = null, int bits = 3, long within = 1000)
        {
            var circuit = new Circuit(options);
            build(circuit, circuit.Input(0, new Shape(4), bits, WordRange.Within(within)), circuit.Input(1, new Shape(4), bits, WordRange.Within(within)));
            return circuit;
        }

        Circuit[] all =
        [
            .. Differences.SelectMany(row => row.Skip(1).Cast<Action<Circuit, Wire, Wire>>()).Select(build => Build(build)),
            Build((c, x, y) => c.Open(x.Transpose(0)), bits: 4), Build((c, x, y) => c.Open(x.Transpose(0)), within: 999),
            Build((c, x, y) => c.Open(x.Transpose(0)), new CircuitOptions { Parties = 3 }),
            Build((c, x, y) => c.Open(x.Transpose(0)), new CircuitOptions { Comparison = ComparisonMethod.FunctionSharing }),
            Build((c, x, y) => c.Open(x.Transpose(0)), new CircuitOptions { FractionBits = 12 }),
            Build((c, x, y) => c.Open(x.Reshape(1, 1, 2, 2).AveragePool(1, 2, new Conv2dGeometry()))),
            Build((c, x, y) => c.Open(x.Reshape(1, 1, 2, 2).AveragePool(2, 1, new Conv2dGeometry()))),
            Build((c, x, y) => c.Open(x.Gather([1, 2], 0))), Build((c, x, y) => c.Open(x.Gather([2, 1], 0))),
            Build((c, x, y) => c.Open(x.Pad([1], [0]))), Build((c, x, y) => c.Open(x.Pad([0], [1]))), Build((c, x, y) => c.Open(x.Pad([0], [1], 2))),
            Build((c, x, y) => c.Open(x.Slice([0], [2], [1]))), Build((c, x, y) => c.Open(x.Slice([0], [2], [2]))), Build((c, x, y) => c.Open(x.Slice([1], [2], [2]))),
            Build((c, x, y) => c.Open(x, to: 0)), Build((c, x, y) => c.Open(x, to: 1)),
            Build((c, x, y) => c.Open(x.Reshape(2, 2).Sum([0]))), Build((c, x, y) => c.Open(x.Reshape(2, 2).Sum([1]))),
        ];

        // Some of the differing pairs have an end in common: an opening of x, one of x ≥ 1 …
        string[] hashes = [.. all.Select(circuit => Convert.ToHexString(circuit.Hash()))];
        Assert.IsGreaterThanOrEqualTo(all.Length - 6, hashes.Distinct().Count());
        Circuit again = Build((c, x, y) => c.Open(x.Gather([1, 2], 0)));
        CollectionAssert.Contains(hashes, Convert.ToHexString(again.Hash()));
        byte[] before = again.Hash();
        again.Open(again.Input(0, new Shape(1), 0, default));
        CollectionAssert.AreNotEqual(before, again.Hash(), "the hash is of the circuit as it is");
    }

    private static object[] Difference(string what, Action<Circuit, Wire, Wire> one, Action<Circuit, Wire, Wire> other) => [what, one, other];

    private static async Task RefusedAfterwardsAsync(Parties parties)
    {
        var circuit = new Circuit();
        Wire x = circuit.SharedInput(new Shape(1), 0, WordRange.Within(1));
        circuit.Open(x);
        for (int party = 0; party < 2; party++)
        {
            StringAssert.Contains(
                (await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => parties.RunOneAsync(party, circuit, Zeros(circuit, x, party)))).Message, "start afresh");
        }
    }

    private static CircuitInputs Zeros(Circuit circuit, Wire x, int party)
    {
        using var share = new ArithmeticShare(party, circuit.Parties, x.Shape, x.FractionBits, new ulong[x.Count]);
        return new CircuitInputs().Set(x, share);
    }

    private static long[] Sum(ArithmeticShare[] shares) => [.. ShareTestTools.Reconstruct(shares).Select(word => unchecked((long)word))];

    private static ulong[] Words(ArithmeticShare share) => ShareTestTools.Words(share);
}
