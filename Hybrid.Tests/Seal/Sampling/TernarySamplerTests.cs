using Hybrid.Numerics;
using Hybrid.Seal.Sampling;

namespace Hybrid.Tests.Seal.Sampling;

[TestClass]
public sealed class TernarySamplerTests
{
    private static readonly int[] Powers = [81, 27, 9, 3, 1];

    [TestMethod]
    public void Every_byte_kept_gives_its_five_digits()
    {
        // Each of the 243 bytes at each place of a block.
        const int Blocks = 243;
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)(255 - i))];
        byte[] kept = [.. bytes.Where(value => value < 243)];
        foreach (KernelWidth width in SamplingSamples.Widths)
        {
            // Block by block, with a fresh source at another place each time, since what a call draws too much is thrown away.
            for (int block = 0; block < Blocks; block++)
            {
                var source = new RepeatingSource([.. kept[block..], .. kept[..block]]);
                long[] drawn = new long[320];
                TernarySampler.Fill(source, drawn, width);
                for (int i = 0; i < 320; i++)
                {
                    int value = kept[(block + i % 64) % kept.Length];
                    Assert.AreEqual(value / Powers[i / 64] % 3 - 1, drawn[i], $"byte {value}, digit {i / 64}, {width}");
                }
            }
        }
    }

    [TestMethod]
    public void The_three_numbers_are_exactly_equally_likely()
    {
        // Of the 243 bytes kept each digit is 0, 1 and 2 for 81; the others are dropped without disturbing the order.
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)(255 - i))];
        byte[] kept = [.. all.Where(value => value < 243)];
        foreach (KernelWidth width in SamplingSamples.Widths)
        {
            long[] fromAll = new long[320 * 4];
            long[] fromKept = new long[320 * 4];
            TernarySampler.Fill(new RepeatingSource(all), fromAll, width);
            TernarySampler.Fill(new RepeatingSource(kept), fromKept, width);
            CollectionAssert.AreEqual(fromKept, fromAll, $"{width}");
        }

        foreach (int power in Powers)
        {
            for (int digit = 0; digit < 3; digit++)
            {
                Assert.AreEqual(81, kept.Count(value => value / power % 3 == digit));
            }
        }
    }

    [TestMethod]
    public void Pairs_of_numbers_are_uniform()
    {
        long[] drawn = Draw(600_000, 51, KernelWidth.Auto);
        Assert.IsFalse(drawn.Any(value => value is < -1 or > 1));
        // Neighbours, and the digits of one byte.
        foreach (int distance in new[] { 1, 64, 320 })
        {
            long[] counts = new long[9];
            for (int i = 0; i + distance < drawn.Length; i += 2 * distance)
            {
                counts[3 * (drawn[i] + 1) + drawn[i + distance] + 1]++;
            }

            SamplingSamples.AssertDistribution(counts, SamplingSamples.Uniform(9), $"ternary pairs {distance} apart");
        }
    }

    [TestMethod]
    public void Every_width_draws_the_same_and_draws_little()
    {
        foreach (int length in SamplingSamples.Lengths)
        {
            long[] expected = Draw(length, 52, KernelWidth.Portable);
            foreach (KernelWidth width in SamplingSamples.Widths)
            {
                CollectionAssert.AreEqual(expected, Draw(length, 52, width), $"{length}, {width}");
            }
        }

        var source = new RepeatingSource([1, 2, 3]);
        TernarySampler.Fill(source, new long[10_240]);
        Assert.IsLessThan(10_240 * 0.25, source.Drawn);
    }

    [TestMethod]
    public void Bytes_that_are_all_dropped_do_not_end_a_draw()
    {
        // 3000 bytes that are dropped, then one that is not.
        byte[] bytes = [.. Enumerable.Repeat((byte)243, 3000), 242];
        long[] drawn = new long[5];
        TernarySampler.Fill(new RepeatingSource(bytes), drawn);
        CollectionAssert.AreEqual(new long[] { 1, 1, 1, 1, 1 }, drawn);
    }

    private static long[] Draw(int length, int seed, KernelWidth width) =>
        SamplingSamples.Draw<long>(length, seed, (source, numbers) => TernarySampler.Fill(source, numbers, width));
}
