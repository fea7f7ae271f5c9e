using System.Numerics;
using Hybrid.Numerics;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Tests.Paillier.Arithmetic;

[TestClass]
public sealed class ExponentiationTests
{
    private const int Bits = 192;

    public static IEnumerable<object[]> Widths => from width in LaneRingNumbers.Widths select new object[] { width };

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Powers_with_an_exponent_per_lane(KernelWidth width)
    {
        var random = new Random(1);
        BigInteger[] moduli = [LaneRingNumbers.RandomOdd(random, Bits), LaneRingNumbers.RandomOdd(random, Bits)];
        using LaneRing ring = LaneRingNumbers.Create(moduli, Bits, 2 * Bits, width);
        using LaneWorkspace workspace = ring.CreateWorkspace();
        BigInteger[] values = LaneRingNumbers.Random(random, ring, 2 * Bits);
        BigInteger[] exponents = LaneRingNumbers.Random(random, ring, 150);
        exponents[0] = 0;
        exponents[1] = 1;
        exponents[2] = (BigInteger.One << 150) - 1;
        ulong[] flat = [.. exponents.SelectMany(e => Limbs.FromBigInteger(e, 3))];

        var block = new ulong[ring.BlockWords];
        LaneRingNumbers.Import(ring, block, values, 2 * Bits, workspace);
        Exponentiation.Power(ring, block, block, flat, 150, workspace);
        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            BigInteger expected = BigInteger.ModPow(values[lane], exponents[lane], moduli[lane % 2] * moduli[lane % 2]);
            Assert.AreEqual(expected, LaneRingNumbers.Export(ring, block, lane, workspace), $"lane {lane}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Fixed_base_tables_of_every_digit_size(KernelWidth width)
    {
        foreach (int distinct in new[] { 1, 2 })
        {
            for (int window = 2; window <= 7; window++)
            {
                var random = new Random(window);
                BigInteger[] moduli = [.. Enumerable.Range(0, distinct).Select(_ => LaneRingNumbers.RandomOdd(random, Bits))];
                using LaneRing ring = LaneRingNumbers.Create(moduli, Bits, 2 * Bits, width);
                using LaneWorkspace workspace = ring.CreateWorkspace();
                BigInteger value = LaneRingNumbers.Random(random, 2 * Bits);
                var block = new ulong[ring.BlockWords];
                LaneRingNumbers.Import(ring, block, [.. Enumerable.Repeat(value, 8)], 2 * Bits, workspace);
                const int ExponentBits = 131;
                using var table = new FixedBaseTable(ring, block, ExponentBits, window, 2);
                BigInteger[] exponents = [.. LaneRingNumbers.Random(random, ring, ExponentBits).Take(8 / distinct)];
                exponents[0] = 0;
                exponents[1] = (BigInteger.One << ExponentBits) - 1;
                table.Power(block, exponents.SelectMany(e => Limbs.FromBigInteger(e, 3)).ToArray(), 3, workspace);
                for (int lane = 0; lane < LaneRing.Lanes; lane++)
                {
                    BigInteger modulus = BigInteger.Pow(moduli[lane % distinct], 2);
                    Assert.AreEqual(BigInteger.ModPow(value, exponents[lane / distinct], modulus), LaneRingNumbers.Export(ring, block, lane, workspace), $"window {window}, lane {lane}");
                }
            }
        }
    }

    [TestMethod]
    public void Programs_compute_every_kind_of_exponents()
    {
        var random = new Random(3);
        BigInteger modulus = BigInteger.Parse("170141183460469231731687303715884105727", System.Globalization.CultureInfo.InvariantCulture);
        long[][] cases =
        [
            [], [0], [1], [-1], [5], [0, 0, 0], [1, 1, 1, 1], [2, 1], [7, -7], [long.MaxValue], [-long.MaxValue, long.MaxValue],
            [1, 1000000, 3], [.. Enumerable.Range(0, 784).Select(_ => (long)random.Next(-32768, 32768))],
            [.. Enumerable.Range(0, 64).Select(_ => (long)random.Next(-3, 4))], [.. Enumerable.Range(0, 30).Select(_ => random.NextInt64(-1L << 35, 1L << 35))],
        ];
        foreach (long[] exponents in cases)
        {
            ExponentiationProgram program = ExponentiationProgram.Compile(exponents);
            BigInteger[] bases = [.. exponents.Select(_ => (BigInteger)random.NextInt64())];
            var rows = new BigInteger[program.Rows];
            bases.CopyTo(rows, 0);
            for (int level = 0; level < program.Levels; level++)
            {
                // Products of a level must not depend on one another: read all, then write all.
                var results = new List<(int, BigInteger)>();
                foreach (RowProduct product in program.Level(level))
                {
                    results.Add((product.Target, rows[product.Left] * rows[product.Right] % modulus));
                }

                Assert.AreEqual(results.Count, results.DistinctBy(r => r.Item1).Count());
                results.ForEach(r => rows[r.Item1] = r.Item2);
            }

            BigInteger positive = 1, negative = 1;
            for (int k = 0; k < exponents.Length; k++)
            {
                positive = exponents[k] > 0 ? positive * BigInteger.ModPow(bases[k], exponents[k], modulus) % modulus : positive;
                negative = exponents[k] < 0 ? negative * BigInteger.ModPow(bases[k], -exponents[k], modulus) % modulus : negative;
            }

            Assert.AreEqual(positive, program.PositiveRow < 0 ? 1 : rows[program.PositiveRow]);
            Assert.AreEqual(negative, program.NegativeRow < 0 ? 1 : rows[program.NegativeRow]);
        }

        Assert.IsLessThan(2300, ExponentiationProgram.Compile(cases[12]).Products, "784 16-bit exponents");
        Assert.ThrowsExactly<ArgumentException>(() => ExponentiationProgram.Compile([1, long.MinValue]));
    }

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Multi_exponentiation_of_many_outputs(KernelWidth width)
    {
        var random = new Random(4);
        BigInteger modulus = LaneRingNumbers.RandomOdd(random, Bits);
        BigInteger square = modulus * modulus;
        using LaneRing ring = LaneRingNumbers.Create([modulus], Bits, 2 * Bits, width);
        using LaneWorkspace workspace = ring.CreateWorkspace();
        const int Terms = 13;
        foreach (int outputs in new[] { 1, 2, 7, 8, 9, 33 })
        {
            BigInteger[] values = [.. Enumerable.Range(0, Terms).Select(_ => Unit(random, modulus))];
            ulong[] rows = Rows(ring, values, workspace);
            var jobs = new ExponentiationJob[outputs];
            var expected = new BigInteger[outputs];
            for (int j = 0; j < outputs; j++)
            {
                int terms = j % Terms;
                long[] weights = [.. Enumerable.Range(0, terms).Select(_ => random.NextInt64(-1L << 30, 1L << 30))];
                int[] inputs = [.. Enumerable.Range(0, terms).Select(_ => random.Next(Terms))];
                jobs[j] = new ExponentiationJob(ExponentiationProgram.Compile(weights), inputs);
                expected[j] = 1;
                for (int k = 0; k < terms; k++)
                {
                    BigInteger factor = weights[k] < 0 ? Inverse(values[inputs[k]], square) : values[inputs[k]];
                    expected[j] = expected[j] * BigInteger.ModPow(factor, Math.Abs(weights[k]), square) % square;
                }
            }

            var results = new ulong[outputs * ring.RowWords];
            MultiExponentiation.Run(ring, rows, jobs, results, 2);
            var block = new ulong[ring.BlockWords];
            for (int j = 0; j < outputs; j++)
            {
                ring.Gather(block, results, [j]);
                Assert.AreEqual(expected[j], LaneRingNumbers.Export(ring, block, 0, workspace), $"output {j} of {outputs}");
            }

            Assert.IsTrue(RowInversion.AreUnits(ring, rows));
        }
    }

    [TestMethod]
    public void A_row_without_inverse_is_found()
    {
        BigInteger p = BigInteger.Parse("18446744073709551557", System.Globalization.CultureInfo.InvariantCulture);
        BigInteger modulus = p * BigInteger.Parse("18446744073709551533", System.Globalization.CultureInfo.InvariantCulture);
        using LaneRing ring = LaneRingNumbers.Create([modulus], 128, 256, KernelWidth.Auto);
        using LaneWorkspace workspace = ring.CreateWorkspace();
        for (int bad = 0; bad < 11; bad++)
        {
            BigInteger[] values = [.. Enumerable.Range(0, 11).Select(i => (BigInteger)(i + 2))];
            values[bad] *= p;
            Assert.IsFalse(RowInversion.AreUnits(ring, Rows(ring, values, workspace)), $"row {bad}");
        }
    }

    [TestMethod]
    public void Inverses_agree_with_their_definition()
    {
        var random = new Random(5);
        foreach (int bits in new[] { 3, 64, 65, 128, 500, 1536, 3072 })
        {
            for (int run = 0; run < 20; run++)
            {
                BigInteger modulus = LaneRingNumbers.RandomOdd(random, bits);
                BigInteger value = run == 0 ? 1 : run == 1 ? modulus - 1 : run == 2 ? 0 : LaneRingNumbers.Random(random, bits) % modulus;
                int limbs = Limbs.CountFor(bits);
                var inverse = new ulong[limbs];
                bool has = ModularInverse.TryInvert(inverse, Limbs.FromBigInteger(value, limbs), Limbs.FromBigInteger(modulus, limbs));
                Assert.AreEqual(BigInteger.GreatestCommonDivisor(value, modulus).IsOne, has, $"{value} modulo {modulus}");
                if (has)
                {
                    Assert.IsTrue(Limbs.ToBigInteger(inverse) < modulus);
                    Assert.AreEqual(BigInteger.One, value * Limbs.ToBigInteger(inverse) % modulus, $"{value} modulo {modulus}");
                }
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Prime_search_finds_primes_of_the_right_form(KernelWidth width)
    {
        using var random = new AesCtrGenerator(new byte[16], 7);
        foreach (int bits in new[] { 128, 256, 512 })
        {
            var prime = new ulong[bits / 64];
            PrimeSearch.Find(prime, bits, random, width);
            BigInteger value = Limbs.ToBigInteger(prime);
            Assert.AreEqual(bits, (int)value.GetBitLength());
            Assert.AreEqual(BigInteger.Zero + 3, value & 3);
            // An independent test: Fermat to several bases with the framework's arithmetic.
            foreach (int witness in new[] { 3, 5, 7, 11, 13 })
            {
                Assert.AreEqual(BigInteger.One, BigInteger.ModPow(witness, value - 1, value));
            }
        }
    }

    [TestMethod]
    public void Composites_do_not_pass_for_primes()
    {
        // Carmichael numbers that are 3 modulo 4 and strong pseudoprimes to base 2 among them, stretched to the least size.
        foreach (string text in new[] { "3215031751", "2152302898747", "341550071728321", "3825123056546413051" })
        {
            BigInteger value = BigInteger.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
            if ((value & 3) == 3)
            {
                int bits = (int)value.GetBitLength();
                Assert.IsFalse(PrimeSearch.IsPrime(Limbs.FromBigInteger(value, Limbs.CountFor(bits)), bits, OsRandom.Instance, KernelWidth.Auto), text);
            }
        }
    }

    internal static BigInteger Inverse(BigInteger value, BigInteger modulus)
    {
        BigInteger a = value % modulus, b = modulus, x = 1, y = 0;
        while (!b.IsZero)
        {
            BigInteger q = a / b;
            (a, b, x, y) = (b, a - (q * b), y, x - (q * y));
        }

        return ((x % modulus) + modulus) % modulus;
    }

    private static BigInteger Unit(Random random, BigInteger modulus)
    {
        BigInteger value;
        do
        {
            value = LaneRingNumbers.Random(random, 2 * Bits) % (modulus * modulus);
        }
        while (!BigInteger.GreatestCommonDivisor(value, modulus).IsOne);
        return value;
    }

    private static ulong[] Rows(LaneRing ring, BigInteger[] values, LaneWorkspace workspace)
    {
        var rows = new ulong[values.Length * ring.RowWords];
        var block = new ulong[ring.BlockWords];
        for (int i = 0; i < values.Length; i++)
        {
            LaneRingNumbers.Import(ring, block, [values[i]], 2 * ring.ModulusBits, workspace);
            ring.GetRow(rows.AsSpan(i * ring.RowWords, ring.RowWords), block, 0);
        }

        return rows;
    }
}
