using System.Numerics;
using Hybrid.Numerics;
using Hybrid.Paillier.Arithmetic;

namespace Hybrid.Tests.Paillier.Arithmetic;

[TestClass]
public sealed class LaneRingTests
{
    // Every limb length from one to beyond a 4096-bit modulus's half, and the sizes that keys use.
    public static IEnumerable<object[]> Sizes =>
        from width in LaneRingNumbers.Widths
        from bits in new[] { 6, 40, 63, 64, 65, 92, 104, 128, 200, 256, 333, 512, 768, 1024, 1536, 2048, 3072 }
        select new object[] { width, bits };

    [TestMethod]
    [DynamicData(nameof(Sizes))]
    public void Products_squares_and_sums_agree_with_big_integers(KernelWidth width, int bits)
    {
        foreach (int distinct in new[] { 1, 2, 8 })
        {
            var random = new Random(bits + distinct);
            BigInteger[] moduli = [.. Enumerable.Range(0, distinct).Select(_ => LaneRingNumbers.RandomOdd(random, bits))];
            using LaneRing ring = LaneRingNumbers.Create(moduli, bits, 4 * bits, width);
            using LaneWorkspace workspace = ring.CreateWorkspace();
            BigInteger[] a = LaneRingNumbers.Random(random, ring, 4 * bits);
            BigInteger[] b = [.. LaneRingNumbers.Random(random, ring, 2 * bits)];
            b[0] = (moduli[0] * moduli[0]) - 1;
            a[1] = 0;
            a[2] = b[2] = moduli[2 % distinct] - 1;
            a[3] = moduli[3 % distinct];

            var left = new ulong[ring.BlockWords];
            var right = new ulong[ring.BlockWords];
            LaneRingNumbers.Import(ring, left, a, 4 * bits, workspace);
            LaneRingNumbers.Import(ring, right, b, 4 * bits, workspace);
            var product = new ulong[ring.BlockWords];
            ring.Multiply(product, left, right, workspace);
            var square = new ulong[ring.BlockWords];
            ring.Square(square, product, workspace);
            ring.Square(square, square, workspace);
            ring.Add(square, square, left);
            ring.Multiply(square, square, square, workspace);

            for (int lane = 0; lane < LaneRing.Lanes; lane++)
            {
                BigInteger modulus = BigInteger.Pow(moduli[lane % distinct], 2);
                BigInteger expected = a[lane] * b[lane] % modulus;
                Assert.AreEqual(expected, LaneRingNumbers.Export(ring, product, lane, workspace), $"product, lane {lane}, {distinct} moduli");
                BigInteger sum = BigInteger.ModPow(expected, 4, modulus) + a[lane];
                Assert.AreEqual(sum * sum % modulus, LaneRingNumbers.Export(ring, square, lane, workspace), $"square, lane {lane}, {distinct} moduli");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Sizes))]
    public void Products_modulo_n_agree_with_big_integers(KernelWidth width, int bits)
    {
        var random = new Random(bits);
        BigInteger[] moduli = [.. Enumerable.Range(0, 8).Select(_ => LaneRingNumbers.RandomOdd(random, bits))];
        using LaneRing ring = LaneRingNumbers.Create(moduli, bits, bits, width);
        using LaneWorkspace workspace = ring.CreateWorkspace();
        BigInteger r = BigInteger.One << (ring.DigitBits * ring.Digits);
        var left = new ulong[ring.HalfBlockWords];
        var right = new ulong[ring.HalfBlockWords];
        var row = new ulong[ring.Digits];
        BigInteger[] a = new BigInteger[8], b = new BigInteger[8];
        for (int lane = 0; lane < 8; lane++)
        {
            a[lane] = lane == 0 ? moduli[0] - 1 : LaneRingNumbers.RandomOdd(random, bits) % moduli[lane];
            b[lane] = lane == 1 ? 0 : LaneRingNumbers.RandomOdd(random, bits) % moduli[lane];
            ring.ToDigits(row, Limbs.FromBigInteger(a[lane], ring.ModulusLimbs));
            ring.SetLane(left, lane, row);
            ring.ToDigits(row, Limbs.FromBigInteger(b[lane], ring.ModulusLimbs));
            ring.SetLane(right, lane, row);
        }

        var product = new ulong[ring.HalfBlockWords];
        var square = new ulong[ring.HalfBlockWords];
        ring.MultiplyModN(product, left, right, workspace);
        ring.SquareModN(square, left, workspace);
        var limbs = new ulong[ring.ModulusLimbs];
        for (int lane = 0; lane < 8; lane++)
        {
            ring.NormaliseModN(limbs, product, lane, workspace);
            Assert.AreEqual(a[lane] * b[lane] % moduli[lane], Limbs.ToBigInteger(limbs) * r % moduli[lane]);
            ring.NormaliseModN(limbs, square, lane, workspace);
            Assert.AreEqual(a[lane] * a[lane] % moduli[lane], Limbs.ToBigInteger(limbs) * r % moduli[lane]);
        }
    }

