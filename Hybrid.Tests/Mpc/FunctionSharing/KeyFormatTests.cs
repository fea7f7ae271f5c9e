using System.Buffers.Binary;
using Hybrid.Mpc.FunctionSharing;

namespace Hybrid.Tests.Mpc.FunctionSharing;

[TestClass]
public sealed class KeyFormatTests
{
    [TestMethod]
    public void Comparison_keys_survive_the_journey()
    {
        var random = new RandomWords(seed: 51);
        ulong[] thresholds = random.Next(130);
        ulong[] points = random.Next(130);
        foreach (int bits in new[] { 1, 7, 8, 64 })
        {
            (ComparisonKeys first, ComparisonKeys second) = ComparisonDealer.DealWords(thresholds, points, bits, random.Source);
            using (first)
            using (second)
            {
                byte[] written = ComparisonKeysTests.Written(second);
                using ComparisonKeys read = ComparisonKeys.Read(written);
                Assert.AreEqual(second.ToString(), read.ToString());
                CollectionAssert.AreEqual(written, ComparisonKeysTests.Written(read));
                var expected = new ulong[130];
                var actual = new ulong[130];
                second.EvaluateWords(points, expected);
                read.EvaluateWords(points, actual);
                CollectionAssert.AreEqual(expected, actual);
            }
        }
    }

    [TestMethod]
    [DataRow(ComparisonOutput.Bit, 0)]
    [DataRow(ComparisonOutput.Bit, 1)]
    [DataRow(ComparisonOutput.Bit, 64)]
    [DataRow(ComparisonOutput.Bit, 131)]
    [DataRow(ComparisonOutput.Word, 0)]
    [DataRow(ComparisonOutput.Word, 131)]
    public void Sign_keys_survive_the_journey(ComparisonOutput output, int count)
    {
        var random = new RandomWords(seed: 52);
        (SignKeys first, SignKeys second) = ComparisonDealer.DealSigns(count, output, random.Source);
        using (first)
        using (second)
        {
            using SignKeys read0 = SignKeys.Read(Written(first));
            using SignKeys read1 = SignKeys.Read(Written(second));
            ulong[] opened = random.Next(count);
            CollectionAssert.AreEqual(Written(second), Written(read1));
            CollectionAssert.AreEqual(SignKeysTests.Shares(first, opened, 0, KernelChoice.Best), SignKeysTests.Shares(read0, opened, 0, KernelChoice.Best));
            CollectionAssert.AreEqual(SignKeysTests.Shares(second, opened, 0, KernelChoice.Best), SignKeysTests.Shares(read1, opened, 0, KernelChoice.Best));
            CollectionAssert.AreEqual(first.Masks.ToArray(), read0.Masks.ToArray());
            CollectionAssert.AreEqual(second.Masks.ToArray(), read1.Masks.ToArray());
        }
    }

    [TestMethod]
    public void Batches_of_another_length_are_refused()
    {
        byte[] batch = SignBatch(party: 1);
        for (int length = 0; length < batch.Length; length++)
        {
            byte[] cut = batch[..length];
            Assert.ThrowsExactly<FormatRefusedException>(() => SignKeys.Read(cut), $"{length} bytes");
        }

        Assert.ThrowsExactly<FormatRefusedException>(() => SignKeys.Read([.. batch, 0]));
    }

    [TestMethod]
    public void Every_change_to_the_header_is_refused()
    {
        byte[] batch = SignBatch(party: 0);
        for (int index = 0; index < 16; index++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] changed = [.. batch];
                changed[index] ^= (byte)(1 << bit);
                Assert.ThrowsExactly<FormatRefusedException>(() => SignKeys.Read(changed), $"byte {index}, bit {bit}");
                // What tells signs from comparisons is this one bit; party 0's are otherwise of one form.
                if (index != 6 || bit != 4)
                {
                    Assert.ThrowsExactly<FormatRefusedException>(() => ComparisonKeys.Read(changed), $"byte {index}, bit {bit}, as comparison keys");
                }
            }
        }
    }

    [TestMethod]
    public void Announced_sizes_reserve_no_memory()
    {
        byte[] batch = SignBatch(party: 0);
        foreach (uint count in new uint[] { 1u << 20, (1u << 20) + 1, int.MaxValue, uint.MaxValue })
        {
            BinaryPrimitives.WriteUInt32LittleEndian(batch.AsSpan(12), count);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.ThrowsExactly<FormatRefusedException>(() => SignKeys.Read(batch));
            Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [TestMethod]
    public void Kinds_do_not_pass_for_each_other()
    {
        byte[] signs = SignBatch(party: 0);
        Assert.ThrowsExactly<FormatRefusedException>(() => ComparisonKeys.Read(signs));
        (ComparisonKeys first, ComparisonKeys second) = ComparisonDealer.DealBits(new ulong[5], 63, new RandomWords(seed: 53).Source);
        using (first)
        using (second)
        {
            byte[] comparisons = ComparisonKeysTests.Written(first);
            Assert.ThrowsExactly<FormatRefusedException>(() => SignKeys.Read(comparisons));
            Assert.ThrowsExactly<ArgumentException>(() => first.Write(new byte[first.EncodedBytes + 1]));
        }
    }

    [TestMethod]
    public void Offset_bits_beyond_the_last_key_are_refused()
    {
        byte[] batch = SignBatch(party: 1);
        batch[^1] |= 0x80;
        Assert.ThrowsExactly<FormatRefusedException>(() => SignKeys.Read(batch));
    }

    [TestMethod]
    public void Random_changes_never_do_worse_than_wrong_answers()
    {
        var random = new RandomWords(seed: 54);
        byte[] batch = SignBatch(party: 1);
        var opened = new ulong[5];
        foreach (ulong change in random.Next(2000))
        {
            byte[] changed = [.. batch];
            changed[(int)(change % (ulong)batch.Length)] ^= (byte)(1 + (change >> 32) % 255);
            try
            {
                using SignKeys keys = SignKeys.Read(changed);
                keys.EvaluateBits(opened, new ulong[1]);
                Assert.AreEqual(5, keys.Count);
            }
            catch (FormatRefusedException refused)
            {
                Assert.IsGreaterThan(0, refused.Message.Length);
            }
        }
    }

    private static byte[] SignBatch(int party)
    {
        (SignKeys first, SignKeys second) = ComparisonDealer.DealSigns(5, ComparisonOutput.Bit, new RandomWords(seed: 55).Source);
        using (first)
        using (second)
        {
            return Written(party == 0 ? first : second);
        }
    }

    private static byte[] Written(SignKeys keys)
    {
        var bytes = new byte[keys.EncodedBytes];
        keys.Write(bytes);
        return bytes;
    }
}
