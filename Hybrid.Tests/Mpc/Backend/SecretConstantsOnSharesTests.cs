using System.Numerics.Tensors;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Mpc.Correlations;
using Hybrid.Schemes;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Graph;

namespace Hybrid.Tests.Mpc.Backend;

/// <summary>
/// Ops with constants that neither party knows, on shares, against fixed point in the clear and against the same constants where a party
/// knows them; every step sends what it was quoted at.
/// </summary>
[TestClass]
public sealed class SecretConstantsOnSharesTests
{
    private const double Unit = 1.0 / (1 << 16);
    private const int Seed = 611;

    private static readonly Conv2dGeometry Padded = new() { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1, StrideRows = 2 };

    private delegate SecretTensor Expression(TensorProgram program, SecretTensor x, SecretTensor y);

    // What ops are applied to: x is the client's, y the server's, both (2, 3); the units that results may be off by.
    private static readonly (string What, Expression Of, double Units)[] Ops =
    [
        ("add", (p, x, _) => x + S(p, 1, 2, 3), 0),
        ("add a row", (p, x, y) => x + y + S(p, 1, 3), 0),
        ("add a column to a row", (p, x, _) => x.Sum([0]) + S(p, 1, 4, 1), 0),
        ("add with fewer fraction bits", (p, x, _) => x + S(p, 1, [2, 3], bits: 7), 0),
        ("add with more fraction bits", (p, x, _) => x + S(p, 1, [2, 3], bits: 22), 0),
        ("subtract", (p, x, _) => x - S(p, 1, 2, 3), 0),
        ("subtract from", (p, x, y) => S(p, 1, 1, 3) - (x * y), 0),
        ("multiply", (p, x, _) => x * S(p, 1, 2, 3), 0),
        ("multiply a row", (p, x, y) => (x + y) * S(p, 1, 3), 0),
        ("multiply a row by rows", (p, x, _) => x.Sum([0]) * S(p, 1, 4, 3), 0),
        ("multiply by a number", (p, x, _) => S(p, 1, 1) * x, 0),
        ("multiply an expression", (p, x, y) => S(p, 1, 2, 3) * (x * y), 2),
        ("product", (p, x, _) => x.MatMul(S(p, 1, 3, 4)), 0),
        ("product with what came of a product", (p, x, y) => (x * y).MatMul(S(p, 1, 3, 4)), 24),
        ("product from the left", (p, x, _) => S(p, 1, 4, 2).MatMul(x), 0),
        ("product of batches", (p, x, y) => (x + y).Reshape(2, 1, 3).MatMul(S(p, 1, 2, 3, 4)), 0),
        ("product with more fraction bits", (p, x, _) => x.MatMul(S(p, 1, [3, 4], bits: 24)), 0),
        ("product with the transposed", (p, x, _) => x.MatMul(S(p, 1, 4, 3).Transpose()), 0),
        ("convolution", (p, x, y) => Image(x, y).Conv2d(S(p, 1, 2, 1, 2, 2), Padded), 0),
        ("convolution of groups", (p, x, y) => SecretTensor.Concat(1, Image(x, y), Image(y, x)).Conv2d(S(p, 1, 4, 1, 2, 2), new Conv2dGeometry { Groups = 2 }), 0),
        ("relu of a product", (p, x, _) => (x.MatMul(S(p, 1, 3, 4)) + S(p, 2, 4)).Relu(), 2),
        ("where", (p, x, y) => x.Where(x < y, S(p, 1, 2, 3)), 0),
        ("where by the constant", (p, x, y) => x.Where(S(p, 1, 2, 3) < p.Public(0.25), y), 0),
        ("maximum", (p, x, _) => x.Max(S(p, 1, 3)), 0),
        ("concat", (p, x, y) => SecretTensor.Concat(0, x, S(p, 1, 1, 3), y), 0),
        ("divide", (p, x, _) => x / (S(p, 1, 2, 3).Abs() + 0.5), 4),
        ("of itself", (p, x, _) => x + (S(p, 1, 2, 3) * S(p, 2, 3)), 2),
        ("a function of it", (p, x, _) => x + S(p, 1, 2, 3).Sigmoid(), 4),
        ("with what one knows", (p, x, _) => x + (S(p, 1, 2, 3) * p.Private("own", Party.Client, Numbers(5, 2, 3))) + (S(p, 2, 2, 3) * p.Private("model", Party.Server, Numbers(6, 2, 3))), 4),
        ("with what all know", (p, x, _) => x + (S(p, 1, 2, 3) * 0.75) + (S(p, 2, 2, 3).MatMul(p.Public("known", Numbers(7, 3, 3)))), 4),
        ("used twice", (p, x, y) => Twice(S(p, 1, 3, 3), x, y), 2),
        ("sum of it", (p, x, _) => x + S(p, 1, 2, 3).Sum([0]).Reshape(1, 3), 0),
    ];

