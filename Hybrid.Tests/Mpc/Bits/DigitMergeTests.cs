using Hybrid.Mpc.Bits;
using Hybrid.Numerics;
using static Hybrid.Tests.Mpc.Bits.BitTestTools;

namespace Hybrid.Tests.Mpc.Bits;

[TestClass]
public sealed class DigitMergeTests
{
    private static readonly ulong[] Extremes =
        [0, 1, 2, (1UL << 31) - 1, 1UL << 32, (1UL << 63) - 1, 1UL << 63, (1UL << 63) + 1, ulong.MaxValue - 1, ulong.MaxValue];

    public static IEnumerable<object[]> Widths => BitTestTools.Widths;

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Words_of_every_length_compare_right(string name)
    {
        KernelWidth width = SupportedOrSkip(name);
        (ulong[] c, ulong[] r) = Words(seed: 66, more: 300);
        for (int bits = 1; bits <= 64; bits++)
        {
            foreach (int parties in new[] { 2, 3 })
                Check(c, r, bits, parties, width);
            foreach (int whole in new[] { 2, 3, 5, 6 })
                Check(c, r, bits, parties: 2, width, whole);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Any_count_compares_right(string name)
    {
        KernelWidth width = SupportedOrSkip(name);
        (ulong[] c, ulong[] r) = Words(seed: 67, more: 1000);
        foreach (int count in Counts)
        {
            Check(c[^count..], r[^count..], bits: 63, parties: 2, width);
            Check(c[^count..], r[^count..], bits: 63, parties: 2, width, whole: 6);
        }
    }

    [TestMethod]
    public void Every_width_gives_the_same_shares_padding_included()
    {
        (ulong[] c, ulong[] r) = Words(seed: 68, more: 900);
        foreach ((int bits, int whole) in new[] { (5, 4), (11, 4), (17, 4), (36, 4), (63, 4), (64, 4), (18, 6), (24, 6), (25, 6), (64, 6) })
        {
            ulong[][] expected = Compare(c, r, bits, parties: 2, KernelWidth.Portable, out _, whole);
            foreach (object[] name in BitTestTools.Widths)
            {
                var width = Enum.Parse<KernelWidth>((string)name[0]);
                if (!Hybrid.Mpc.Ring64.KernelWidths.IsSupported(width))
                    continue;

                ulong[][] found = Compare(c, r, bits, parties: 2, width, out _, whole);
                for (int party = 0; party < 2; party++)
                    CollectionAssert.AreEqual(expected[party], found[party], $"{bits} bits, party {party}, {width}");
            }
        }
    }

    [TestMethod]
    public void Merged_digits_are_less_and_equal_where_the_longer_ones_are()
    {
        // One level, whose results are looked at digit by digit.
        const int parties = 3;
        (ulong[] c, ulong[] r) = Words(seed: 69, more: 100);
        int planeWords = BitPlanes.WordsFor(c.Length);
        for (int bits = 1; bits <= 64; bits++)
        {
            Level level = FirstLevel(c, r, bits, parties, KernelWidth.Auto);
            Level merged = level.Merge(KernelWidth.Auto);
            ulong[] less = Combine(merged.Less);
            ulong[] equal = Combine(merged.Equal);
            for (int digit = 0; digit < merged.Digits; digit++)
            {
                ulong mask = ulong.MaxValue >> (64 - Math.Min(16, bits - (16 * digit)));
                for (int element = 0; element < c.Length; element++)
                {
                    ulong cDigit = (c[element] >> (16 * digit)) & mask;
                    ulong rDigit = (r[element] >> (16 * digit)) & mask;
                    bool isEqual = cDigit == rDigit && (digit > 0 || level.Digits == 1);
                    string where = $"{bits} bits, digit {digit}";
                    Assert.AreEqual(cDigit < rDigit ? 1UL : 0, Bit(less.AsSpan(digit * planeWords), element), where);
                    Assert.AreEqual(isEqual ? 1UL : 0, Bit(equal.AsSpan(digit * planeWords), element), where);
                }
            }
        }
    }

    [TestMethod]
    public void Opened_bits_are_the_factors_under_their_masks()
    {
        // With shares of one party there are no shares: what is opened is one factor and one mask.
        var merge = new DigitMerge(6);
        ulong[] less = [.. Enumerable.Range(0, 6).Select(digit => 1UL << digit)];
        ulong[] equal = [.. Enumerable.Range(0, 6).Select(digit => 1UL << (8 + digit))];
        ulong[] masks = [.. Enumerable.Range(0, 9).Select(mask => 1UL << (16 + mask))];
        ulong[] opened = Guarded(9, place => merge.Open(less, equal, masks, 1, place.Span));
        ulong[] factors = [equal[3], equal[2], less[2], equal[1], less[1], less[0], equal[5], equal[4], less[4]];
        CollectionAssert.AreEqual(factors.Zip(masks, (factor, mask) => factor | mask).ToArray(), opened);
    }

    [TestMethod]
    [DataRow(1, 1, 0, 0)]
    [DataRow(2, 1, 2, 1)]
    [DataRow(3, 1, 4, 5)]
    [DataRow(4, 1, 6, 15)]
    [DataRow(5, 2, 6, 15)]
    [DataRow(6, 2, 9, 17)]
    [DataRow(7, 2, 11, 23)]
    [DataRow(8, 2, 13, 37)]
    [DataRow(16, 4, 27, 81)]
    public void Sizes_are_as_documented(int digits, int result, int opened, int products)
    {
        var merge = new DigitMerge(digits);
        Assert.AreEqual(result, merge.ResultDigits);
        Assert.AreEqual(opened, merge.OpenedPlanes);
        Assert.AreEqual(products, merge.ProductPlanes);
    }

    [TestMethod]
    [DataRow(5, 1, 8, 37)]
    [DataRow(6, 1, 10, 83)]
    [DataRow(7, 2, 10, 83)]
    [DataRow(12, 2, 21, 197)]
    public void Sizes_of_sixes_are_as_documented(int digits, int result, int opened, int products)
    {
        var merge = new DigitMerge(digits, 6);
        Assert.AreEqual((result, opened, products), (merge.ResultDigits, merge.OpenedPlanes, merge.ProductPlanes));
        foreach (int whole in new[] { 1, 7 })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DigitMerge(digits, whole));
    }

    [TestMethod]
    public void Wrong_lengths_and_digits_are_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DigitMerge(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DigitMerge(int.MaxValue));
        var merge = new DigitMerge(4);
        int[] lengths = [4, 4, 6, 6];
        for (int wrong = 0; wrong < 4; wrong++)
        {
            ulong[][] spans = [.. lengths.Select((length, index) => new ulong[length + (index == wrong ? 1 : 0)])];
            Assert.ThrowsExactly<ArgumentException>(() => merge.Open(spans[0], spans[1], spans[2], 1, spans[3]));
        }

        Assert.ThrowsExactly<ArgumentException>(() => merge.Products(new ulong[5], 1, new ulong[15]));
        Assert.ThrowsExactly<ArgumentException>(() => merge.Products(new ulong[6], 1, new ulong[16]));
        lengths = [4, 4, 6, 6, 15, 1, 1];
        for (int wrong = 0; wrong < 7; wrong++)
        {
            ulong[][] s = [.. lengths.Select((length, index) => new ulong[length - (index == wrong ? 1 : 0)])];
            Assert.ThrowsExactly<ArgumentException>(() => merge.Merge(s[0], s[1], s[2], s[3], s[4], true, 1, s[5], s[6]));
        }
    }

