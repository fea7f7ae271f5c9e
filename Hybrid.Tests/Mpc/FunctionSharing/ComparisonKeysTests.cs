using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hybrid.Mpc.FunctionSharing;
using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;

namespace Hybrid.Tests.Mpc.FunctionSharing;

[TestClass]
public sealed class ComparisonKeysTests
{
    // Reproduced by an implementation of the construction in another language, from the papers and the words of the format alone.
    private const string Pinned =
        "22c1b2ef3b8e7681ef11e6b06dbc963e\n" +
        "c3b1086433d7ed82903f7995946eb6b2\n" +
        "79b16ff67833ccf8 00000001b5dc3d72\n" +
        "89459adcbb1675a9 15a4a4b17b026bd5";

    private static readonly ulong[] Edges = [0, 1, 127, 128, (1UL << 63) - 1, 1UL << 63, (1UL << 63) + 1, ulong.MaxValue - 1, ulong.MaxValue];

    [TestMethod]
    public void Every_threshold_and_point_of_few_bits_compares_right()
    {
        for (int bits = 1; bits <= 6; bits++)
        {
            int size = 1 << bits;
            ulong[] thresholds = [.. Enumerable.Range(0, size * size).Select(index => (ulong)(index / size))];
            ulong[] points = [.. Enumerable.Range(0, size * size).Select(index => (ulong)(index % size))];
            CheckBoth(thresholds, points, bits);
        }
    }

    [TestMethod]
    public void Every_pair_around_the_leaf_boundaries_compares_right()
    {
        foreach (int bits in new[] { 7, 8, 9 })
        {
            ulong end = 1UL << bits;
            ulong[] values = [.. new ulong[] { 0, 1, 62, 63, 64, 65, 126, 127, 128, 129, 255, 256, end - 2, end - 1 }.Where(value => value < end)];
            (ulong[] thresholds, ulong[] points) = Pairs(values);
            CheckBoth(thresholds, points, bits);
        }
    }

    [TestMethod]
    public void Edges_and_random_words_of_64_bits_compare_right()
    {
        var random = new RandomWords(seed: 21);
        (ulong[] thresholds, ulong[] points) = Pairs([.. Edges, .. random.Next(12)]);
        CheckBoth(thresholds, points, 64);
        CheckBoth(random.Next(1000), random.Next(1000), 64);
    }

    [TestMethod]
    public void Near_points_compare_right_at_every_bit()
    {
        ulong[] alphas = new RandomWords(seed: 22).Next(64);
        ulong[] thresholds = [.. alphas, .. alphas, .. alphas];
        ulong[] points = [.. alphas.Select((alpha, bit) => alpha ^ (1UL << bit)), .. alphas, .. alphas.Select(alpha => alpha - 1)];
        CheckBoth(thresholds, points, 64);
    }

    [TestMethod]
    public void Points_and_thresholds_count_modulo_the_input_size()
    {
        var random = new RandomWords(seed: 23);
        foreach (int bits in new[] { 3, 20, 63 })
        {
            CheckBoth(random.Next(130), random.Next(130), bits);
        }
    }

    [TestMethod]
    public void Every_count_around_a_chunk_works()
    {
        var random = new RandomWords(seed: 24);
        foreach (int count in new[] { 0, 1, 2, 3, 5, 63, 64, 65, 127, 128, 129 })
        {
            CheckBoth(random.Next(count), random.Next(count), 32);
        }
    }

    [TestMethod]
    public void Many_slices_on_many_threads_give_what_one_thread_gives()
    {
        var random = new RandomWords(seed: 25);
        ulong[] thresholds = random.Next(5000);
        ulong[] points = random.Next(5000);
        (ComparisonKeys first, ComparisonKeys second) = ComparisonDealer.DealBits(thresholds, 64, random.Source);
        using (first)
        using (second)
        {
            ulong[] one = Bits(first, points, KernelChoice.Best with { Threads = 1 });
            CollectionAssert.AreEqual(one, Bits(first, points, KernelChoice.Best with { Threads = 4 }));
            CheckBits(one, Bits(second, points, KernelChoice.Best), thresholds, points, "5000 keys");
        }
    }

