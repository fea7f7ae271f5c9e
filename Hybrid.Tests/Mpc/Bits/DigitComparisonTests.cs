using Hybrid.Mpc.Bits;
using Hybrid.Numerics;
using static Hybrid.Tests.Mpc.Bits.BitTestTools;

namespace Hybrid.Tests.Mpc.Bits;

[TestClass]
public sealed class DigitComparisonTests
{
    public static IEnumerable<object[]> Widths => BitTestTools.Widths;

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Every_pair_of_digits_compares_right(string name)
    {
        KernelWidth width = SupportedOrSkip(name);
        for (int bits = 1; bits <= 4; bits++)
        {
            int size = 1 << bits;
            ulong[] c = [.. Enumerable.Range(0, size * size).Select(index => (ulong)(index / size))];
            ulong[] r = [.. Enumerable.Range(0, size * size).Select(index => (ulong)(index % size))];
            // Four times over, that the widest vectors see them too.
            Check([.. c, .. c, .. c, .. c], [.. r, .. r, .. r, .. r], bits, parties: 2, width);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Random_words_of_every_length_compare_right_digit_by_digit(string name)
    {
        KernelWidth width = SupportedOrSkip(name);
        var random = new RandomWords(seed: 63);
        for (int bits = 1; bits <= 64; bits++)
            Check(random.Next(600), random.Next(600), bits, parties: 3, width);
    }

    [TestMethod]
    public void Monomials_are_the_products_of_the_bits_of_their_subset()
    {
        const int count = 777;
        const int bits = 11;
        int planeWords = BitPlanes.WordsFor(count);
        ulong[] r = new RandomWords(seed: 64).Next(count);
        var planes = new ulong[bits * planeWords];
        BitPlanes.FromWords(r, 0, bits, planes);
        var monomials = new ulong[DigitComparison.MonomialPlanes(bits) * planeWords];
        DigitComparison.Monomials(planes, bits, planeWords, monomials);
        int plane = 0;
        foreach ((int firstBit, int digitBits) in new[] { (0, 4), (4, 4), (8, 3) })
        {
            for (int subset = 1; subset < 1 << digitBits; subset++, plane++)
            {
                for (int element = 0; element < count; element++)
                {
                    bool product = Enumerable.Range(0, digitBits).All(
                        place => ((subset >> place) & 1) == 0 || ((r[element] >> (firstBit + digitBits - 1 - place)) & 1) == 1);
                    Assert.AreEqual(
                        product ? 1UL : 0, Bit(monomials.AsSpan(plane * planeWords), element), $"digit at {firstBit}, subset {subset}");
                }
            }
        }

        Assert.AreEqual(DigitComparison.MonomialPlanes(bits), plane);
    }

    [TestMethod]
    public void Sizes_are_as_documented()
    {
        Assert.AreEqual(1, DigitComparison.Digits(1));
        Assert.AreEqual(16, DigitComparison.Digits(63));
        Assert.AreEqual(16, DigitComparison.Digits(64));
        Assert.AreEqual(1, DigitComparison.MonomialPlanes(1));
        Assert.AreEqual(232, DigitComparison.MonomialPlanes(63));
        Assert.AreEqual(240, DigitComparison.MonomialPlanes(64));
    }

    [TestMethod]
    public void Wrong_lengths_and_bits_are_refused()
    {
        var four = new ulong[4];
        Assert.ThrowsExactly<ArgumentException>(() => DigitComparison.Monomials(four, 4, 1, new ulong[14]));
        Assert.ThrowsExactly<ArgumentException>(() => DigitComparison.Monomials(four, 4, 2, new ulong[30]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => DigitComparison.Monomials([], 0, 1, []));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => DigitComparison.Monomials(new ulong[65], 65, 1, new ulong[241]));
        foreach ((int c, int shares, int less, int equal) in new[] { (3, 15, 1, 1), (4, 16, 1, 1), (4, 15, 2, 1), (4, 15, 1, 0) })
        {
            Assert.ThrowsExactly<ArgumentException>(
                () => DigitComparison.Evaluate(new ulong[c], new ulong[shares], true, 4, 1, new ulong[less], new ulong[equal]));
        }
    }

    private static void Check(ulong[] c, ulong[] r, int bits, int parties, KernelWidth width)
    {
        int count = c.Length;
        int planeWords = BitPlanes.WordsFor(count);
        int digits = DigitComparison.Digits(bits);
        var random = new RandomWords(seed: 65);
        var cPlanes = new ulong[bits * planeWords];
        var rPlanes = new ulong[bits * planeWords];
        BitPlanes.FromWords(c, 0, bits, cPlanes, width);
        BitPlanes.FromWords(r, 0, bits, rPlanes, width);
        ulong[] monomials = Guarded(
            DigitComparison.MonomialPlanes(bits) * planeWords,
            place => DigitComparison.Monomials(rPlanes, bits, planeWords, place.Span, width));
        ulong[][] shares = Split(monomials, parties, random);
        var less = new ulong[parties][];
        var equal = new ulong[parties][];
        for (int party = 0; party < parties; party++)
        {
            int who = party;
            less[who] = Guarded(digits * planeWords, lessPlace => equal[who] = Guarded(digits * planeWords, equalPlace =>
                DigitComparison.Evaluate(cPlanes, shares[who], who == 0, bits, planeWords, lessPlace.Span, equalPlace.Span, width)));
        }

        ulong[] isLess = Combine(less);
        ulong[] isEqual = Combine(equal);
        for (int digit = 0; digit < digits; digit++)
        {
            ulong mask = (1UL << Math.Min(4, bits - (4 * digit))) - 1;
            for (int element = 0; element < count; element++)
            {
                ulong cDigit = (c[element] >> (4 * digit)) & mask;
                ulong rDigit = (r[element] >> (4 * digit)) & mask;
                string where = $"digit {digit} of {bits} bits: {cDigit} and {rDigit}, {width}";
                Assert.AreEqual(cDigit < rDigit ? 1UL : 0, Bit(isLess.AsSpan(digit * planeWords), element), where);
                Assert.AreEqual(cDigit == rDigit ? 1UL : 0, Bit(isEqual.AsSpan(digit * planeWords), element), where);
            }
        }
    }
}
