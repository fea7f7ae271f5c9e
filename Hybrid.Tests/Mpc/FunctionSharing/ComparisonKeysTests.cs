using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Hybrid.Mpc.FunctionSharing;
using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;

namespace Hybrid.Tests.Mpc.FunctionSharing;

[TestClass]
public sealed class ComparisonKeysTests
{
    private static readonly ulong[] Edges =
        [0, 1, 127, 128, (1UL << 63) - 1, 1UL << 63, (1UL << 63) + 1, ulong.MaxValue - 1, ulong.MaxValue];

    [TestMethod]
    public void Every_threshold_and_point_of_few_bits_compares_right()
    {
        for (int bits = 1; bits <= 6; bits++)
        {
            int size = 1 << bits;
            ulong[] thresholds = [.. Enumerable.Range(0, size * size).Select(index => (ulong)(index / size))];
            ulong[] points = [.. Enumerable.Range(0, size * size).Select(index => (ulong)(index % size))];
            Check(thresholds, points, bits);
        }
    }

    [TestMethod]
    public void Every_pair_around_the_leaf_boundaries_compares_right()
    {
        foreach (int bits in new[] { 7, 8, 9 })
        {
            ulong end = 1UL << bits;
            ulong[] values = [0, 1, 62, 63, 64, 65, 126, 127, 128, 129, 255, 256, end - 2, end - 1];
            values = [.. values.Where(value => value < end)];
            (ulong[] thresholds, ulong[] points) = Pairs(values);
            Check(thresholds, points, bits);
        }
    }

    [TestMethod]
    public void Edges_and_random_words_of_64_bits_compare_right()
    {
        var random = new RandomWords(seed: 21);
        (ulong[] thresholds, ulong[] points) = Pairs([.. Edges, .. random.Next(12)]);
        Check(thresholds, points, 64);
        Check(random.Next(1000), random.Next(1000), 64);
    }

    [TestMethod]
    public void Near_points_compare_right_at_every_bit()
    {
        ulong[] alphas = new RandomWords(seed: 22).Next(64);
        ulong[] thresholds = [.. alphas, .. alphas, .. alphas];
        ulong[] points = [.. alphas.Select((alpha, bit) => alpha ^ (1UL << bit)), .. alphas, .. alphas.Select(alpha => alpha - 1)];
        Check(thresholds, points, 64);
    }

    [TestMethod]
    public void Points_and_thresholds_count_modulo_the_input_size_at_every_width()
    {
        var random = new RandomWords(seed: 23);
        for (int bits = 1; bits <= 64; bits++)
        {
            Check(random.Next(70), random.Next(70), bits);
        }
    }

    [TestMethod]
    public void Every_count_around_a_group_works()
    {
        var random = new RandomWords(seed: 24);
        foreach (int count in new[] { 0, 1, 2, 3, 5, 63, 64, 65, 127, 128, 129 })
        {
            Check(random.Next(count), random.Next(count), 32);
        }
    }

    [TestMethod]
    public void Keys_and_shares_are_those_of_the_formulas()
    {
        var random = new RandomWords(seed: 25);
        foreach (int bits in new[] { 1, 6, 7, 8, 33, 63, 64 })
        {
            ulong mask = ulong.MaxValue >> (64 - bits);
            ulong[] thresholds = random.Next(70);
            ulong[] points = random.Next(70);
            var dealt = new DealtKeys(seed: 26, bits, thresholds);
            using var naive = new NaiveComparisonKey(dealt.HashKey, bits);
            ulong[][] shares = [dealt.Shares(0, points), dealt.Shares(1, points)];
            for (int key = 0; key < thresholds.Length; key++)
            {
                UInt128[] expected = naive.Deal(dealt.Root(0, key), dealt.Root(1, key), thresholds[key] & mask);
                CollectionAssert.AreEqual(expected, dealt.CorrectionsOf(key), $"{bits} bits, key {key}");
                for (int party = 0; party < 2; party++)
                {
                    ulong share = naive.Evaluate(party, dealt.Root(party, key), expected, points[key] & mask);
                    Assert.AreEqual(share, (shares[party][key / 64] >> (key % 64)) & 1, $"{bits} bits, key {key}, party {party}");
                }
            }
        }
    }

