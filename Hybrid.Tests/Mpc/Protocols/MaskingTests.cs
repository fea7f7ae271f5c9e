using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Functions;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc.Circuits;

namespace Hybrid.Tests.Mpc.Protocols;

/// <summary>What goes over the wire looks uniform, however far from that the secrets are, and different in every run.</summary>
[TestClass]
public sealed class MaskingTests
{
    // Words of bit planes are a 64th of this.
    private const int Many = 340_000;
    private const int Some = 12_000;

    [TestMethod]
    public async Task What_products_squares_and_truncations_send_is_uniform()
    {
        await AssertUniformAsync(Some, x => x.Product(x.Add(x)), messages: 1);
        await AssertUniformAsync(Some, x => x.SquareProduct(), messages: 1);
        await AssertUniformAsync(Some, x => x.Rescale(1), messages: 1);
        await AssertUniformAsync(Some, x => x.Reshape(100, 120).MatMulProduct(x.Reshape(120, 100)), messages: 1);
        var geometry = new Conv2dGeometry { Groups = 2 };
        await AssertUniformAsync(Some, x => x.Reshape(1, 2, 60, 100).ConvolutionProduct(x.Reshape(200, 1, 6, 10), geometry), messages: 1);
    }

    [TestMethod]
    public async Task What_comparisons_and_selections_send_is_uniform()
    {
        // Each message by itself: the masked words, the merges' planes, the selection's bits.
        await AssertUniformAsync(Many, x => x.Relu(), messages: 3);
        await AssertUniformAsync(Many, x => x.Less(1).Times(x), messages: 3);
        await AssertUniformAsync(Many, x => BitFunctions.And(x.Less(-50), x.Less(7).Not(), x.Less(13)).ToWire(), messages: 4);
    }

    [TestMethod]
    public Task What_lookups_send_is_uniform() => AssertUniformAsync(Many, x => x.Rescale(16).Sigmoid(), messages: 3);

    [TestMethod]
    public Task What_function_sharing_sends_is_uniform() =>
        AssertUniformAsync(Many, x => x.Relu(), messages: 2, new CircuitOptions { Comparison = ComparisonMethod.FunctionSharing });