    private static (ulong[] C, ulong[] R) Words(byte seed, int more)
    {
        var random = new RandomWords(seed);
        ulong[] pairsC = [.. Extremes.SelectMany(c => Extremes.Select(_ => c))];
        ulong[] pairsR = [.. Extremes.SelectMany(_ => Extremes)];
        // Words that differ in one bit alone, at every place; equal ones; unrelated ones.
        ulong[] near = random.Next(64);
        ulong[] oneBit = [.. near.Select((word, bit) => word ^ (1UL << bit))];
        ulong[] equal = random.Next(5);
        return ([.. pairsC, .. near, .. equal, .. random.Next(more)], [.. pairsR, .. oneBit, .. equal, .. random.Next(more)]);
    }

    private static void Check(ulong[] c, ulong[] r, int bits, int parties, KernelWidth width, int whole = 4)
    {
        ulong[] less = Combine(Compare(c, r, bits, parties, width, out int levels, whole));
        Assert.AreEqual((int)Math.Ceiling(Math.Log(Math.Ceiling(bits / 4.0), whole) - 1e-9), levels, $"{bits} bits, {whole} at once");
        ulong mask = ulong.MaxValue >> (64 - bits);
        for (int element = 0; element < c.Length; element++)
        {
            Assert.AreEqual(
                (c[element] & mask) < (r[element] & mask) ? 1UL : 0,
                Bit(less, element),
                $"{c[element]:X} and {r[element]:X}, {bits} bits, {parties} parties, {width}");
        }
    }

