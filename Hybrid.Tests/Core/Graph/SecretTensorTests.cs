using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Graph;

/// <summary>What programs say is what they mean: operators and broadcasting against plain arithmetic.</summary>
[TestClass]
public sealed class SecretTensorTests
{
    private const double Unit = 1.0 / (1 << 16);

    private static readonly Tensor<double> X = Tensor.Create<double>([1.5, -2.25, 0.125, 3, -0.5, 2], [2, 3]);

    private static readonly Tensor<double> Row = Tensor.Create<double>([2, -0.75, 1.25], [3]);

    private static readonly Tensor<double> Column = Tensor.Create<double>([0.5, -3], [2, 1]);

    [TestMethod]
    public void Operators_are_those_of_numbers()
    {
        Check("x + y", (x, y) => x + y, (x, y) => x + y);
        Check("x - y", (x, y) => x - y, (x, y) => x - y);
        Check("x * y", (x, y) => x * y, (x, y) => x * y, 4);
        Check("-x", (x, _) => -x, (x, _) => -x);
        Check("x + 2.5", (x, _) => x + 2.5, (x, _) => x + 2.5);
        Check("x - 2.5", (x, _) => x - 2.5, (x, _) => x - 2.5);
        Check("2.5 - x", (x, _) => 2.5 - x, (x, _) => 2.5 - x);
        Check("x * 3", (x, _) => x * 3, (x, _) => x * 3);
        Check("0.3 * x", (x, _) => 0.3 * x, (x, _) => 0.3 * x, 4);
        Check("x / 4", (x, _) => x / 4, (x, _) => x / 4, 4);
        Check("x / (y² + 1)", (x, y) => x / ((y * y) + 1), (x, y) => x / ((y * y) + 1), 8);
        Check("x < y", (x, y) => x < y, (x, y) => x < y ? 1 : 0);
        Check("x > y", (x, y) => x > y, (x, y) => x > y ? 1 : 0);
        Check("x <= y", (x, y) => x <= y, (x, y) => x <= y ? 1 : 0);
        Check("x >= y", (x, y) => x >= y, (x, y) => x >= y ? 1 : 0);
        Check("x = y", (x, y) => x.EqualTo(y), (x, y) => x == y ? 1 : 0);
        Check("x = x", (x, _) => x.EqualTo(x), (_, _) => 1);
        Check("max", (x, y) => x.Max(y), Math.Max);
        Check("min", (x, y) => x.Min(y), Math.Min);
        Check("where", (x, y) => x.Where(x < y, y * 2), (x, y) => x < y ? x : y * 2);
        Check("(x + 1)(y - 1) + x y", (x, y) => ((x + 1) * (y - 1)) + (x * y), (x, y) => ((x + 1) * (y - 1)) + (x * y), 8);
    }

    [TestMethod]
    public void Functions_are_those_of_numbers()
    {
        Check("relu", (x, _) => x.Relu(), (x, _) => Math.Max(x, 0));
        Check("leaky", (x, _) => x.LeakyRelu(0.25), (x, _) => x < 0 ? x / 4 : x, 2);
        Check("clip", (x, _) => x.Clip(-1, 1.5), (x, _) => Math.Clamp(x, -1, 1.5));
        Check("abs", (x, _) => x.Abs(), (x, _) => Math.Abs(x));
        Check("sign", (x, _) => x.Sign(), (x, _) => Math.Sign(x));
        Check("sigmoid", (x, _) => x.Sigmoid(), (x, _) => 1 / (1 + Math.Exp(-x)), 2);
        Check("tanh", (x, _) => x.Tanh(), (x, _) => Math.Tanh(x), 2);
        Check("exp", (x, _) => x.Exp(), (x, _) => Math.Exp(x), 2);
        Check("sin", (x, _) => x.Sin(), (x, _) => Math.Sin(x), 2);
        Check("cube", (x, _) => x.Power(3), (x, _) => x * x * x, 32);
        Check("square", (x, _) => x.Power(2), (x, _) => x * x, 8);
        Check("root", (x, _) => ((x * x) + 1).Sqrt(), (x, _) => Math.Sqrt((x * x) + 1), 4);
    }

    [TestMethod]
    public void Shapes_are_changed_as_they_say()
    {
        double[] x = [.. X];
        Same("sum of rows", value => value.Sum([1]), [x[0] + x[1] + x[2], x[3] + x[4] + x[5]], new Shape(2));
        Same("sum of columns", value => value.Sum([0], keepDimensions: true), [x[0] + x[3], x[1] + x[4], x[2] + x[5]], new Shape(1, 3));
        Same("mean", value => value.Mean([1]), [(x[0] + x[1] + x[2]) / 3, (x[3] + x[4] + x[5]) / 3], new Shape(2));
        Same("transpose", value => value.Transpose(), [x[0], x[3], x[1], x[4], x[2], x[5]], new Shape(3, 2));
        Same("reshape", value => value.Reshape(3, -1), x, new Shape(3, 2));
        Same("slice", value => value.Slice(1, 1, 2), [x[1], x[2], x[4], x[5]], new Shape(2, 2));
        Same("gather", value => value.Gather([2, 0], 1), [x[2], x[0], x[5], x[3]], new Shape(2, 2));
        Same("concat", value => SecretTensor.Concat(0, value, value), [.. x, .. x], new Shape(4, 3));
        Same("pad", value => value.Pad([0, 1], [0, 0], 7), [7, x[0], x[1], x[2], 7, x[3], x[4], x[5]], new Shape(2, 4));
        Same("greatest", value => value.Max(1), [1.5, 3], new Shape(2));
        Same("least", value => value.Min(0, keepDimension: true), [1.5, -2.25, 0.125], new Shape(1, 3));
        Same("place of the greatest", value => value.ArgMax(), [0, 0], new Shape(2));
        Same("place of the least", value => value.ArgMin(), [1, 1], new Shape(2));
        Same("expand", value => value.Slice(0, 0, 1).Expand(new Shape(2, 3)), [x[0], x[1], x[2], x[0], x[1], x[2]], new Shape(2, 3));
    }