    public static IEnumerable<object[]> Names => from op in Ops select new object[] { op.What };

    [TestMethod]
    [DynamicData(nameof(Names))]
    public async Task An_op_is_right_and_sends_what_it_was_quoted_at(string what)
    {
        (_, Expression of, double units) = Ops.Single(op => op.What == what);
        var random = new Random(Seed);
        foreach (ComparisonMethod method in new[] { ComparisonMethod.Tree, ComparisonMethod.FunctionSharing })
        {
            TensorProgram program = Program(of);
            ProgramRun run = await LocalRun.CheckAsync(program, LocalRun.Shares(method), Given("x", random), Given("y", random), Tolerance(units), $"{what}, {method}, seed {Seed}");
            // What is learnt is what is revealed, and the constants are not.
            CollectionAssert.AreEqual(new[] { "result" }, run.Ledger.Entries.Select(entry => entry.Value).ToArray());
        }
    }

    [TestMethod]
    public async Task A_network_of_two_layers_is_that_with_private_weights_to_a_unit()
    {
        var random = new Random(Seed);
        Tensor<double> first = LocalRun.Numbers(random, -1, 1, 6, 8);
        Tensor<double> firstBias = LocalRun.Numbers(random, -1, 1, 8);
        // Columns of the second layer add up to less than 1, so that it brings a unit of the first one's rounding at most.
        Tensor<double> second = LocalRun.Numbers(random, -0.12, 0.12, 8, 3);
        Tensor<double> secondBias = LocalRun.Numbers(random, -1, 1, 3);
        Tensor<double> x = LocalRun.Numbers(random, -2, 2, 5, 6);
        var results = new List<double[]>();
        foreach (bool isSecret in new[] { true, false })
        {
            var program = new TensorProgram();
            SecretTensor Constant(string name, Tensor<double> values, int bits) => isSecret ? Secret(program, name, values, bits) : program.Private(name, Party.Server, values);
            SecretTensor hidden = (program.Input("x", Party.Client, new Shape(5, 6), 2).MatMul(Constant("first", first, 16)) + Constant("first bias", firstBias, 32)).Relu();
            (hidden.MatMul(Constant("second", second, 16)) + Constant("second bias", secondBias, 32)).Reveal(Party.Client, "y");
            ProgramRun run = await LocalRun.CheckAsync(
                program, LocalRun.Shares(), new Dictionary<string, Tensor<double>> { ["x"] = x }, new Dictionary<string, Tensor<double>>(), _ => 1.01 * Unit, $"secret: {isSecret}, seed {Seed}");
            results.Add([.. run["y"]]);
        }

        for (int i = 0; i < results[0].Length; i++)
            Assert.AreEqual(results[1][i], results[0][i], 2.01 * Unit, $"seed {Seed}, element {i}");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Weights_are_sent_once_for_all_runs(bool fromTheLeft)
    {
        var program = new TensorProgram();
        Tensor<double> weights = fromTheLeft ? Numbers(1, 50, 40) : Numbers(1, 40, 50);
        SecretTensor input = program.Input("x", Party.Client, new Shape(1, 40), 4);
        SecretTensor constant = Secret(program, "weights", weights, 16);
        (fromTheLeft ? constant.MatMul(input.Transpose()) : input.MatMul(constant)).Relu().Reveal(Party.Client);
        await using LocalProgram local = await LocalProgram.StartAsync(program, LocalRun.Shares());
        for (int run = 0; run < 3; run++)
        {
            Tensor<double> x = LocalRun.Numbers(new Random(Seed + run), -3, 3, 1, 40);
            var inputs = new Dictionary<string, Tensor<double>> { ["x"] = x };
            (ProgramRun client, _) = await local.RunAsync(inputs);
            Assert.IsLessThan(8L * 40 * 50, client.BytesSent + client.BytesReceived, "the weights were sent again");
            double[] expected = ProgramReference.Fixed(program, inputs)["result"];
            double[] actual = [.. client["result"]];
            for (int i = 0; i < actual.Length; i++)
                Assert.AreEqual(expected[i], actual[i], 2 * Unit, $"run {run}, element {i}");
        }
    }

    [TestMethod]
    public async Task Products_by_the_bound_of_columns_fit_where_elements_alone_would_not()
    {
        // 4096 terms of 2^30 by 2^20 would take 62 bits; columns of few weights that count take less.
        var sparse = new double[4096 * 2];
        for (int i = 0; i < sparse.Length; i += 512)
            sparse[i] = i % 1024 == 0 ? 7.5 : -3;
        var program = new TensorProgram();
        program.Input("x", Party.Client, new Shape(1, 4096), 1 << 13).MatMul(Secret(program, "sparse", Tensor.Create(sparse, [4096, 2]), 17)).Relu().Reveal(Party.Client);
        var inputs = new Dictionary<string, Tensor<double>> { ["x"] = LocalRun.Numbers(new Random(Seed), -8000, 8000, 1, 4096) };
        await LocalRun.CheckAsync(program, LocalRun.Shares(), inputs, new Dictionary<string, Tensor<double>>(), _ => 2 * Unit, $"seed {Seed}");
    }

    [TestMethod]
    public async Task Integers_wider_than_shares_are_multiplied_limb_by_limb_and_not_added_to()
    {
        var options = new ProgramOptions { FractionBits = 30, WeightFractionBits = 30 };
        var wide = new TensorProgram(options);
        Tensor<double> weights = Numbers(3, 5, 2);
        SecretTensor product = wide.Input("x", Party.Client, new Shape(2, 5), 1 << 10).MatMul(Secret(wide, "weights", weights, 30));
        Assert.IsGreaterThan(64, product.Node.Bits);
        product.Relu().Reveal(Party.Client);
        var inputs = new Dictionary<string, Tensor<double>> { ["x"] = LocalRun.Numbers(new Random(Seed), -1000, 1000, 2, 5) };
        await LocalRun.CheckAsync(wide, LocalRun.Shares(), inputs, new Dictionary<string, Tensor<double>>(), _ => 10 * Math.ScaleB(1, -30), $"seed {Seed}");

        var sum = new TensorProgram(options);
        (sum.Input("x", Party.Client, new Shape(2, 5), 1 << 10).MatMul(sum.Private("weights", Party.Server, weights)) + Secret(sum, "bias", Numbers(4, 2), 60)).Relu().Reveal(Party.Client);
        ParameterException refusal = await Assert.ThrowsExactlyAsync<ParameterException>(() => LocalProgram.StartAsync(sum, LocalRun.Shares()));
        Core.Sentences.Check(refusal, "Shares cannot compute");
    }

    [TestMethod]
    public async Task Weights_of_batches_are_bounded_by_elements()
    {
        // Sums of three products, each as large as bounds of single elements allow.
        foreach (bool isSecret in new[] { true, false })
        {
            var program = new TensorProgram();
            Tensor<double> weights = Tensor.Create(Enumerable.Repeat(2.0, 12).ToArray(), [2, 3, 2]);
            SecretTensor factor = isSecret ? Secret(program, "weights", weights, 16) : program.Private("weights", Party.Server, weights);
            program.Input("x", Party.Client, new Shape(1, 3), 4).Reshape(1, 1, 3).MatMul(factor).Relu().Reveal(Party.Client);
            var inputs = new Dictionary<string, Tensor<double>> { ["x"] = Tensor.Create<double>([4, 4, 4], [1, 3]) };
            ProgramRun run = await LocalRun.CheckAsync(program, LocalRun.Shares(), inputs, new Dictionary<string, Tensor<double>>(), _ => 2 * Unit, $"secret: {isSecret}");
            Assert.IsTrue(run["result"].ToArray().All(value => Math.Abs(value - 24) < 0.001), string.Join(", ", run["result"].ToArray()));
        }
    }

    [TestMethod]
    public async Task Op_by_op_it_is_shown_like_any_other()
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(2, 3), 4);
        ((x - 1).MatMul(Secret(program, "weights", Numbers(1, 3, 2), 12)) + Secret(program, "bias", Numbers(2, 2), 16)).Relu().Reveal(Party.Client);
        var inputs = Given("x", new Random(Seed));
        var ops = await EagerRun.InspectAsync(program, LocalRun.Shares(), inputs);
        CollectionAssert.AreEqual(new[] { "Sub", "MatMul", "ScaleUp", "Add", "Truncate", "Relu" }, ops.Select(op => op.Op.Op.Name).ToArray(), string.Join("\n", ops));
        Assert.IsTrue(ops.Skip(1).All(op => op.Scheme == Scheme.Shares));
        foreach (InspectedOp op in ops)
            Assert.IsLessThanOrEqualTo(1e-4, op.Error, op.ToString());

