using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Tests.Mpc.Ring64;

[TestClass]
public sealed class BilinearMapTests
{
    private static readonly (int[] Left, int[] Right)[] Elementwise =
    [
        ([], []), ([1], [1]), ([7], [7]), ([3, 5], [3, 5]), ([4, 9], [9]), ([9], [4, 9]), ([4, 9], [1]), ([], [4, 9]), ([4, 9], [4, 1]),
        ([4, 1], [1, 9]), ([2, 3, 5, 7], [3, 1, 1]), ([3, 1, 1], [2, 3, 5, 7]), ([2, 3, 5, 7], [2, 1, 1, 7]), ([2, 1, 5, 1], [3, 1, 7]),
        ([1, 1, 1], [1]), ([2, 1, 3, 1, 2], [4, 1, 5, 1]), ([0, 3], [3]), ([5, 64], [64]), ([1, 1], [33, 65]),
    ];

    private static readonly (int[] Left, int[] Right)[] MatMul =
    [
        ([1, 1], [1, 1]), ([3, 5], [5, 2]), ([9, 64], [64, 17]), ([2, 3, 5], [5, 4]), ([2, 1, 4, 3, 5], [5, 1]), ([4, 3, 5], [4, 5, 7]),
        ([3, 5], [4, 5, 7]), ([1, 3, 5], [4, 5, 7]), ([4, 3, 5], [1, 5, 7]), ([2, 1, 3, 5], [3, 5, 2]), ([2, 3, 9, 8], [2, 3, 8, 9]),
        ([2, 1, 3, 2], [1, 3, 2, 5]), ([0, 3, 5], [5, 2]), ([3, 0], [0, 2]), ([6, 70, 70], [6, 70, 70]), ([5, 1, 130], [130, 40]),
    ];

    public static IEnumerable<object[]> Widths => MatrixProductTests.Widths;

