using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Execution.Reference;

/// <summary>Each op on a few numbers whose result is plain to see.</summary>
[TestClass]
public sealed class OpReferenceTests
{
    private static readonly double[] Six = [1, 2, 3, 4, 5, 6];

    [TestMethod]
    public void Moves_put_elements_where_they_say()
    {
        Check(new ReshapeOp(new Shape(3, 2)), Six, [(Six, [2, 3])]);
        Check(new TransposeOp(new IntegerList(1, 0)), [1, 4, 2, 5, 3, 6], [(Six, [2, 3])]);
        Check(new TransposeOp(new IntegerList(2, 0, 1)), [1, 3, 5, 2, 4, 6], [(Six, [1, 3, 2])]);
        Check(new SliceOp(new IntegerList(1, 2), new IntegerList(2, 2), new IntegerList(-1, -2)), [6, 4, 3, 1], [(Six, [2, 3])]);
        Check(new SliceOp(new IntegerList(0, 1), new IntegerList(2, 0), new IntegerList(1, 1)), [], [(Six, [2, 3])]);
        Check(new ConcatOp(1), [1, 2, 9, 3, 4, 8, 5, 6, 7], [(Six, [3, 2]), ([9, 8, 7], [3, 1])]);
        Check(new ConcatOp(0), [1, 9, 8], [([1], [1]), ([9, 8], [2])]);
        Check(new PadOp(new IntegerList(1, 0), new IntegerList(0, 2), 0.5), [0.5, 0.5, 0.5, 0.5, 1, 2, 0.5, 0.5], [([1, 2], [1, 2])]);
        Check(new GatherOp(new IntegerList(2, 0, 2), 1), [3, 1, 3, 6, 4, 6], [(Six, [2, 3])]);
        Check(new GatherOp(new IntegerList(1), 0), [4, 5, 6], [(Six, [2, 3])]);
        Check(new ExpandOp(new Shape(2, 2, 3)), [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2], [([1, 2], [2, 1])]);
    }

    [TestMethod]
    public void Pairs_repeat_to_fit_each_other()
    {
        Check(new AddOp(), [11, 22, 33, 14, 25, 36], [(Six, [2, 3]), ([10, 20, 30], [3])]);
        Check(new SubtractOp(), [-9, -8, -7, -16, -15, -14], [(Six, [2, 3]), ([10, 20], [2, 1])]);
        Check(new MultiplyOp(), [10, 20, 30, 20, 40, 60], [([10, 20, 30], [1, 3]), ([1, 2], [2, 1])]);
        Check(new MultiplyOp(), [2.5], [([5], []), ([0.5], [1])]);
        Check(new MaximumOp(), [3, 3, 3, 4, 5, 6], [(Six, [6]), ([3], [1])]);
        Check(new MinimumOp(), [1, 2, 3, 3, 3, 3], [(Six, [6]), ([3], [])]);
        Check(new LessOp(), [1, 1, 0, 0, 0, 0], [(Six, [6]), ([3], [1])]);
        Check(new EqualOp(), [0, 0, 1, 0, 0, 0], [(Six, [6]), ([3], [1])]);
        Check(new DivideOp(), [0.5, 1, 1.5, 1, 1.25, 1.5], [(Six, [2, 3]), ([2, 4], [2, 1])]);
        Check(new DivideOp(), [-768, 1.5], [([-3, 3], [2]), ([-1, 2], [2])]);
        Check(new MatMulOp(), [22, 28, 49, 64], [(Six, [2, 3]), (Six, [3, 2])]);
    }

    [TestMethod]
    public void A_condition_chooses()
    {
        var graph = new OpGraph();
        Node condition = graph.Input("c", Party.Client, new Shape(2, 1), 0, new WordRange(0, 1));
        Node x = graph.Input("x", Party.Client, new Shape(3), 8, WordRange.OfBits(20));
        Node y = graph.Input("y", Party.Client, new Shape(1), 8, WordRange.OfBits(20));
        Node where = graph.Add(new WhereOp(), condition, x, y);
        CollectionAssert.AreEqual(new double[] { 7, 7, 7, 1, 2, 3 }, RealReference.Evaluate(where, [[0, 1], [1, 2, 3], [7]]));
        CollectionAssert.AreEqual(new Int128[] { 7, 7, 7, 1, 2, 3 }, FixedPointReference.Evaluate(where, [[0, 1], [1, 2, 3], [7]]));
    }