    [TestMethod]
    public void All_kernels_make_and_use_the_same_keys()
    {
        ulong[] thresholds = new RandomWords(seed: 26).Next(150);
        ulong[] points = new RandomWords(seed: 27).Next(150);
        ulong[] payloads = new RandomWords(seed: 28).Next(150);
        foreach (ComparisonOutput output in new[] { ComparisonOutput.Bit, ComparisonOutput.Word })
        {
            var layout = new KeyLayout(output, 40, thresholds.Length);
            byte[]? expectedKeys = null;
            ulong[]? expectedShares = null;
            foreach (KernelChoice choice in Choices())
            {
                (ComparisonKeys first, ComparisonKeys second) = ComparisonDealer.Deal(layout, thresholds, payloads, new RandomWords(seed: 29).Source, choice);
                using (first)
                using (second)
                {
                    byte[] keys = [.. Written(first), .. Written(second)];
                    ulong[] shares = output == ComparisonOutput.Bit
                        ? [.. Bits(first, points, choice), .. Bits(second, points, choice)]
                        : [.. Words(first, points, choice), .. Words(second, points, choice)];
                    CollectionAssert.AreEqual(expectedKeys ??= keys, keys, $"{output}, {choice}");
                    CollectionAssert.AreEqual(expectedShares ??= shares, shares, $"{output}, {choice}");
                }
            }
        }
    }

    [TestMethod]
    public void The_hashes_agree_and_are_AES()
    {
        byte[] key = Convert.FromHexString("000102030405060708090a0b0c0d0e0f");
        ulong[] values = new RandomWords(seed: 30).Next(400);
        ulong[] portable = Hash(key, values, 5, portable: true);
        CollectionAssert.AreEqual(portable, Hash(key, values, 5, portable: false));

        // σ(L ‖ R) is the block of FIPS 197, appendix C.1, whose bytes 0 to 7 are L: the tweak is taken off beforehand.
        ulong[] block = MemoryMarshal.Cast<byte, ulong>(Convert.FromHexString("00112233445566778899aabbccddeeff")).ToArray();
        ulong[] encrypted = MemoryMarshal.Cast<byte, ulong>(Convert.FromHexString("69c4e0d86a7b0430d8cdb78070b4c55a")).ToArray();
        ulong[] value = [(block[0] ^ block[1]) ^ 5, block[0]];
        ulong[] hash = Hash(key, [.. value, .. new ulong[14]], 5, portable: false);
        CollectionAssert.AreEqual(new[] { encrypted[0] ^ block[0], encrypted[1] ^ block[1] }, hash[..2]);
    }

    [TestMethod]
    public void Keys_and_shares_are_the_pinned_ones()
    {
        ulong[] thresholds = new RandomWords(seed: 31).Next(100);
        ulong[] points = new RandomWords(seed: 32).Next(100);
        (ComparisonKeys bits0, ComparisonKeys bits1) = ComparisonDealer.DealBits(thresholds, 64, new RandomWords(seed: 33).Source);
        (ComparisonKeys words0, ComparisonKeys words1) = ComparisonDealer.DealWords(thresholds, points, 64, new RandomWords(seed: 34).Source);
        using (bits0)
        using (bits1)
        using (words0)
        using (words1)
        {
            ulong[] bits = Bits(bits0, points, KernelChoice.Best);
            ulong[] words = Words(words1, points, KernelChoice.Best);
            string[] actual =
            [
                Digest([.. Written(bits0), .. Written(bits1)]),
                Digest([.. Written(words0), .. Written(words1)]),
                $"{bits[0]:x16} {bits[1]:x16}",
                $"{words[0]:x16} {words[99]:x16}",
            ];
            Assert.AreEqual(Pinned, string.Join('\n', actual));
        }
    }

