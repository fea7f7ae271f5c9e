using Hybrid.Mpc.Bits;
using Hybrid.Numerics;
using static Hybrid.Tests.Mpc.Bits.BitTestTools;

namespace Hybrid.Tests.Mpc.Bits;

[TestClass]
public sealed class BitPlanesTests
{
    public static IEnumerable<object[]> Widths => BitTestTools.Widths;

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Planes_hold_the_bits_that_a_loop_finds(string name)
    {
        KernelWidth width = SupportedOrSkip(name);
        var random = new RandomWords(seed: 61);
        foreach (int count in Counts)
        {
            ulong[] words = random.Next(count);
            foreach ((int firstBit, int bits) in new[] { (0, 64), (0, 63), (1, 63), (0, 1), (63, 1), (7, 2), (8, 8), (13, 40), (31, 17) })
            {
                ulong[] planes = Guarded(
                    bits * BitPlanes.WordsFor(count), place => BitPlanes.FromWords(words, firstBit, bits, place.Span, width));
                CollectionAssert.AreEqual(NaivePlanes(words, firstBit, bits), planes, $"{count} words, {bits} bits from {firstBit}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Words_come_back_from_planes_whatever_the_padding(string name)
    {
        KernelWidth width = SupportedOrSkip(name);
        var random = new RandomWords(seed: 62);
        foreach (int count in Counts)
        {
            foreach (int bits in new[] { 1, 2, 8, 9, 31, 63, 64 })
            {
                ulong[] expected = [.. random.Next(count).Select(word => word & (ulong.MaxValue >> (64 - bits)))];
                ulong[] planes = NaivePlanes(expected, 0, bits);
                int planeWords = BitPlanes.WordsFor(count);
                for (int last = planeWords - 1; last < planes.Length; last += planeWords)
                    planes[last] |= ~BitPlanes.LastWordMask(count);
                ulong[] words = Guarded(count, place => BitPlanes.ToWords(planes, bits, place.Span, width));
                CollectionAssert.AreEqual(expected, words, $"{count} words of {bits} bits");
                if (bits == 1)
                {
                    words = Guarded(count, place => BitPlanes.Expand(planes, place.Span, width));
                    CollectionAssert.AreEqual(expected, words, $"{count} bits");
                }
            }
        }
    }

    [TestMethod]
    public void Padding_is_counted_and_cleared()
    {
        Assert.AreEqual(0, BitPlanes.WordsFor(0));
        Assert.AreEqual(1, BitPlanes.WordsFor(1));
        Assert.AreEqual(1, BitPlanes.WordsFor(64));
        Assert.AreEqual(2, BitPlanes.WordsFor(65));
        Assert.AreEqual(1 << 25, BitPlanes.WordsFor(int.MaxValue));
        Assert.AreEqual(ulong.MaxValue, BitPlanes.LastWordMask(128));
        Assert.AreEqual(1UL, BitPlanes.LastWordMask(65));
        Assert.AreEqual(ulong.MaxValue >> 1, BitPlanes.LastWordMask(63));
        ulong[] planes = [5, 7, 9, 11];
        BitPlanes.ClearPadding(planes, 65);
        CollectionAssert.AreEqual(new ulong[] { 5, 1, 9, 1 }, planes);
        BitPlanes.ClearPadding([], 0);
    }

    [TestMethod]
    public void No_elements_make_no_planes()
    {
        BitPlanes.FromWords([], 0, 64, []);
        BitPlanes.ToWords([], 64, []);
        BitPlanes.Expand([], []);
    }

    [TestMethod]
    public void Wrong_lengths_and_bits_are_refused()
    {
        var words = new ulong[65];
        Assert.ThrowsExactly<ArgumentException>(() => BitPlanes.FromWords(words, 0, 2, new ulong[3]));
        Assert.ThrowsExactly<ArgumentException>(() => BitPlanes.ToWords(new ulong[5], 2, words));
        Assert.ThrowsExactly<ArgumentException>(() => BitPlanes.Expand(new ulong[1], words));
        Assert.ThrowsExactly<ArgumentException>(() => BitPlanes.ClearPadding(new ulong[3], 65));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BitPlanes.FromWords(words, -1, 2, new ulong[4]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BitPlanes.FromWords(words, 63, 2, new ulong[4]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BitPlanes.FromWords(words, 0, 0, []));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BitPlanes.ToWords(new ulong[130], 65, words));
    }

    private static ulong[] NaivePlanes(ulong[] words, int firstBit, int bits)
    {
        int planeWords = BitPlanes.WordsFor(words.Length);
        var planes = new ulong[bits * planeWords];
        for (int bit = 0; bit < bits; bit++)
        {
            for (int element = 0; element < words.Length; element++)
                planes[(bit * planeWords) + (element / 64)] |= ((words[element] >> (firstBit + bit)) & 1) << (element % 64);
        }

        return planes;
    }
}
