using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Mpc.Correlations;
using Hybrid.Tensors;

namespace Hybrid.Tests.Mpc.Backend;

/// <summary>Every op of the graph on shares, against fixed point in the clear, sending what it was quoted at.</summary>
[TestClass]
public sealed class OpsOnSharesTests
{
    private const double Unit = 1.0 / (1 << 16);

    private static readonly Conv2dGeometry Padded = new() { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1, StrideRows = 2 };

    private delegate SecretTensor Expression(TensorProgram program, SecretTensor x, SecretTensor y);

    // What ops are applied to: x is the client's, y the server's, both (2, 3); the units that results may be off by.
    private static readonly (string What, Expression Of, double Units)[] Ops =
    [
        ("add", (_, x, y) => x + y, 0),
        ("subtract", (_, x, y) => x - y, 0),
        ("negate", (_, x, y) => -(x + y), 0),
        ("multiply", (_, x, y) => x * y, 2),
        ("multiply by weights", (p, x, _) => x * p.Private("w", Party.Server, Numbers(1, 2, 3)), 2),
        ("multiply by what all know", (p, x, y) => (x + y) * p.Public("w", Numbers(2, 3)), 2),
        ("add weights", (p, x, _) => x + p.Private("w", Party.Server, Numbers(3, 3)), 1),
        ("add what all know", (p, x, y) => x + y + p.Public("w", Numbers(4, 2, 1)), 1),
        ("product", (_, x, y) => x.MatMul(y.Transpose()), 2),
        ("product with weights", (p, x, _) => x.MatMul(p.Private("w", Party.Server, Numbers(5, 3, 4))), 2),
        ("product with what all know", (p, x, y) => (x + y).MatMul(p.Public("w", Numbers(6, 3, 4))), 2),
        ("product of batches with weights", (p, x, y) => (x + y).Reshape(2, 1, 3).MatMul(p.Private("w", Party.Server, Numbers(9, 2, 3, 4))), 2),
        ("what the server makes of constants", (p, x, _) => x + p.Private("w", Party.Server, Numbers(10, 2, 3)).Clip(-1, 1), 0),
        ("what the client makes of constants", (p, _, y) => y + p.Private("w", Party.Client, Numbers(11, 2, 3)).Clip(-1, 1), 0),
        ("convolution", (p, x, y) => Image(x, y).Conv2d(p.Private("w", Party.Server, Numbers(7, 2, 1, 2, 2)), Padded), 2),
        ("sum", (_, x, y) => (x + y).Sum([1]), 0),
        ("sum of all", (_, x, y) => (x + y).Sum([], keepDimensions: true), 0),
        ("mean", (_, x, y) => (x + y).Mean([0]), 2),
        ("average pool", (_, x, y) => Image(x, y).AveragePool(2, 2), 2),
        ("max pool", (_, x, y) => Image(x, y).MaxPool(2, 2), 0),
        ("greatest", (_, x, y) => (x + y).Max(1), 0),
        ("least", (_, x, y) => (x + y).Min(0, keepDimension: true), 0),
        ("place of the greatest", (_, x, y) => (x + y).ArgMax(1), 0),
        ("place of the least", (_, x, y) => (x + y).ArgMin(0, keepDimension: true), 0),
        ("reshape", (_, x, y) => (x + y).Reshape(3, 2), 0),
        ("transpose", (_, x, y) => (x + y).Transpose(), 0),
        ("slice", (_, x, y) => (x + y).Slice([1, 2], [2, 2], [-1, -2]), 0),
        ("concat", (_, x, y) => SecretTensor.Concat(1, x, y, x + y), 0),
        ("pad", (_, x, y) => (x + y).Pad([1, 0], [0, 2], -1.5), 0),
        ("gather", (_, x, y) => (x + y).Gather([2, 0, 2], 1), 0),
        ("expand", (_, x, y) => (x + y).Reshape(1, 2, 3).Expand(new Shape(2, 2, 3)), 0),
        ("relu", (_, x, y) => (x + y).Relu(), 0),
        ("relu of a product", (p, x, _) => x.MatMul(p.Private("w", Party.Server, Numbers(8, 3, 4))).Relu(), 2),
        ("leaky relu", (_, x, y) => (x + y).LeakyRelu(0.1), 2),
        ("clip", (_, x, y) => (x + y).Clip(-1, 2), 0),
        ("maximum", (_, x, y) => x.Max(y), 0),
        ("minimum", (_, x, y) => x.Min(y), 0),
        ("less", (_, x, y) => x < y, 0),
        ("not less", (_, x, y) => x >= y, 0),
        ("equal", (_, x, y) => x.Clip(-1, 1).EqualTo(y.Clip(-1, 1)), 0),
        ("where", (_, x, y) => x.Where(x < y, y + 1), 0),
        ("divide", (_, x, y) => x / (y.Abs() + 0.5), 4),
        ("cube", (_, x, y) => (x + y).Power(3), 24),
        ("square root by power", (_, x, y) => ((x + y).Abs() + 0.25).Power(0.5), 8),
        ("softmax", (_, x, y) => (x + y).Softmax(), 4),
        ("log-softmax", (_, x, y) => (x + y).LogSoftmax(), 8),
        ("abs", (_, x, y) => (x + y).Abs(), 0),
        ("sign", (_, x, y) => (x + y).Sign(), 0),
        ("sigmoid", (_, x, y) => (x + y).Sigmoid(), 4),
        ("tanh", (_, x, y) => (x + y).Tanh(), 4),
        ("erf", (_, x, y) => (x + y).Erf(), 4),
        ("gelu", (_, x, y) => (x + y).Gelu(), 6),
        ("silu", (_, x, y) => (x + y).Silu(), 6),
        ("softplus", (_, x, y) => (x + y).Softplus(), 6),
        ("exp", (_, x, y) => (x + y).Exp(), 6),
        ("log", (_, x, y) => ((x + y).Abs() + 0.25).Log(), 6),
        ("root", (_, x, y) => ((x + y).Abs() + 0.25).Sqrt(), 6),
        ("reciprocal root", (_, x, y) => ((x + y).Abs() + 0.25).ReciprocalSqrt(), 6),
        ("reciprocal", (_, x, y) => ((x + y).Abs() + 0.25).Reciprocal(), 8),
        ("sin", (_, x, y) => (x + y).Sin(), 4),
        ("cos", (_, x, y) => (x + y).Cos(), 4),
    ];