    [TestMethod]
    public void Shares_and_corrections_look_uniform()
    {
        // All thresholds and points alike: what could show, would.
        const int count = 8192;
        var random = new RandomWords(seed: 35);
        var same = new ulong[count];
        Array.Fill(same, 1UL << 40);
        (ComparisonKeys bits0, ComparisonKeys bits1) = ComparisonDealer.DealBits(same, 64, random.Source);
        (ComparisonKeys words0, ComparisonKeys words1) = ComparisonDealer.DealWords(same, same, 64, random.Source);
        using (bits0)
        using (bits1)
        using (words0)
        using (words1)
        {
            var points = new ulong[count];
            AssertUniform(MemoryMarshal.AsBytes<ulong>(Bits(bits0, points, KernelChoice.Best)), "bit shares, party 0");
            AssertUniform(MemoryMarshal.AsBytes<ulong>(Bits(bits1, points, KernelChoice.Best)), "bit shares, party 1");
            AssertUniform(MemoryMarshal.AsBytes<ulong>(Words(words0, points, KernelChoice.Best)), "word shares, party 0");
            AssertUniform(MemoryMarshal.AsBytes<ulong>(Words(words1, points, KernelChoice.Best)), "word shares, party 1");
            AssertUniform(Written(bits0).AsSpan(KeyHeader.Bytes), "corrections for bits");
            AssertUniform(Written(words0).AsSpan(KeyHeader.Bytes), "corrections for words");
        }
    }

    [TestMethod]
    public void Each_level_of_a_key_looks_uniform_over_many_keys()
    {
        const int count = 4096;
        var same = new ulong[count];
        (ComparisonKeys first, ComparisonKeys second) = ComparisonDealer.DealBits(same, 10, new RandomWords(seed: 36).Source);
        using (first)
        using (second)
        {
            ReadOnlySpan<ulong> corrections = MemoryMarshal.Cast<byte, ulong>(Written(first).AsSpan(KeyHeader.Bytes));
            for (int level = 0; level < 4; level++)
            {
                var words = new ulong[count * 2];
                for (int chunk = 0; chunk < count / 64; chunk++)
                {
                    corrections.Slice((chunk * 64 * 8) + (level * 128), 128).CopyTo(words.AsSpan(chunk * 128));
                }

                AssertUniform(MemoryMarshal.AsBytes<ulong>(words), $"level {level}");
            }
        }
    }