    [TestMethod]
    public async Task What_three_parties_send_is_uniform()
    {
        var options = new CircuitOptions { Parties = 3 };
        await AssertUniformAsync(Some, x => x.Product(x.Add(x)), messages: 1, options);
        await AssertUniformAsync(Some, x => x.Rescale(1), messages: 1, options);
        await AssertUniformAsync(Many, x => x.Less(1).Times(x), messages: 3, options);

        // An opening, too: parties two and three learn nothing of the shares but their sum.
        await AssertUniformAsync(Some, x => x, messages: 1, options, withOpening: true);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task Weights_and_what_meets_them_are_sent_as_uniform_words(int owner)
    {
        const int rows = 100;
        const int columns = 120;
        await using Parties parties = await Parties.OpenAsync(seed: 91, record: true);
        Feed constant = Feed.Of(owner, new Shape(columns, rows), 0, [.. Enumerable.Repeat(12345L, rows * columns)], WordRange.Within(1 << 20));
        (WeightSpecification weights, PrivateWeights[] ends) = await parties.OpenWeightsAsync(constant, 0, 1 << 30);

        // The share of the other party is as bad as can be, and the same in both runs.
        for (int run = 0; run < 2; run++)
        {
            var circuit = new Circuit();
            Wire x = circuit.Input(1 - owner, new Shape(rows, columns), 0, WordRange.Within(100));
            x.MatMulProduct(weights);
            CircuitInputs[] inputs = Parties.Inputs(circuit);
            inputs[1 - owner].Set(x, [.. Enumerable.Repeat(77L, rows * columns)]);
            for (int party = 0; party < 2; party++)
                inputs[party].Set(ends[party]);
            await parties.RunAsync(circuit, inputs);
        }

        // Who only waits has greeted: a message without words.
        List<byte[]> messages = [.. parties.Sent(owner, 1 - owner).Where(message => message.Length > 0)];
        Assert.HasCount(1, messages);
        ChiSquare.AssertUniform(Words(messages[0]), "masked weights");
        messages = [.. parties.Sent(1 - owner, owner).Where(message => message.Length > 0)];
        Assert.HasCount(2, messages);
        foreach (byte[] message in messages)
            ChiSquare.AssertUniform(Words(message), "masked operands");
        ChiSquare.AssertUniform(Difference(Words(messages[0]), Words(messages[1])), "difference of two runs");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task What_a_relu_may_select_is_sent_as_uniform_words(int owner)
    {
        const int rows = 100;
        const int columns = 120;
        await using Parties parties = await Parties.OpenAsync(seed: 94, record: true);
        Feed constant = Feed.Of(owner, new Shape(columns, 1), 0, [.. Enumerable.Repeat(12345L, columns)], WordRange.Within(1 << 20));
        (WeightSpecification weights, PrivateWeights[] ends) = await parties.OpenWeightsAsync(constant, 0, 1 << 30);
        int before = parties.Sent(1 - owner, owner).Count;
        for (int run = 0; run < 2; run++)
        {
            var circuit = new Circuit(new CircuitOptions { Comparison = ComparisonMethod.FunctionSharing });
            Wire x = circuit.Input(1 - owner, new Shape(rows, columns), 0, WordRange.Within(100));
            x.Relu().SelectedMatMulProduct(weights);
            CircuitInputs[] inputs = Parties.Inputs(circuit);
            inputs[1 - owner].Set(x, [.. Enumerable.Repeat(77L, rows * columns)]);
            for (int party = 0; party < 2; party++)
                inputs[party].Set(ends[party]);
            await parties.RunAsync(circuit, inputs);
        }

        // What is opened, then the bits and both words of each element: neither they nor their sums tell which was selected.
        ulong[][] sent = [.. parties.Sent(1 - owner, owner).Skip(before).Where(message => message.Length > 0).Select(Words)];
        Assert.HasCount(4, sent);
        Assert.HasCount((rows * columns / 64 * 129) + (rows * columns % 64 == 0 ? 0 : (rows * columns % 64 * 2) + 1), sent[1]);
        ulong[][] either = [.. new[] { sent[1], sent[3] }.Select(message => message[^(2 * rows * columns)..])];
        foreach (ulong[] words in either)
        {
            ulong[][] halves = [words[..(rows * columns)], words[(rows * columns)..]];
            ChiSquare.AssertUniform(words, "masked words");
            ChiSquare.AssertUniform([.. halves[0].Zip(halves[1], (a, b) => unchecked(a + b))], "their sums");
            ChiSquare.AssertUniform(Difference(halves[0], halves[1]), "their differences");
        }

        ChiSquare.AssertUniform(Difference(either[0], either[1]), "difference of two runs");
    }

    [TestMethod]
    public void Words_that_are_not_uniform_are_found()
    {
        ulong[] words = new RandomWords(92).Next(Some);
        ChiSquare.AssertUniform(words, "random words");
        Assert.ThrowsExactly<AssertFailedException>(() => ChiSquare.AssertUniform([.. Enumerable.Repeat(12345UL, Some)], "constants"));
        Assert.ThrowsExactly<AssertFailedException>(() => ChiSquare.AssertUniform([.. words.Select(word => word >> 1)], "63 bits"));
    }

    // Runs twice on the same secrets; looks at the first messages of every party, at what they open, and at how the runs differ.
    private static async Task AssertUniformAsync(int count, Func<Wire, Wire> build, int messages, CircuitOptions? options = null, bool withOpening = false)
    {
        var circuit = new Circuit(options);
        Wire x = circuit.Input(0, new Shape(count), 3, WordRange.Within(1000));
        Wire result = build(x);
        if (withOpening)
        {
            circuit.Open(result);
        }
        else
        {
            circuit.Keep(result);
        }

        await using Parties parties = await Parties.OpenAsync(circuit.Parties, seed: 93, record: true);
        for (int run = 0; run < 2; run++)
        {
            CircuitInputs[] inputs = Parties.Inputs(circuit);
            inputs[0].Set(x, [.. Enumerable.Repeat(99L, count)]);
            foreach (CircuitResults results in await parties.RunAsync(circuit, inputs))
                results.Dispose();
        }

        for (int from = 0; from < parties.Count; from++)
        {
            for (int to = 0; to < parties.Count; to++)
            {
                if (from == to)
                    continue;
                List<byte[]> sent = parties.Sent(from, to);
                int levels = sent.Count / 2;
                Assert.IsGreaterThanOrEqualTo(messages, levels);
                for (int level = 0; level < levels; level++)
                {
                    ulong[] first = Words(sent[level]);
                    ChiSquare.AssertUniform(first, $"what party {from} sends in message {level}");
                    ChiSquare.AssertUniform(Difference(first, Words(sent[levels + level])), $"the difference of two runs in message {level}");
                }
            }
        }

        (List<byte[]> left, List<byte[]> right) = (parties.Sent(0, 1), parties.Sent(1, 0));
        for (int level = 0; parties.Count == 2 && level < messages; level++)
        {
            (ulong[] mine, ulong[] theirs) = (Words(left[level]), Words(right[level]));
            var opened = new ulong[mine.Length];
            TensorPrimitives.Add<ulong>(mine, theirs, opened);
            ChiSquare.AssertUniform(opened, $"what is opened as words in message {level}");
            TensorPrimitives.Xor<ulong>(mine, theirs, opened);
            ChiSquare.AssertUniform(opened, $"what is opened as bits in message {level}");
        }
    }

    private static ulong[] Difference(ulong[] x, ulong[] y) => [.. x.Zip(y, (a, b) => unchecked(a - b))];

    private static ulong[] Words(byte[] message) => MemoryMarshal.Cast<byte, ulong>(message).ToArray();
}
