using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;

namespace Hybrid.Tests.Mpc.Ring64;

[TestClass]
public sealed class MatrixProductTests
{
    private const ulong Guard = 0xDEADBEEFDEADBEEF;

    // Around every vector width, the four rows of a tile and the eight below which B is not packed.
    private static readonly int[] Sizes = [0, 1, 3, 4, 7, 8, 9, 63, 64, 65];

    public static IEnumerable<object[]> Widths => Enum.GetNames<KernelWidth>().Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Every_width_agrees_with_the_naive_loop_at_odd_sizes(string name)
    {
        KernelWidth width = SupportedOrSkip(name);
        foreach (int m in Sizes)
        {
            foreach (int k in Sizes)
            {
                foreach (int n in Sizes)
                    Check(m, k, n, width, threads: 1);
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Every_width_agrees_with_the_naive_loop_across_blocks_and_threads(string name)
    {
        KernelWidth width = SupportedOrSkip(name);
        // Blocks end at 256 steps, 128 columns and 32 rows; these sizes are above the parallel threshold too.
        foreach ((int m, int k, int n) in new[] { (33, 257, 129), (65, 512, 128), (97, 300, 260), (2050, 600, 1), (1, 600, 2050), (8, 1, 140000) })
        {
            foreach (int threads in new[] { 1, 3 })
                Check(m, k, n, width, threads);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Products_of_extreme_words_wrap_alike(string name)
    {
        KernelWidth width = SupportedOrSkip(name);
        ulong[] extremes = [ulong.MaxValue, 1UL << 63, (1UL << 63) - 1, 0xFFFFFFFF, 1UL << 32, 0xFFFFFFFF00000000, 1, 0, 0x80000000];
        const int m = 9;
        const int k = 9;
        const int n = 9;
        ulong[] a = [.. Enumerable.Range(0, m * k).Select(i => extremes[(i / k) % extremes.Length])];
        ulong[] b = [.. Enumerable.Range(0, k * n).Select(i => extremes[i % n])];
        var c = new ulong[m * n];
        MatrixProduct.Compute(a, b, c, m, k, n, accumulate: false, width, threads: 1);
        for (int row = 0; row < m; row++)
        {
            for (int column = 0; column < n; column++)
                Assert.AreEqual(unchecked(9 * extremes[row] * extremes[column]), c[(row * n) + column], $"{extremes[row]:X} by {extremes[column]:X}");
        }
    }

    [TestMethod]
    public void Public_methods_multiply_and_add()
    {
        ulong[] c = [100, 200];
        MatrixProduct.Multiply([1, 2, 3, 4], [5, 6], c, 2, 2, 1);
        CollectionAssert.AreEqual(new ulong[] { 17, 39 }, c);
        MatrixProduct.MultiplyAdd([1, 2, 3, 4], [5, 6], c, 2, 2, 1);
        CollectionAssert.AreEqual(new ulong[] { 34, 78 }, c);
    }

    [TestMethod]
    public void An_empty_sum_clears_the_result_or_leaves_it()
    {
        ulong[] c = [1, 2, 3, 4, 5, 6];
        MatrixProduct.MultiplyAdd([], [], c, 2, 0, 3);
        CollectionAssert.AreEqual(new ulong[] { 1, 2, 3, 4, 5, 6 }, c);
        MatrixProduct.Multiply([], [], c, 2, 0, 3);
        CollectionAssert.AreEqual(new ulong[6], c);
    }

    [TestMethod]
    public void Wrong_lengths_negative_sizes_and_overlap_are_refused()
    {
        var words = new ulong[12];
        var error = Assert.ThrowsExactly<ArgumentException>(() => MatrixProduct.Multiply(words, words, new ulong[4], 2, 5, 2));
        Assert.AreEqual("a", error.ParamName);
        error = Assert.ThrowsExactly<ArgumentException>(() => MatrixProduct.Multiply(words, words, new ulong[4], 2, 6, 3));
        Assert.AreEqual("b", error.ParamName);
        error = Assert.ThrowsExactly<ArgumentException>(() => MatrixProduct.Multiply(words, words, new ulong[5], 2, 6, 2));
        Assert.AreEqual("c", error.ParamName);
        Assert.ThrowsExactly<ArgumentException>(() => MatrixProduct.Multiply(words, words, words, 65536, 65536, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => MatrixProduct.Multiply(words, words, words, -2, -6, 2));
        Assert.ThrowsExactly<ArgumentException>(() => MatrixProduct.Multiply(words.AsSpan(0, 4), new ulong[4], words.AsSpan(3, 4), 2, 2, 2));
    }

    internal static KernelWidth SupportedOrSkip(string name)
    {
        var width = Enum.Parse<KernelWidth>(name);
        if (!KernelWidths.IsSupported(width))
        {
            var words = new ulong[1];
            Assert.ThrowsExactly<PlatformNotSupportedException>(
                () => MatrixProduct.Compute(words, words, new ulong[1], 1, 1, 1, accumulate: false, width, threads: 1));
            Assert.Inconclusive($"This machine has no {width}.");
        }

        return width;
    }

    private static void Check(int m, int k, int n, KernelWidth width, int threads)
    {
        var random = new RandomWords(seed: 7);
        ulong[] a = random.Next(m * k);
        ulong[] b = random.Next(k * n);
        foreach (bool accumulate in new[] { false, true })
        {
            ulong[] start = random.Next(m * n);
            ulong[] expected = accumulate ? [.. start] : new ulong[m * n];
            NaiveProduct.AddTo(a, b, expected, m, k, n);
            // Guards on both sides, at an odd place: the kernels may neither assume alignment nor write past the end.
            ulong[] guarded = [Guard, .. start, Guard];
            MatrixProduct.Compute(a, b, guarded.AsSpan(1, m * n), m, k, n, accumulate, width, threads);
            string where = $"{m} x {k} x {n}, {width}, {threads} threads, accumulate {accumulate}";
            Assert.IsTrue(guarded.AsSpan(1, m * n).SequenceEqual(expected), where);
            Assert.AreEqual(Guard, guarded[0], where);
            Assert.AreEqual(Guard, guarded[^1], where);
        }
    }
}