    [TestMethod]
    public void Products_element_by_element_repeat_either_side_by_the_rule_of_NumPy()
    {
        foreach ((int[] left, int[] right) in Elementwise)
        {
            var map = new ElementwiseMap(new Shape(left), new Shape(right));
            Check(map, KernelWidth.Auto, [1], (x, y, sums) =>
            {
                int i = 0;
                foreach (int[] index in NaiveTensor.Indices(map.Result))
                {
                    sums[i] = unchecked(sums[i] + (x[NaiveTensor.Place(map.Left, index)] * y[NaiveTensor.Place(map.Right, index)]));
                    i++;
                }
            });
            Assert.AreEqual(map.Result.ElementCount, map.Products);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Matrix_products_repeat_the_dimensions_before_at_every_width(string name)
    {
        KernelWidth width = MatrixProductTests.SupportedOrSkip(name);
        foreach ((int[] left, int[] right) in MatMul)
        {
            var map = new MatMulMap(new Shape(left), new Shape(right));
            (int m, int k, int n) = (left[^2], left[^1], right[^1]);
            Check(map, width, [1, 3], (x, y, sums) =>
            {
                var leftBatch = new Shape(left.AsSpan()[..^2]);
                var rightBatch = new Shape(right.AsSpan()[..^2]);
                int pair = 0;
                foreach (int[] index in NaiveTensor.Indices(new Shape(map.Result.Lengths.AsSpan()[..^2])))
                {
                    int a = NaiveTensor.Place(leftBatch, index);
                    int b = NaiveTensor.Place(rightBatch, index);
                    ulong[] product = NaiveProduct.Compute(
                        x[(a * m * k)..((a + 1) * m * k)], y[(b * k * n)..((b + 1) * k * n)], m, k, n);
                    for (int i = 0; i < m * n; i++)
                        sums[(pair * m * n) + i] = unchecked(sums[(pair * m * n) + i] + product[i]);
                    pair++;
                }
            });

            Assert.AreEqual((long)map.Result.ElementCount * k, map.Products);
        }
    }

    [TestMethod]
    public void Maps_are_equal_when_their_names_are()
    {
        BilinearMap[] maps =
        [
            new ElementwiseMap(new Shape(2, 3), new Shape(3)), new ElementwiseMap(new Shape(3), new Shape(2, 3)), new MatMulMap(new Shape(2, 3), new Shape(3, 3)),
            new Conv2dMap(new Shape(1, 2, 5, 5), new Shape(2, 2, 3, 3), new Conv2dGeometry()),
            new Conv2dMap(new Shape(1, 2, 5, 5), new Shape(2, 2, 3, 3), new Conv2dGeometry { PadTop = 1 }),
        ];
        BilinearMap[] again =
        [
            new ElementwiseMap(new Shape(2, 3), new Shape(3)), new ElementwiseMap(new Shape(3), new Shape(2, 3)), new MatMulMap(new Shape(2, 3), new Shape(3, 3)),
            new Conv2dMap(new Shape(1, 2, 5, 5), new Shape(2, 2, 3, 3), new Conv2dGeometry()),
            new Conv2dMap(new Shape(1, 2, 5, 5), new Shape(2, 2, 3, 3), new Conv2dGeometry { PadTop = 1 }),
        ];
        for (int i = 0; i < maps.Length; i++)
        {
            for (int j = 0; j < maps.Length; j++)
            {
                Assert.AreEqual(i == j, maps[i] == again[j], $"{maps[i]} and {again[j]}");
                Assert.AreEqual(i == j, maps[i].Name == again[j].Name, $"{maps[i]} and {again[j]}");
            }
        }

        Assert.AreEqual("product of (2, 3) by (3) element by element", maps[0].ToString());
        Assert.AreEqual("matrix product of (2, 3) by (3, 3)", maps[2].ToString());
        Assert.AreEqual(
            "convolution of (1, 2, 5, 5) by (2, 2, 3, 3) with strides (1, 1), pads (1, 0, 0, 0), dilations (1, 1), groups 1", maps[4].ToString());
    }

    [TestMethod]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Refused(() => new ElementwiseMap(new Shape(2, 3), new Shape(2)), ParameterFault.Mismatch);
        Refused(() => new ElementwiseMap(new Shape(1 << 15, 1), new Shape(1 << 15)), ParameterFault.OutOfRange);
        Refused(() => new MatMulMap(new Shape(2, 3), new Shape(2, 3)), ParameterFault.Mismatch);
        Refused(() => new MatMulMap(new Shape(3), new Shape(3, 2)), ParameterFault.Mismatch);
        Refused(() => new MatMulMap(new Shape(2, 3), new Shape(3)), ParameterFault.Mismatch);
        Refused(() => new MatMulMap(new Shape(2, 4, 3), new Shape(3, 3, 5)), ParameterFault.Mismatch);
    }

    [TestMethod]
    public void Wrong_lengths_and_overlap_are_refused()
    {
        var map = new MatMulMap(new Shape(2, 3), new Shape(3, 2));
        var words = new ulong[8];
        Assert.AreEqual("left", Assert.ThrowsExactly<ArgumentException>(() => map.MultiplyAdd(new ulong[5], new ulong[6], new ulong[4])).ParamName);
        Assert.AreEqual("right", Assert.ThrowsExactly<ArgumentException>(() => map.MultiplyAdd(new ulong[6], new ulong[7], new ulong[4])).ParamName);
        Assert.AreEqual("result", Assert.ThrowsExactly<ArgumentException>(() => map.MultiplyAdd(new ulong[6], new ulong[6], new ulong[6])).ParamName);
        Assert.AreEqual(
            "result", Assert.ThrowsExactly<ArgumentException>(() => map.MultiplyAdd(words.AsSpan(0, 6), new ulong[6], words.AsSpan(4, 4))).ParamName);
    }

    internal static void Refused(Func<object> make, ParameterFault fault)
    {
        var error = Assert.ThrowsExactly<ParameterException>(make);
        Assert.AreEqual(fault, error.Fault, error.Message);
        Assert.IsTrue(error.Message.EndsWith('.'), error.Message);
    }

    internal static void Check(BilinearMap map, KernelWidth width, int[] threadCounts, Action<ulong[], ulong[], ulong[]> naive)
    {
        const ulong guard = 0xDEADBEEFDEADBEEF;
        var random = new RandomWords(seed: 19);
        ulong[] x = random.Next(map.Left.ElementCount);
        ulong[] y = random.Next(map.Right.ElementCount);
        ulong[] expected = random.Next(map.Result.ElementCount);
        ulong[] start = [.. expected];
        naive(x, y, expected);
        foreach (int threads in threadCounts)
        {
            ulong[] guarded = [guard, .. start, guard];
            map.MultiplyAdd(x, y, guarded.AsSpan()[1..^1], width, threads);
            string where = $"{map}, {width}, {threads} threads";
            Assert.IsTrue(guarded.AsSpan()[1..^1].SequenceEqual(expected), where);
            Assert.IsTrue(guarded[0] == guard && guarded[^1] == guard, where);
        }
    }
}
