using Hybrid.Execution;
using Hybrid.Graph;

namespace Hybrid.Tests.Core.Execution.Reference;

/// <summary>What graphs say of values without knowing them holds for values: shapes, ranges, and fixed point near real numbers.</summary>
[TestClass]
public sealed class RandomGraphTests
{
    private const int Graphs = 600;

    [TestMethod]
    public void Values_have_the_shapes_and_lie_in_the_ranges_that_graphs_say()
    {
        for (int seed = 0; seed < Graphs; seed++)
        {
            var random = new RandomGraph(seed, ops: 24);
            for (int mode = 0; mode < 5; mode++)
            {
                ReferenceRunner.RunFixed(random.Graph, node => random.Source(node, mode), (node, value) =>
                {
                    string what = $"seed {seed}, mode {mode}, {node} of {string.Join(" | ", node.Inputs)}, {node.Op}, in {node.Range}";
                    Assert.HasCount(node.Shape.ElementCount, value, what);
                    foreach (Int128 element in value)
                        Assert.IsTrue(element >= node.Range.Low && element <= node.Range.High, $"{element}: {what}");
                });
            }
        }
    }

    [TestMethod]
    public void Every_op_is_drawn()
    {
        HashSet<string> drawn = [.. Enumerable.Range(0, Graphs).SelectMany(seed => new RandomGraph(seed, ops: 24).Graph.Nodes).Select(node => node.Op.Name)];
        string[] missing = [.. OpNames().Where(name => !drawn.Contains(name))];
        Assert.IsEmpty(missing, string.Join(", ", missing));
    }

    [TestMethod]
    public void Fixed_point_is_within_a_unit_of_real_numbers()
    {
        for (int seed = 0; seed < Graphs; seed++)
        {
            var random = new RandomGraph(seed, ops: 24);
            var values = new Dictionary<int, Int128[]>();
            ReferenceRunner.RunFixed(random.Graph, node => random.Source(node, mode: 4), (node, value) =>
            {
                values[node.Id] = value;
                if (node.Inputs.IsEmpty)
                {
                    return;
                }

                double[][] inputs = [.. node.Inputs.Select(input => FixedPointReference.ToReal(values[input.Id], input.FractionBits))];
                double[] real = RealReference.Evaluate(node, inputs);
                Assert.HasCount(node.Shape.ElementCount, real, $"seed {seed}, {node}");
                // What doubles lose of wide inputs decides comparisons and places, and cancels in sums.
                double widest = node.Inputs.Max(input => (double)input.Magnitude);
                bool isExact = widest < 1L << 53;
                for (int i = 0; i < real.Length && (isExact || node.Op is not (LessOp or EqualOp or ArgMaxOp)); i++)
                {
                    double units = Math.ScaleB(real[i], node.FractionBits);
                    double lost = Math.ScaleB(Math.Max((double)node.Magnitude, widest), -48);
                    Assert.AreEqual(units, (double)value[i], 1 + lost, $"seed {seed}, {node}, {node.Op} of {string.Join(" | ", node.Inputs)}");
                }
            });
        }
    }

    private static IEnumerable<string> OpNames() =>
    [
        "Add", "Sub", "Neg", "ScaleUp", "Truncate", "ReduceSum", "ReduceMean", "AveragePool", "MatMul", "Conv", "Mul", "LeakyRelu", "Clip", "Max", "Min",
        "Less", "Equal", "Where", "Div", "Pow", "Softmax", "LogSoftmax", "ReduceMax", "ReduceMin", "ArgMax", "ArgMin", "MaxPool", "Reshape", "Transpose",
        "Slice", "Concat", "Pad", "Gather", "Expand", .. Enum.GetNames<UnaryFunction>(),
    ];
}