    [TestMethod]
    public void Reductions_go_along_their_dimensions()
    {
        Check(new ReduceSumOp(new IntegerList(0), false), [5, 7, 9], [(Six, [2, 3])]);
        Check(new ReduceSumOp(new IntegerList(1), true), [6, 15], [(Six, [2, 3])]);
        Check(new ReduceSumOp(default, false), [21], [(Six, [2, 3])]);
        Check(new ReduceSumOp(new IntegerList(0, 2), false), [1 + 2 + 5 + 6, 3 + 4 + 7 + 8], [([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2])]);
        Check(new ReduceSumOp(new IntegerList(1), false), [0, 0], [([], [2, 0])]);
        Check(new ReduceMeanOp(new IntegerList(0), false), [2.5, 3.5, 4.5], [(Six, [2, 3])]);
        Check(new ReduceMaxOp(1, false), [3, 6], [([1, 3, 2, 6, 5, 4], [2, 3])]);
        Check(new ReduceMaxOp(0, true, IsLeast: true), [1, 3, 2], [([1, 3, 2, 6, 5, 4], [2, 3])]);
        Check(new ArgMaxOp(1, false), [1, 0], [([1, 3, 3, 6, 6, 4], [2, 3])]);
        Check(new ArgMaxOp(0, false, IsLeast: true), [0, 0, 1], [([1, 3, 3, 6, 6, -4], [2, 3])]);
        Check(new SoftmaxOp(0), [0.5, 0.25, 0.5, 0.75], [([100, 0, 100, Math.Log(3)], [2, 2])], 0.01);
        Check(new LogSoftmaxOp(1), [-Math.Log(2), -Math.Log(2), -90, 0], [([-90, -90, 10, 100], [2, 2])], 0.01);
    }

    [TestMethod]
    public void Elements_are_bent_one_by_one()
    {
        double[] x = [-2, -0.5, 0, 0.5, 2];
        Check(new NegateOp(), [2, 0.5, 0, -0.5, -2], [(x, [5])]);
        Check(new LeakyReluOp(0.25), [-0.5, -0.125, 0, 0.5, 2], [(x, [5])]);
        Check(new ClipOp(-0.75, 1), [-0.75, -0.5, 0, 0.5, 1], [(x, [5])]);
        Check(new ClipOp(0, double.PositiveInfinity), [0, 0, 0, 0.5, 2], [(x, [5])]);
        Check(new UnaryOp(UnaryFunction.Sign), [-1, -1, 0, 1, 1], [(x, [5])]);
        Check(new PowerOp(2), [4, 0.25, 0, 0.25, 4], [(x, [5])]);
        Check(new ScaleUpOp(4), x, [(x, [5])]);
        Check(new TruncateOp(2), x, [(x, [5])]);
    }

    [TestMethod]
    public void Truncation_rounds_to_the_nearest_and_halves_up()
    {
        foreach ((Int128 x, int bits, Int128 y) in new (Int128, int, Int128)[]
        {
            (5, 0, 5), (5, 1, 3), (-5, 1, -2), (6, 2, 2), (-6, 2, -1), (7, 3, 1), (3, 3, 0), (-4, 3, 0), (-5, 3, -1), (Int128.One << 125, 126, 1),
            ((Int128.One << 126) - 1, 126, 1), (-(Int128.One << 126) + 1, 126, -1), ((Int128.One << 126) - 1, 127, 0), (-1, 127, 0), (12345, 300, 0),
        })
            Assert.AreEqual(y, FixedPointReference.Rounded(x, bits), $"{x} by {bits}");
    }

    [TestMethod]
    public void Sources_and_inputs_of_other_lengths_are_refused()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(2), 8, WordRange.OfBits(20));
        Node y = graph.Add(new NegateOp(), x);
        Assert.ThrowsExactly<ArgumentException>(() => RealReference.Evaluate(x, []));
        Assert.ThrowsExactly<ArgumentException>(() => RealReference.Evaluate(y, [[1]]));
        Assert.ThrowsExactly<ArgumentException>(() => FixedPointReference.Evaluate(y, [[1, 2], [1, 2]]));
    }

    // In real numbers, and in fixed point with 8 fraction bits.
    private static void Check(Op op, double[] expected, (double[] Values, int[] Lengths)[] inputs, double tolerance = 1e-15)
    {
        var graph = new OpGraph();
        Node[] nodes = [.. inputs.Select((input, i) => graph.Input($"x{i}", Party.Client, new Shape(input.Lengths), 8, WordRange.OfBits(20)))];
        Node node = graph.Add(op, nodes);
        double[][] reals = [.. inputs.Select(input => input.Values)];
        double[] real = RealReference.Evaluate(node, reals);
        double[] fixedPoint = FixedPointReference.ToReal(
            FixedPointReference.Evaluate(node, [.. reals.Select(values => FixedPointReference.FromReal(values, 8))]), node.FractionBits);
        Assert.HasCount(node.Shape.ElementCount, real, op.ToString());
        Assert.HasCount(expected.Length, real, op.ToString());
        Assert.HasCount(expected.Length, fixedPoint, op.ToString());
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], real[i], tolerance, $"{op} at {i}");
            Assert.AreEqual(expected[i], fixedPoint[i], tolerance, $"{op} at {i}");
        }
    }
}