        // Where one share is missing there is nothing to show.
        (ConstantShare client, _) = ConstantShare.Split(Numbers(1, 3, 2));
        var half = new TensorProgram();
        half.Input("x", Party.Client, new Shape(2, 3), 4).MatMul(half.Secret("weights", client)).Reveal(Party.Client);
        Core.Sentences.Check(
            await Assert.ThrowsExactlyAsync<ParameterException>(() => EagerRun.InspectAsync(half, LocalRun.Shares(), inputs)), "The values of weights are known to neither party", "both shares");
        var none = new TensorProgram();
        none.Input("x", Party.Client, new Shape(2, 3), 4).MatMul(none.Private("weights", Party.Server, new Shape(3, 2), 2)).Reveal(Party.Client);
        Core.Sentences.Check(await Assert.ThrowsExactlyAsync<ParameterException>(() => EagerRun.InspectAsync(none, LocalRun.Shares(), inputs)), "The values of weights of shape (3, 2) are not at hand");
    }

    private static TensorProgram Program(Expression of)
    {
        var program = new TensorProgram();
        of(program, program.Input("x", Party.Client, new Shape(2, 3), 4), program.Input("y", Party.Server, new Shape(2, 3), 4)).Reveal(Party.Client);
        return program;
    }

    private static SecretTensor Twice(SecretTensor weights, SecretTensor x, SecretTensor y) => x.MatMul(weights).Relu() + y.MatMul(weights);

    private static SecretTensor S(TensorProgram program, int seed, params ReadOnlySpan<int> lengths) => Secret(program, $"secret {seed}", Numbers(seed, lengths), 16);

    private static SecretTensor S(TensorProgram program, int seed, ReadOnlySpan<int> lengths, int bits) => Secret(program, $"secret {seed}", Numbers(seed, lengths), bits);

    private static SecretTensor Secret(TensorProgram program, string name, Tensor<double> values, int bits)
    {
        (ConstantShare client, ConstantShare server) = ConstantShare.Split(values, bits, random: new RandomWords(Seed % 256).Source);
        return program.Secret(name, client, server);
    }

    private static SecretTensor Image(SecretTensor x, SecretTensor y) => SecretTensor.Concat(0, x, y).Reshape(1, 1, 4, 3);

    private static Dictionary<string, Tensor<double>> Given(string name, Random random) => new() { [name] = LocalRun.Numbers(random, -3, 3, 2, 3) };

    private static Tensor<double> Numbers(int seed, params ReadOnlySpan<int> lengths) => LocalRun.Numbers(new Random(seed), -2, 2, lengths);

    private static Func<double, double> Tolerance(double units) => expected => (units * Unit) + (units > 2 ? Math.Abs(expected) * 1e-4 : 0) + 1e-12;
}
