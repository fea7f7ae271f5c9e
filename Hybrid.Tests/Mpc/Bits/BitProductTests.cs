using Hybrid.Mpc.Bits;
using Hybrid.Numerics;
using static Hybrid.Tests.Mpc.Bits.BitTestTools;

namespace Hybrid.Tests.Mpc.Bits;

[TestClass]
public sealed class BitProductTests
{
    public static IEnumerable<object[]> Widths => BitTestTools.Widths;

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Truth_tables_hold_under_every_mask(string name)
    {
        KernelWidth width = SupportedOrSkip(name);
        foreach (int factors in new[] { 2, 3, 4 })
        {
            // Element i has the factors i mod 2^k and the masks i / 2^k; three more words make a rest of every width.
            int pairs = 1 << (2 * factors);
            int planeWords = BitPlanes.WordsFor(pairs) + 3;
            var values = new ulong[factors * planeWords];
            var masks = new ulong[factors * planeWords];
            for (int element = 0; element < planeWords * 64; element++)
            {
                for (int factor = 0; factor < factors; factor++)
                {
                    values[(factor * planeWords) + (element / 64)] |= (((ulong)element >> factor) & 1) << (element % 64);
                    masks[(factor * planeWords) + (element / 64)] |= (((ulong)element >> (factors + factor)) & 1) << (element % 64);
                }
            }

            foreach (int parties in new[] { 2, 3 })
            {
                ulong[] product = Multiply(values, masks, factors, planeWords, parties, width);
                for (int element = 0; element < planeWords * 64; element++)
                {
                    bool all = (element & ((1 << factors) - 1)) == (1 << factors) - 1;
                    Assert.AreEqual(all ? 1UL : 0, Bit(product, element), $"{factors} factors, element {element}, {parties} parties");
                }
            }
        }
    }

    [TestMethod]
    public void Sizes_are_as_documented()
    {
        Assert.AreEqual(1, BitProduct.ProductPlanes(2));
        Assert.AreEqual(4, BitProduct.ProductPlanes(3));
        Assert.AreEqual(11, BitProduct.ProductPlanes(4));
    }

    [TestMethod]
    public void Wrong_lengths_and_factors_are_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BitProduct.Products(new ulong[1], 1, 1, []));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BitProduct.Products(new ulong[5], 5, 1, new ulong[26]));
        Assert.ThrowsExactly<ArgumentException>(() => BitProduct.Products(new ulong[4], 4, 1, new ulong[10]));
        Assert.ThrowsExactly<ArgumentException>(() => BitProduct.Products(new ulong[3], 4, 1, new ulong[11]));
        Assert.ThrowsExactly<ArgumentException>(() => BitProduct.Open(new ulong[2], new ulong[3], new ulong[2]));
        Assert.ThrowsExactly<ArgumentException>(() => BitProduct.Open(new ulong[2], new ulong[2], new ulong[3]));
        int[] lengths = [2, 2, 1, 1];
        for (int wrong = 0; wrong < 4; wrong++)
        {
            ulong[][] s = [.. lengths.Select((length, index) => new ulong[length + (index == wrong ? 1 : 0)])];
            Assert.ThrowsExactly<ArgumentException>(() => BitProduct.Evaluate(s[0], s[1], s[2], true, 2, 1, s[3]));
        }
    }

    private static ulong[] Multiply(ulong[] values, ulong[] masks, int factors, int planeWords, int parties, KernelWidth width)
    {
        var random = new RandomWords(seed: 72);
        ulong[] products = Guarded(
            BitProduct.ProductPlanes(factors) * planeWords, place => BitProduct.Products(masks, factors, planeWords, place.Span, width));
        ulong[][] valueShares = Split(values, parties, random);
        ulong[][] maskShares = Split(masks, parties, random);
        ulong[][] productShares = Split(products, parties, random);
        ulong[][] openings = [.. maskShares.Select(share => new ulong[share.Length])];
        for (int party = 0; party < parties; party++)
            BitProduct.Open(valueShares[party], maskShares[party], openings[party]);
        ulong[] opened = Combine(openings);
        ulong[][] shares = [.. Enumerable.Range(0, parties).Select(party => Guarded(planeWords, place => BitProduct.Evaluate(
            opened, maskShares[party], productShares[party], party == 0, factors, planeWords, place.Span, width)))];
        return Combine(shares);
    }
}