    [TestMethod]
    public void Products_of_matrices_are_truncated_once_where_they_are_needed()
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(2, 3), 4);
        SecretTensor product = x.MatMul(program.Private("w", Party.Server, Tensor.Create<double>([1, 2, 0.5, -1, 0.25, 3], [3, 2])));
        // A sum is exact, with all the fraction bits; two ops that need fewer share a truncation.
        SecretTensor sum = product + program.Private("c", Party.Server, Tensor.Create<double>([0.1, -0.1], [2]));
        Assert.AreEqual(32, sum.Node.FractionBits);
        _ = sum.Relu();
        _ = sum.Sigmoid();
        Assert.AreEqual(1, program.Graph.Nodes.Count(node => node.Op is TruncateOp));
    }

    [TestMethod]
    public void What_does_not_fit_is_refused_in_a_sentence()
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(2, 3), 4);
        Sentences.Refused<ParameterException>(() => _ = x + program.Input("y", Party.Client, new Shape(2, 2), 4), "(2, 3)", "(2, 2)");
        Sentences.Refused<ParameterException>(() => _ = x.MatMul(x), "(2, 3)");
        Sentences.Refused<ParameterException>(() => _ = x.Where(x, x), "zeros and ones");
        Sentences.Refused<ParameterException>(() => _ = x / 0.0);
        Sentences.Refused<ParameterException>(() => x.On(Hybrid.Schemes.Scheme.Shares), "cannot be pinned");
        Sentences.Refused<ParameterException>(() => _ = x.Reshape(4, 2));
    }

    // An expression of a matrix and a row, a column, a matrix or a constant, against numbers.
    private static void Check(string what, Func<SecretTensor, SecretTensor, SecretTensor> tensors, Func<double, double, double> numbers, double units = 1)
    {
        foreach ((string name, Tensor<double> other) in new[] { ("row", Row), ("column", Column), ("matrix", X) })
        {
            foreach (string kind in new[] { "input", "private", "public" })
            {
                var program = new TensorProgram();
                SecretTensor x = program.Input("x", Party.Client, new Shape(2, 3), 4);
                SecretTensor y = kind switch
                {
                    "input" => program.Input("y", Party.Server, Shape.Of(other.Lengths), 4),
                    "private" => program.Private("y", Party.Server, other),
                    _ => program.Public("y", other),
                };
                SecretTensor result = tensors(x, y);
                result.Reveal(Party.Client);
                var inputs = new Dictionary<string, Tensor<double>> { ["x"] = X, ["y"] = other };
                double[] expected = [.. Enumerable.Range(0, 6).Select(i => numbers(At(X, i), At(other, i)))];
                Assert.AreEqual(new Shape(2, 3), result.Shape, $"{what}, {name}, {kind}");
                Close(expected, ProgramReference.Real(program, inputs)["result"], units, $"{what}, {name}, {kind}, in double");
                Close(expected, ProgramReference.Fixed(program, inputs)["result"], units, $"{what}, {name}, {kind}, in fixed point");
            }
        }
    }

    private static void Same(string what, Func<SecretTensor, SecretTensor> tensors, double[] expected, Shape shape)
    {
        var program = new TensorProgram();
        SecretTensor result = tensors(program.Input("x", Party.Client, new Shape(2, 3), 4));
        Assert.AreEqual(shape, result.Shape, what);
        result.Reveal(Party.Client);
        var inputs = new Dictionary<string, Tensor<double>> { ["x"] = X };
        Close(expected, ProgramReference.Real(program, inputs)["result"], 1, $"{what}, in double");
        Close(expected, ProgramReference.Fixed(program, inputs)["result"], 1, $"{what}, in fixed point");
    }

    // Element i of a (2, 3) tensor that this one stretches to.
    private static double At(Tensor<double> tensor, int i) => tensor.Rank == 1 ? tensor[i % 3] : tensor.Lengths[1] == 1 ? tensor[i / 3, 0] : tensor[i / 3, i % 3];

    private static void Close(double[] expected, double[] actual, double units, string what)
    {
        Assert.HasCount(expected.Length, actual, what);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], (units * Unit) + 1e-12, $"{what}, element {i}");
    }
}
