using Hybrid.Mpc.FunctionSharing;

namespace Hybrid.Tests.Mpc.FunctionSharing;

[TestClass]
public sealed class SignKeysTests
{
    [TestMethod]
    [DataRow(ComparisonOutput.Bit)]
    [DataRow(ComparisonOutput.Word)]
    public void Signs_of_edges_and_random_words_are_right(ComparisonOutput output)
    {
        var random = new RandomWords(seed: 41);
        ulong[] edges = [0, 1, ulong.MaxValue, 1UL << 63, (1UL << 63) - 1, (1UL << 63) + 1, 1UL << 62, unchecked(0 - (1UL << 62))];
        ulong[] inputs = [.. Enumerable.Repeat(edges, 40).SelectMany(values => values), .. random.Next(701)];
        CheckSigns(inputs, output, random, [0]);
    }

    [TestMethod]
    [DataRow(ComparisonOutput.Bit)]
    [DataRow(ComparisonOutput.Word)]
    public void One_opening_serves_many_thresholds(ComparisonOutput output)
    {
        var random = new RandomWords(seed: 42);
        long[] knots = [-(1L << 61), -70000, -1, 0, 1, 5, 65536, 1L << 61];
        // Within 2^62, so that no difference to a knot wraps; and the knots themselves with their neighbours.
        ulong[] near = [.. knots.SelectMany(knot => new[] { (ulong)(knot - 1), (ulong)knot, (ulong)(knot + 1) })];
        ulong[] inputs = [.. random.Next(300).Select(word => (ulong)((long)word >> 2)), .. near];
        CheckSigns(inputs, output, random, knots);
    }

    [TestMethod]
    [DataRow(ComparisonOutput.Bit)]
    [DataRow(ComparisonOutput.Word)]
    public void Every_count_around_a_chunk_works(ComparisonOutput output)
    {
        var random = new RandomWords(seed: 43);
        foreach (int count in new[] { 0, 1, 63, 64, 65 })
        {
            CheckSigns(random.Next(count), output, random, [0]);
        }
    }

    [TestMethod]
    [DataRow(ComparisonOutput.Bit)]
    [DataRow(ComparisonOutput.Word)]
    public void All_kernels_give_the_same_shares(ComparisonOutput output)
    {
        ulong[] opened = new RandomWords(seed: 44).Next(130);
        ulong[]? expected = null;
        foreach (KernelChoice choice in ComparisonKeysTests.Choices())
        {
            (SignKeys first, SignKeys second) = ComparisonDealer.DealSigns(opened.Length, output, new RandomWords(seed: 45).Source, choice);
            using (first)
            using (second)
            {
                ulong[] shares = [.. Shares(first, opened, 7, choice), .. Shares(second, opened, 7, choice)];
                CollectionAssert.AreEqual(expected ??= shares, shares, $"{choice}");
            }
        }
    }

    [TestMethod]
    public void Openings_and_shares_look_uniform()
    {
        const int count = 8192;
        foreach (ComparisonOutput output in new[] { ComparisonOutput.Bit, ComparisonOutput.Word })
        {
            (SignKeys first, SignKeys second) = ComparisonDealer.DealSigns(count, output, new RandomWords(seed: 46).Source);
            using (first)
            using (second)
            {
                // All inputs are zero: what could show, would.
                ulong[] opened = Open(first, second, new ulong[count], new ulong[count]);
                AssertUniform(opened, "opened words");
                AssertUniform(Shares(first, opened, 0, KernelChoice.Best), $"party 0, {output}");
                AssertUniform(Shares(second, opened, 0, KernelChoice.Best), $"party 1, {output}");
            }
        }
    }

    [TestMethod]
    public void Masks_hide_one_input_only()
    {
        (SignKeys first, SignKeys second) = ComparisonDealer.DealSigns(3, ComparisonOutput.Bit, new RandomWords(seed: 47).Source);
        using (first)
        using (second)
        {
            var words = new ulong[3];
            Assert.ThrowsExactly<ArgumentException>(() => first.Mask(new ulong[2], words));
            Assert.ThrowsExactly<ArgumentException>(() => first.Mask(words, new ulong[4]));
            first.Mask(words, words);
            Assert.ThrowsExactly<InvalidOperationException>(() => first.Mask(words, words));
            Assert.ThrowsExactly<InvalidOperationException>(() => first.Write(new byte[first.EncodedBytes]));
            Assert.AreEqual("3 sign keys of party 1, with bits as output", second.ToString());
        }
    }