    [TestMethod]
    public void Widths_without_kernels_are_refused()
    {
        BigInteger[] moduli = [LaneRingNumbers.RandomOdd(new Random(1), 256)];
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LaneRingNumbers.Create(moduli, 256, 512, KernelWidth.Vector256));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LaneRingNumbers.Create(moduli, 256, 512, (KernelWidth)77));
        if (!LaneRing.IsWideSupported)
        {
            Assert.ThrowsExactly<PlatformNotSupportedException>(() => LaneRingNumbers.Create(moduli, 256, 512, KernelWidth.Vector512));
        }
    }

    [TestMethod]
    public void Selection_reads_the_entry_each_lane_names()
    {
        foreach (KernelWidth width in LaneRingNumbers.Widths)
        {
            foreach (int period in new[] { 1, 2, 8 })
            {
                foreach (int indexBits in new[] { 1, 2, 3, 4, 5, 6, 8 })
                {
                    var random = new Random(indexBits);
                    BigInteger[] moduli = [.. Enumerable.Range(0, period).Select(_ => LaneRingNumbers.RandomOdd(random, 256))];
                    using LaneRing ring = LaneRingNumbers.Create(moduli, 256, 512, width);
                    var table = new ulong[(ring.RowWords << indexBits) * period];
                    var block = new ulong[ring.BlockWords];
                    ulong[] indices = [.. Enumerable.Range(0, 8).Select(_ => (ulong)random.Next(1 << indexBits))];
                    for (int entry = 0; entry < 1 << indexBits; entry++)
                    {
                        for (int lane = 0; lane < 8; lane++)
                        {
                            ring.SetRow(block, lane, [.. Enumerable.Range(0, ring.RowWords).Select(word => (ulong)((entry * 100000) + (lane % period * 1000) + word))]);
                        }

                        ring.StoreEntry(table, entry, indexBits, block, 0, period);
                    }

                    ring.Select(block, table, indices, indexBits, period);
                    var row = new ulong[ring.RowWords];
                    for (int lane = 0; lane < 8; lane++)
                    {
                        ring.GetRow(row, block, lane);
                        for (int word = 0; word < row.Length; word++)
                        {
                            Assert.AreEqual((indices[lane] * 100000) + (ulong)(lane % period * 1000) + (ulong)word, row[word], $"{width}, period {period}, {indexBits} bits");
                        }
                    }
                }
            }
        }
    }

    [TestMethod]
    public void Rows_go_into_blocks_and_back()
    {
        foreach (KernelWidth width in LaneRingNumbers.Widths)
        {
            foreach (int bits in new[] { 64, 128, 333, 1536, 2048 })
            {
                var random = new Random(bits);
                using LaneRing ring = LaneRingNumbers.Create([LaneRingNumbers.RandomOdd(random, bits)], bits, 2 * bits, width);
                ulong[] rows = [.. Enumerable.Range(0, 11 * ring.RowWords).Select(i => (ulong)i)];
                foreach (int count in new[] { 1, 7, 8 })
                {
                    int[] numbers = [.. Enumerable.Range(0, 11).OrderBy(_ => random.Next()).Take(count)];
                    var block = new ulong[ring.BlockWords];
                    ring.Gather(block, rows, numbers);
                    var row = new ulong[ring.RowWords];
                    for (int lane = 0; lane < count; lane++)
                    {
                        ring.GetRow(row, block, lane);
                        CollectionAssert.AreEqual(rows[(numbers[lane] * ring.RowWords)..((numbers[lane] + 1) * ring.RowWords)], row, $"{width}, {bits} bits, lane {lane} of {count}");
                    }

                    var back = new ulong[rows.Length];
                    ring.Scatter(back, numbers, block);
                    for (int i = 0; i < back.Length; i++)
                    {
                        Assert.AreEqual(numbers.Contains(i / ring.RowWords) ? rows[i] : 0, back[i], $"{width}, {bits} bits, word {i}");
                    }
                }

                Assert.Throws<ArgumentOutOfRangeException>(() => ring.Gather(new ulong[ring.BlockWords], rows, [0, 1, 2, 3, 4, 5, 6, 11]));
            }
        }
    }
}
