using System.Numerics;
using Hybrid.Seal;

namespace Hybrid.Tests.Seal.Backend;

[TestClass]
public sealed class InputLimbsTests
{
    [TestMethod]
    public void Limbs_put_together_are_the_integer_and_are_balanced()
    {
        const int Seed = 151;
        var random = new Random(Seed);
        foreach (int width in new[] { 2, 3, 8, 31, 62, 63, 64, 65, 90, 127 })
        {
            foreach (int bits in new[] { 1, 2, 7, 23, 31, 60 })
            {
                int count = (width + bits - 1) / bits;
                if (width - ((count - 1) * bits) > 62)
                {
                    continue;
                }

                Int128[] integers = Integers(random, width);
                var limbs = new ulong[count * integers.Length];
                InputLimbs.Split<Int128>(integers, count, bits, limbs);
                string what = $"{width} bits in limbs of {bits}, seed {Seed}";
                BigInteger half = BigInteger.One << (bits - 1);
                for (int i = 0; i < integers.Length; i++)
                {
                    BigInteger sum = 0;
                    for (int j = 0; j < count; j++)
                    {
                        BigInteger limb = (long)limbs[(j * integers.Length) + i];
                        Assert.IsTrue(count == 1 || (-half <= limb && (j == count - 1 ? limb <= half : limb < half)), $"{what}: limb {j} of {integers[i]} is {limb}");
                        sum += limb << (j * bits);
                    }

                    Assert.AreEqual((BigInteger)integers[i], count == 1 ? (BigInteger)(long)integers[i] : sum, what);
                }

                if (count > 1)
                {
                    var joined = new Int128[integers.Length];
                    InputLimbs.Join<Int128>(limbs, count, bits, joined);
                    CollectionAssert.AreEqual(integers, joined, what);
                }
            }
        }
    }

    [TestMethod]
    public void A_single_limb_is_the_integer_modulo_2_to_the_64()
    {
        Int128[] integers = [0, 1, -1, long.MaxValue, long.MinValue, (Int128)1 << 64, ((Int128)1 << 64) - 5];
        var limbs = new ulong[integers.Length];
        InputLimbs.Split<Int128>(integers, 1, 64, limbs);
        CollectionAssert.AreEqual(new ulong[] { 0, 1, ulong.MaxValue, long.MaxValue, 1UL << 63, 0, ulong.MaxValue - 4 }, limbs);
        var joined = new Int128[2];
        InputLimbs.Join<Int128>([3, ulong.MaxValue - 1], 1, 64, joined);
        CollectionAssert.AreEqual(new Int128[] { 3, -2 }, joined);
    }

    [TestMethod]
    public void Results_of_limbs_are_put_together_with_carries_and_signs()
    {
        // Products of limbs are longer than limbs, and overlap.
        var random = new Random(152);
        for (int run = 0; run < 500; run++)
        {
            int bits = random.Next(1, 40);
            int count = random.Next(2, 1 + Math.Min(4, 2 + (60 / bits)));
            ulong[] results = [.. Enumerable.Range(0, 3 * count).Select(_ => (ulong)random.NextInt64(-1L << 61, 1L << 61))];
            if (61 + ((count - 1) * bits) > 125)
            {
                continue;
            }

            var joined = new Int128[3];
            InputLimbs.Join<Int128>(results, count, bits, joined);
            for (int i = 0; i < 3; i++)
            {
                BigInteger expected = Enumerable.Range(0, count).Aggregate(BigInteger.Zero, (sum, j) => sum + ((BigInteger)(long)results[(j * 3) + i] << (j * bits)));
                Assert.AreEqual(expected, joined[i], $"{count} limbs of {bits} bits, run {run}");
            }
        }
    }

    [TestMethod]
    public void Nothing_takes_no_limbs()
    {
        InputLimbs.Split<Int128>([], 3, 20, []);
        InputLimbs.Join<Int128>([], 3, 20, []);
    }

    // Both ends, the ends of limbs, and some between, of signed integers of so many bits.
    private static Int128[] Integers(Random random, int width)
    {
        Int128 end = (Int128.One << (width - 1)) - 1;
        return [end, -end, 0, 1, -1, end / 2, -end / 2, .. Enumerable.Range(0, 30).Select(_ => Next(random, width - 1) * (random.Next(2) == 0 ? 1 : -1)),
            .. Enumerable.Range(0, width - 1).SelectMany(bit => new[] { Int128.One << bit, -(Int128.One << bit), (Int128.One << bit) - 1 })];
    }

    private static Int128 Next(Random random, int bits) =>
        (Int128)((UInt128)new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64() << 1) & ((UInt128.One << bits) - 1));
}