    [TestMethod]
    public void Misuse_is_refused_and_disposed_keys_are_gone()
    {
        var random = new RandomWords(seed: 48);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ComparisonDealer.DealSigns(-1, ComparisonOutput.Bit, random.Source));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ComparisonDealer.DealSigns(ComparisonDealer.MaximumKeys + 1, ComparisonOutput.Bit, random.Source));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ComparisonDealer.DealSigns(1, 0, random.Source));
        (SignKeys first, SignKeys second) = ComparisonDealer.DealSigns(3, ComparisonOutput.Word, random.Source);
        second.Dispose();
        Assert.ThrowsExactly<InvalidOperationException>(() => first.EvaluateBits(new ulong[3], new ulong[1]));
        Assert.ThrowsExactly<ArgumentException>(() => first.EvaluateWords(new ulong[3], new ulong[2]));
        first.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => first.Mask(new ulong[3], new ulong[3]));
        Assert.ThrowsExactly<ObjectDisposedException>(() => first.EvaluateWords(new ulong[3], new ulong[3]));
        Assert.ThrowsExactly<ObjectDisposedException>(() => first.Write(new byte[3]));
        Assert.ThrowsExactly<ObjectDisposedException>(() => first.Masks.ToArray());
    }

    [TestMethod]
    public void Keys_take_the_bytes_they_say()
    {
        (SignKeys bits0, SignKeys bits1) = ComparisonDealer.DealSigns(640, ComparisonOutput.Bit, new RandomWords(seed: 49).Source);
        (SignKeys words0, SignKeys words1) = ComparisonDealer.DealSigns(640, ComparisonOutput.Word, new RandomWords(seed: 49).Source);
        using (bits0)
        using (bits1)
        using (words0)
        using (words1)
        {
            Assert.AreEqual(48 + (640 * 912), bits0.EncodedBytes);
            Assert.AreEqual(48 + (640 * 912) + 80, bits1.EncodedBytes);
            Assert.AreEqual(48 + (640 * 1496), words0.EncodedBytes);
            Assert.AreEqual(48 + (640 * 1504), words1.EncodedBytes);
        }
    }

    internal static ulong[] Open(SignKeys first, SignKeys second, ulong[] shares0, ulong[] shares1)
    {
        var masked0 = new ulong[shares0.Length];
        var masked1 = new ulong[shares1.Length];
        first.Mask(shares0, masked0);
        second.Mask(shares1, masked1);
        return [.. masked0.Zip(masked1, (x, y) => unchecked(x + y))];
    }

    internal static ulong[] Shares(SignKeys keys, ulong[] opened, ulong threshold, KernelChoice choice)
    {
        if (keys.Output == ComparisonOutput.Word)
        {
            var words = new ulong[keys.Count];
            keys.EvaluateWords(opened, words, threshold, choice);
            return words;
        }

        var bits = new ulong[keys.BitWords];
        keys.EvaluateBits(opened, bits, threshold, choice);
        return bits;
    }

    private static void CheckSigns(ulong[] inputs, ComparisonOutput output, RandomWords random, long[] thresholds)
    {
        (SignKeys first, SignKeys second) = ComparisonDealer.DealSigns(inputs.Length, output, random.Source);
        using (first)
        using (second)
        {
            ulong[] shares0 = random.Next(inputs.Length);
            ulong[] opened = Open(first, second, shares0, [.. inputs.Zip(shares0, (input, share) => unchecked(input - share))]);
            foreach (long threshold in thresholds)
            {
                ulong[] answers0 = Shares(first, opened, (ulong)threshold, KernelChoice.Best);
                ulong[] answers1 = Shares(second, opened, (ulong)threshold, KernelChoice.Best);
                for (int index = 0; index < inputs.Length; index++)
                {
                    ulong answer = output == ComparisonOutput.Word
                        ? unchecked(answers0[index] + answers1[index])
                        : ((answers0[index / 64] ^ answers1[index / 64]) >> (index % 64)) & 1;
                    ulong expected = (long)inputs[index] < threshold ? 1UL : 0;
                    Assert.AreEqual(expected, answer, $"{(long)inputs[index]} < {threshold}, index {index}");
                }

                if (output == ComparisonOutput.Bit && inputs.Length % 64 != 0)
                {
                    Assert.AreEqual(0UL, (answers0[^1] | answers1[^1]) >> (inputs.Length % 64), "Bits beyond the last sign are set.");
                }
            }
        }
    }

    private static void AssertUniform(ulong[] words, string what) =>
        ComparisonKeysTests.AssertUniform(System.Runtime.InteropServices.MemoryMarshal.AsBytes<ulong>(words), what);
}