    private static ulong[][] Compare(ulong[] c, ulong[] r, int bits, int parties, KernelWidth width, out int levels, int whole = 4)
    {
        Level level = FirstLevel(c, r, bits, parties, width);
        for (levels = 0; level.Digits > 1; levels++)
            level = level.Merge(width, whole);
        return level.Less;
    }

    private static Level FirstLevel(ulong[] c, ulong[] r, int bits, int parties, KernelWidth width)
    {
        int planeWords = BitPlanes.WordsFor(c.Length);
        int digits = DigitComparison.Digits(bits);
        var cPlanes = new ulong[bits * planeWords];
        var rPlanes = new ulong[bits * planeWords];
        BitPlanes.FromWords(c, 0, bits, cPlanes, width);
        BitPlanes.FromWords(r, 0, bits, rPlanes, width);
        var monomials = new ulong[DigitComparison.MonomialPlanes(bits) * planeWords];
        DigitComparison.Monomials(rPlanes, bits, planeWords, monomials, width);
        ulong[][] shares = Split(monomials, parties, new RandomWords(seed: 70));
        ulong[][] less = [.. shares.Select(_ => new ulong[digits * planeWords])];
        ulong[][] equal = [.. shares.Select(_ => new ulong[digits * planeWords])];
        for (int party = 0; party < parties; party++)
            DigitComparison.Evaluate(cPlanes, shares[party], party == 0, bits, planeWords, less[party], equal[party], width);
        return new Level(less, equal, digits, planeWords);
    }

    private sealed record Level(ulong[][] Less, ulong[][] Equal, int Digits, int PlaneWords)
    {
        public Level Merge(KernelWidth width, int whole = 4)
        {
            var merge = new DigitMerge(Digits, whole);
            var random = new RandomWords(seed: 71);
            int parties = Less.Length;
            ulong[] masks = random.Next(merge.OpenedPlanes * PlaneWords);
            ulong[] products = Guarded(
                merge.ProductPlanes * PlaneWords, place => merge.Products(masks, PlaneWords, place.Span, width));
            ulong[][] maskShares = Split(masks, parties, random);
            ulong[][] productShares = Split(products, parties, random);
            ulong[][] openings = [.. maskShares.Select(share => new ulong[share.Length])];
            for (int party = 0; party < parties; party++)
                merge.Open(Less[party], Equal[party], maskShares[party], PlaneWords, openings[party]);
            ulong[] opened = Combine(openings);
            var less = new ulong[parties][];
            var equal = new ulong[parties][];
            int results = merge.ResultDigits * PlaneWords;
            for (int party = 0; party < parties; party++)
            {
                int who = party;
                less[who] = Guarded(results, lessPlace => equal[who] = Guarded(results, equalPlace => merge.Merge(
                    Less[who],
                    Equal[who],
                    opened,
                    maskShares[who],
                    productShares[who],
                    who == 0,
                    PlaneWords,
                    lessPlace.Span,
                    equalPlace.Span,
                    width)));
            }

            return new Level(less, equal, merge.ResultDigits, PlaneWords);
        }
    }
}
