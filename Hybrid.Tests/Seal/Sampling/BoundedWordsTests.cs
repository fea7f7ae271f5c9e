using Hybrid.Numerics;
using Hybrid.Seal.Sampling;

namespace Hybrid.Tests.Seal.Sampling;

[TestClass]
public sealed class BoundedWordsTests
{
    [TestMethod]
    [DataRow(1ul)]
    [DataRow(2ul)]
    [DataRow(3ul)]
    [DataRow(5ul)]
    [DataRow(8ul)]
    [DataRow(17ul)]
    [DataRow(31ul)]
    public void Small_bounds_are_exactly_uniform(ulong bound)
    {
        // Every word of 8 bits once, the bits above set: what is kept must hold every number below the bound equally often.
        var source = RepeatingSource.OfWords([.. Enumerable.Range(0, 256).Select(i => (ulong)i | 0xffff_ffff_ffff_ff00)]);
        int bits = 64 - (int)ulong.LeadingZeroCount(bound - 1);
        int kept = 256 / (1 << bits) * (int)bound;
        foreach (KernelWidth width in SamplingSamples.Widths)
        {
            ulong[] drawn = new ulong[16 * kept];
            BoundedWords.Fill(source, bound, drawn, width);
            for (ulong value = 0; value < bound; value++)
            {
                Assert.AreEqual(drawn.Length / (int)bound, drawn.Count(word => word == value), $"{value} of {bound}, {width}");
            }
        }
    }

    [TestMethod]
    public void Words_close_up_in_the_order_they_were_drawn()
    {
        const ulong Bound = 5;
        foreach (KernelWidth width in SamplingSamples.Widths)
        {
            var source = RepeatingSource.OfWords(7, 0, 5, 6, 1, 2, 15, 3, 14, 12, 11, 4);
            ulong[] drawn = new ulong[12];
            BoundedWords.Fill(source, Bound, drawn, width);
            CollectionAssert.AreEqual(new ulong[] { 0, 1, 2, 3, 4, 3, 4, 0, 1, 2, 3, 4 }, drawn, $"{width}");
        }
    }

    [TestMethod]
    public void Every_width_draws_the_same()
    {
        const int Seed = 31;
        foreach (ulong bound in new ulong[] { 1, 3, 12289, (1ul << 50) - 27, (1ul << 50) + 1, (1ul << 60) + 33, (1ul << 63) - 1, 1ul << 63 })
        {
            foreach (int length in SamplingSamples.Lengths)
            {
                ulong[] expected = Draw(length, bound, KernelWidth.Portable);
                Assert.IsFalse(expected.Any(word => word >= bound), $"seed {Seed}, bound {bound}");
                foreach (KernelWidth width in SamplingSamples.Widths)
                {
                    Assert.IsTrue(expected.AsSpan().SequenceEqual(Draw(length, bound, width)), $"seed {Seed}, bound {bound}, {length}, {width}");
                }
            }
        }

        static ulong[] Draw(int length, ulong bound, KernelWidth width) =>
            SamplingSamples.Draw<ulong>(length, Seed, (source, words) => BoundedWords.Fill(source, bound, words, width));
    }

    [TestMethod]
    public void Bounds_that_do_not_fit_are_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BoundedWords.Fill(RepeatingSource.OfWords(1), 0, new ulong[1], KernelWidth.Auto));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => BoundedWords.Fill(RepeatingSource.OfWords(1), (1ul << 63) + 1, new ulong[1], KernelWidth.Auto));
    }
}