    public static IEnumerable<object[]> Names => from op in Ops select new object[] { op.What };

    [TestMethod]
    [DynamicData(nameof(Names))]
    public async Task An_op_is_right_and_sends_what_it_was_quoted_at(string what)
    {
        (_, Expression of, double units) = Ops.Single(op => op.What == what);
        const int Seed = 501;
        var random = new Random(Seed);
        foreach (ComparisonMethod method in new[] { ComparisonMethod.Tree, ComparisonMethod.FunctionSharing })
        {
            TensorProgram program = Program(p => of(p, p.Input("x", Party.Client, new Shape(2, 3), 4), p.Input("y", Party.Server, new Shape(2, 3), 4)));
            await LocalRun.CheckAsync(program, LocalRun.Shares(method), Given("x", random), Given("y", random), Tolerance(units), $"{what}, {method}, seed {Seed}");
        }
    }

    [TestMethod]
    public void Every_op_of_the_graph_is_among_them()
    {
        var drawn = new HashSet<Type>();
        var functions = new HashSet<UnaryFunction>();
        foreach ((_, Expression of, _) in Ops)
        {
            TensorProgram program = Program(p => of(p, p.Input("x", Party.Client, new Shape(2, 3), 4), p.Input("y", Party.Server, new Shape(2, 3), 4)));
            drawn.UnionWith(program.Graph.Nodes.Select(node => node.Op.GetType()));
            functions.UnionWith(program.Graph.Nodes.Select(node => node.Op).OfType<UnaryOp>().Select(unary => unary.Function));
        }

        string[] missing = [.. typeof(Op).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract && !drawn.Contains(type)).Select(type => type.Name)];
        CollectionAssert.IsSubsetOf(missing, new[] { nameof(ScaleUpOp) }, string.Join(", ", missing));
        CollectionAssert.AreEquivalent(Enum.GetValues<UnaryFunction>(), functions.ToArray());
    }

    [TestMethod]
    public async Task All_ops_together_are_one_stretch()
    {
        const int Seed = 502;
        var random = new Random(Seed);
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(2, 3), 4);
        SecretTensor y = program.Input("y", Party.Server, new Shape(2, 3), 4);
        foreach ((string what, Expression of, _) in Ops)
            of(program, x, y).Reveal(Party.Client, what);
        var run = await LocalRun.CheckAsync(program, LocalRun.Shares(), Given("x", random), Given("y", random), Tolerance(24), $"all, seed {Seed}");
        Assert.HasCount(Ops.Length, run.Results);
        Assert.AreEqual(1, run.Steps.Count(step => !step.Step.IsConversion && step.Step.To == Hybrid.Schemes.Scheme.Shares));
    }

    private static TensorProgram Program(Func<TensorProgram, SecretTensor> build)
    {
        var program = new TensorProgram();
        build(program).Reveal(Party.Client);
        return program;
    }

    private static SecretTensor Image(SecretTensor x, SecretTensor y) => SecretTensor.Concat(0, x, y).Reshape(1, 1, 4, 3);

    private static Dictionary<string, Tensor<double>> Given(string name, Random random) => new() { [name] = LocalRun.Numbers(random, -3, 3, 2, 3) };

    private static Tensor<double> Numbers(int seed, params ReadOnlySpan<int> lengths) => LocalRun.Numbers(new Random(seed), -2, 2, lengths);

    // Functions are right to some units, or to so many of their size.
    private static Func<double, double> Tolerance(double units) => expected => (units * Unit) + (units > 2 ? Math.Abs(expected) * 1e-4 : 0) + 1e-12;
}