    [TestMethod]
    public void All_kernels_make_and_use_the_same_keys()
    {
        ulong[] thresholds = new RandomWords(seed: 27).Next(150);
        ulong[] points = new RandomWords(seed: 28).Next(150);
        var expected = new DealtKeys(seed: 29, 40, thresholds, new KernelChoice(KernelWidth.Portable, PortableHash: true));
        foreach (KernelChoice choice in Choices())
        {
            var actual = new DealtKeys(seed: 29, 40, thresholds, choice);
            CollectionAssert.AreEqual(expected.Corrections, actual.Corrections, $"{choice}");
            for (int party = 0; party < 2; party++)
            {
                CollectionAssert.AreEqual(expected.Shares(party, points), actual.Shares(party, points, choice), $"{choice}, party {party}");
            }
        }
    }

    [TestMethod]
    public void One_key_answers_at_many_points_and_stays_as_it_is()
    {
        var random = new RandomWords(seed: 30);
        ulong[] thresholds = random.Next(100);
        ulong[] points = random.Next(100);
        var dealt = new DealtKeys(seed: 31, 63, thresholds);
        ulong[][] before = [.. dealt.Roots.Append(dealt.Corrections).Select(words => words.ToArray())];
        foreach (ulong step in new ulong[] { 0, 1, 12345, 1UL << 62, ulong.MaxValue, 0 })
        {
            ulong[] moved = [.. points.Select(point => unchecked(point - step))];
            Check(dealt, thresholds, moved, 63);
        }

        CollectionAssert.AreEqual(dealt.Shares(0, points), dealt.Shares(0, points));
        CollectionAssert.AreEqual(before[0], dealt.Roots[0]);
        CollectionAssert.AreEqual(before[1], dealt.Roots[1]);
        CollectionAssert.AreEqual(before[2], dealt.Corrections);
    }

    [TestMethod]
    public void Control_bits_are_no_part_of_the_roots()
    {
        ulong[] thresholds = new RandomWords(seed: 32).Next(70);
        var dealt = new DealtKeys(seed: 33, 20, thresholds);
        ulong[] expected = dealt.Shares(1, thresholds);
        for (int word = 1; word < dealt.Roots[1].Length; word += 2)
        {
            dealt.Roots[1][word] ^= 1UL << 63;
        }

        CollectionAssert.AreEqual(expected, dealt.Shares(1, thresholds));
    }