    [TestMethod]
    public void Misuse_is_refused()
    {
        var random = new RandomWords(seed: 37);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ComparisonDealer.DealBits(new ulong[1], 0, random.Source));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ComparisonDealer.DealBits(new ulong[1], 65, random.Source));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ComparisonDealer.DealBits(new ulong[ComparisonDealer.MaximumKeys + 1], 1, random.Source));
        Assert.ThrowsExactly<ArgumentException>(() => ComparisonDealer.DealWords(new ulong[2], new ulong[1], 8, random.Source));
        Assert.ThrowsExactly<ArgumentNullException>(() => ComparisonDealer.DealBits(new ulong[1], 8, null!));
        (ComparisonKeys bits, ComparisonKeys other) = ComparisonDealer.DealBits(new ulong[70], 8, random.Source);
        other.Dispose();
        Assert.ThrowsExactly<ArgumentException>(() => bits.EvaluateBits(new ulong[69], new ulong[2]));
        Assert.ThrowsExactly<ArgumentException>(() => bits.EvaluateBits(new ulong[70], new ulong[1]));
        Assert.ThrowsExactly<InvalidOperationException>(() => bits.EvaluateWords(new ulong[70], new ulong[70]));
        Assert.AreEqual("70 comparison keys of party 0 for 8-bit inputs, with bits as output", bits.ToString());
        other.Dispose();
        bits.EvaluateBits(new ulong[70], new ulong[2]);
        bits.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => bits.EvaluateBits(new ulong[70], new ulong[2]));
        Assert.ThrowsExactly<ObjectDisposedException>(() => bits.Write(new byte[10]));
    }

    internal static IEnumerable<KernelChoice> Choices() =>
        from width in new[] { KernelWidth.Portable, KernelWidth.Vector256, KernelWidth.Vector512, KernelWidth.Auto }
        where KernelWidths.IsSupported(width)
        from portable in new[] { true, false }
        select new KernelChoice(width, portable, Threads: 1);

    internal static byte[] Written(ComparisonKeys keys)
    {
        var bytes = new byte[keys.EncodedBytes];
        keys.Write(bytes);
        return bytes;
    }

    internal static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..32];

    /// <summary>Chi-square over byte values: 255 degrees of freedom, and a bound of six standard deviations.</summary>
    internal static void AssertUniform(ReadOnlySpan<byte> bytes, string what)
    {
        var counts = new int[256];
        foreach (byte value in bytes)
        {
            counts[value]++;
        }

        double expected = bytes.Length / 256.0;
        double statistic = counts.Sum(count => (count - expected) * (count - expected) / expected);
        double sixDeviations = 6 * Math.Sqrt(2 * 255);
        Assert.IsTrue(Math.Abs(statistic - 255) < sixDeviations, $"{what}: chi-square {statistic} of {bytes.Length} bytes");
    }

    private static void CheckBoth(ulong[] thresholds, ulong[] points, int bits)
    {
        var random = new RandomWords(seed: 38);
        ulong mask = ulong.MaxValue >> (64 - bits);
        ulong[] alphas = [.. thresholds.Select(threshold => threshold & mask)];
        ulong[] reduced = [.. points.Select(point => point & mask)];
        (ComparisonKeys bits0, ComparisonKeys bits1) = ComparisonDealer.DealBits(thresholds, bits, random.Source);
        using (bits0)
        using (bits1)
        {
            CheckBits(Bits(bits0, points, KernelChoice.Best), Bits(bits1, points, KernelChoice.Best), alphas, reduced, $"{bits} bits");
        }

        ulong[] payloads = random.Next(thresholds.Length);
        (ComparisonKeys words0, ComparisonKeys words1) = ComparisonDealer.DealWords(thresholds, payloads, bits, random.Source);
        using (words0)
        using (words1)
        {
            ulong[] sums = [.. Words(words0, points, KernelChoice.Best).Zip(Words(words1, points, KernelChoice.Best), (x, y) => unchecked(x + y))];
            for (int key = 0; key < sums.Length; key++)
            {
                Assert.AreEqual(reduced[key] < alphas[key] ? payloads[key] : 0, sums[key], $"{bits} bits: {reduced[key]} < {alphas[key]}, key {key}");
            }
        }
    }

    private static void CheckBits(ulong[] shares0, ulong[] shares1, ulong[] thresholds, ulong[] points, string what)
    {
        for (int key = 0; key < shares0.Length * 64; key++)
        {
            bool bit = (((shares0[key / 64] ^ shares1[key / 64]) >> (key % 64)) & 1) != 0;
            bool expected = key < points.Length && points[key] < thresholds[key];
            Assert.AreEqual(expected, bit, $"{what}, key {key}");
        }
    }

    private static ulong[] Bits(ComparisonKeys keys, ulong[] points, KernelChoice choice)
    {
        var bits = new ulong[keys.BitWords];
        keys.EvaluateBits(points, 0, bits, choice);
        return bits;
    }

    private static ulong[] Words(ComparisonKeys keys, ulong[] points, KernelChoice choice)
    {
        var words = new ulong[keys.Count];
        keys.EvaluateWords(points, 0, words, choice);
        return words;
    }

    private static unsafe ulong[] Hash(byte[] key, ulong[] values, ulong tweak, bool portable)
    {
        var hashes = new ulong[values.Length];
        using var hash = CorrelationRobustHash.Create(key, portable);
        fixed (ulong* source = values, destination = hashes)
        {
            hash.Hash(source, tweak, destination, values.Length / 2);
        }

        return hashes;
    }

    private static (ulong[] Thresholds, ulong[] Points) Pairs(ulong[] values) =>
        ([.. values.SelectMany(value => values.Select(_ => value))], [.. values.SelectMany(_ => values)]);

}