    [TestMethod]
    public void Keys_and_shares_are_the_pinned_ones()
    {
        ulong[] thresholds = new RandomWords(seed: 34).Next(100);
        ulong[] points = new RandomWords(seed: 35).Next(100);
        var dealt = new DealtKeys(seed: 36, 64, thresholds);
        // In words, not bytes, so that machines of either byte order agree.
        string words = string.Join(' ', dealt.Corrections.Concat(dealt.Shares(0, points)).Select(word => $"{word:x16}"));
        Assert.AreEqual("d2e8b48438adac1078090307f4b9bbcf", Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(words)))[..32]);
    }

    [TestMethod]
    public void Shares_and_each_level_of_the_keys_look_uniform()
    {
        // All thresholds and points alike: what could show, would.
        const int count = 8192;
        var same = new ulong[count];
        Array.Fill(same, 1UL << 40);
        var dealt = new DealtKeys(seed: 37, 63, same);
        for (int level = 0; level <= dealt.Layout.Levels; level++)
        {
            var words = new List<ulong>();
            for (int group = 0; group < count / 64; group++)
            {
                int start = (group * 64 * dealt.Layout.WordsPerKey) + KeyLayout.BlocksAt(level, 64);
                words.AddRange(dealt.Corrections[start..(start + 128)]);
            }

            ChiSquare.AssertUniform(CollectionsMarshal.AsSpan(words), $"level {level}");
        }

        for (int party = 0; party < 2; party++)
        {
            // 64 sets of points, for as many shares as the test needs.
            ulong[] shares = [.. Enumerable.Range(0, 64)
                .SelectMany(step => dealt.Shares(party, [.. same.Select(word => word + (ulong)step - 32)]))];
            ChiSquare.AssertUniform(shares, $"shares of party {party}");
        }
    }

    [TestMethod]
    public void Keys_take_the_room_they_say()
    {
        int[] words = [.. new[] { 1, 7, 8, 40, 63, 64 }.Select(bits => new KeyLayout(bits).WordsPerKey)];
        CollectionAssert.AreEqual(new[] { 2, 2, 4, 68, 114, 116 }, words);
        Assert.AreEqual(2, KeyLayout.Groups(65));
    }

    [TestMethod]
    public void Misuse_is_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyLayout(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyLayout(65));
        var dealt = new DealtKeys(seed: 38, 8, new ulong[70]);
        Assert.ThrowsExactly<ArgumentException>(() => dealt.Shares(0, new ulong[69]));
        Assert.ThrowsExactly<ArgumentException>(() => Evaluate(dealt, words: 1));
        Assert.ThrowsExactly<ArgumentException>(() => Evaluate(dealt, words: 3));
        Assert.ThrowsExactly<ArgumentException>(() => Deal(roots0: 140, roots1: 138, corrections: 280));
        Assert.ThrowsExactly<ArgumentException>(() => Deal(roots0: 142, roots1: 140, corrections: 280));
        Assert.ThrowsExactly<ArgumentException>(() => Deal(roots0: 140, roots1: 140, corrections: 279));
    }

    private static IEnumerable<KernelChoice> Choices() =>
        from width in new[] { KernelWidth.Portable, KernelWidth.Vector256, KernelWidth.Vector512, KernelWidth.Auto }
        where KernelWidths.IsSupported(width)
        from portable in new[] { true, false }
        select new KernelChoice(width, portable);

    private static void Evaluate(DealtKeys dealt, int words) => ComparisonKeys.Evaluate(
        dealt.Layout, dealt.HashKey, 0, dealt.Roots[0], dealt.Corrections, new ulong[70], new ulong[words], KernelChoice.Best);

    private static void Deal(int roots0, int roots1, int corrections) => ComparisonKeys.Deal(
        new KeyLayout(8), new ulong[2], new ulong[roots0], new ulong[roots1], new ulong[70], new ulong[corrections], KernelChoice.Best);

    private static void Check(ulong[] thresholds, ulong[] points, int bits) =>
        Check(new DealtKeys(seed: 39, bits, thresholds), thresholds, points, bits);

    private static void Check(DealtKeys dealt, ulong[] thresholds, ulong[] points, int bits)
    {
        ulong mask = ulong.MaxValue >> (64 - bits);
        ulong[] answers = [.. dealt.Shares(0, points).Zip(dealt.Shares(1, points), (x, y) => x ^ y)];
        for (int key = 0; key < answers.Length * 64; key++)
        {
            bool expected = key < points.Length && (points[key] & mask) < (thresholds[key] & mask);
            Assert.AreEqual(expected, ((answers[key / 64] >> (key % 64)) & 1) != 0, $"{bits} bits, key {key}");
        }

        if (points.Length % 64 != 0)
        {
            Assert.AreEqual(0UL, dealt.Shares(0, points)[^1] >> (points.Length % 64), "Bits beyond the last key's are set.");
        }
    }

    private static (ulong[] Thresholds, ulong[] Points) Pairs(ulong[] values) =>
        ([.. values.SelectMany(value => values.Select(_ => value))], [.. values.SelectMany(_ => values)]);
}
