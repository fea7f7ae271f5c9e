using System.Numerics;
using Hybrid.Numerics;
using Hybrid.Seal.Encoding;
using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Encoding;

[TestClass]
public sealed class CoefficientCompositionTests
{
    private const int Seed = 60;

    private static readonly int[][] Chains =
    [
        [36], [50], [61], [36, 36], [50, 50], [60, 40], [40, 60], [50, 20, 40], [50, 40, 40], [60, 60, 60], [61, 20, 50],
        [50, 36, 36, 36, 36, 36], [50, 50, 50, 50, 50, 50, 50], [60, 40, 40, 40, 40, 40, 60],
    ];

    [TestMethod]
    public void Doubles_are_the_centred_integers_rounded()
    {
        foreach ((Modulus[] chain, string name) in EveryChain())
        {
            foreach (int length in new[] { 1, 5, 8, 64, 200 })
            {
                BigInteger[] integers = Integers(chain, length);
                ulong[] residues = Residues(integers, chain);
                double[]? first = null;
                foreach (CoefficientComposition composition in EveryWidth(chain))
                {
                    var doubles = new double[length];
                    composition.ToDoubles(residues, doubles);
                    for (int i = 0; i < length; i++)
                    {
                        string at = $"{integers[i]}, {name}, {composition.Width}, {i} of {length}, seed {Seed}";
                        double error = Math.Abs(Difference(integers[i], doubles[i]));
                        Assert.IsLessThanOrEqualTo(0.51 * (Math.BitIncrement(Math.Abs(doubles[i])) - Math.Abs(doubles[i])), error, at);
                        Assert.IsTrue(doubles[i] != 0 || !double.IsNegative(doubles[i]), at);
                    }

                    first ??= doubles;
                    Assert.IsTrue(EncodingSamples.SameBits(first, doubles), $"{name}, {composition.Width}, {length}");
                }
            }
        }
    }

    [TestMethod]
    public void Integers_to_2_to_the_53_are_exact_in_the_longest_chain()
    {
        Modulus[] chain = NttPrimes.Find(64, 50, 7);
        var random = new Random(Seed);
        BigInteger[] integers = [.. Enumerable.Range(0, 256).Select(i => (BigInteger)(random.NextInt64(-1L << 53, 1L << 53) >> (i % 54)))];
        ulong[] residues = Residues(integers, chain);
        foreach (CoefficientComposition composition in EveryWidth(chain))
        {
            var doubles = new double[256];
            composition.ToDoubles(residues, doubles);
            for (int i = 0; i < 256; i++)
            {
                Assert.AreEqual((double)integers[i], doubles[i], $"{composition.Width}, {i}, seed {Seed}");
            }
        }
    }

    [TestMethod]
    public void Exact_integers_and_words_are_exact()
    {
        foreach ((Modulus[] chain, string name) in EveryChain())
        {
            foreach (int length in new[] { 1, 8, 77 })
            {
                BigInteger[] integers = Integers(chain, length);
                ulong[] residues = Residues(integers, chain);
                foreach (CoefficientComposition composition in EveryWidth(chain))
                {
                    string at = $"{name}, {composition.Width}, seed {Seed}";
                    var words = new ulong[length];
                    composition.ToWords(residues, words);
                    CollectionAssert.AreEqual(integers.Select(x => (ulong)(x & ulong.MaxValue)).ToArray(), words, at);
                    var exact = new Int128[length];
                    if (chain.Sum(modulus => modulus.BitCount) <= CoefficientComposition.ExactBits)
                    {
                        composition.ToInt128(residues, exact);
                        CollectionAssert.AreEqual(integers, exact.Select(x => (BigInteger)x).ToArray(), at);
                    }
                    else
                    {
                        Assert.ThrowsExactly<ParameterException>(() => composition.ToInt128(residues, exact));
                    }
                }
            }
        }
    }

    [TestMethod]
    public void One_object_serves_the_first_primes_of_its_chain()
    {
        Modulus[] chain = NttPrimes.Chain(64, [50, 40, 40, 36]);
        foreach (CoefficientComposition composition in EveryWidth(chain))
        {
            for (int primes = 1; primes <= chain.Length; primes++)
            {
                Modulus[] first = chain[..primes];
                ulong[] residues = Residues(Integers(first, 72), first);
                var expected = new double[72];
                var actual = new double[72];
                new CoefficientComposition(first, KernelWidth.Portable).ToDoubles(residues, expected);
                composition.ToDoubles(residues, actual);
                Assert.IsTrue(EncodingSamples.SameBits(expected, actual), $"{primes} primes, {composition.Width}");
            }
        }
    }

    [TestMethod]
    public void Small_integers_of_a_chain_beyond_the_doubles_are_right()
    {
        Modulus[] chain = NttPrimes.Find(64, 50, 24); // 1200 bits
        BigInteger large = (BigInteger)Math.ScaleB(3, 600);
        BigInteger[] integers = [0, 1, -1, large, -large, 7, -7, 1 << 20];
        ulong[] residues = Residues(integers, chain);
        foreach (CoefficientComposition composition in EveryWidth(chain))
        {
            var doubles = new double[8];
            composition.ToDoubles(residues, doubles);
            CollectionAssert.AreEqual(integers.Select(x => (double)x).ToArray(), doubles, $"{composition.Width}");
        }
    }

    [TestMethod]
    public void Rounded_coefficients_come_back()
    {
        Modulus[] chain = NttPrimes.Chain(64, [50, 40, 40]);
        foreach (int bits in new[] { 10, 40, 53, 80, 120 })
        {
            double[] coefficients = EncodingSamples.Numbers(64, Math.ScaleB(1, bits), Seed);
            var residues = new ulong[3 * 64];
            for (int i = 0; i < 3; i++)
            {
                CoefficientRounding.ToResidues(coefficients, chain[i], residues.AsSpan(64 * i, 64));
            }

            var doubles = new double[64];
            new CoefficientComposition(chain).ToDoubles(residues, doubles);
            CollectionAssert.AreEqual(coefficients.Select(x => Math.Round(x) + 0.0).ToArray(), doubles, $"{bits} bits, seed {Seed}");
        }
    }

    [TestMethod]
    public void Refuses_chains_and_blocks_that_do_not_fit()
    {
        Modulus[] primes = NttPrimes.Find(64, 51, 2);
        Assert.ThrowsExactly<ArgumentException>(() => new CoefficientComposition([]));
        Assert.ThrowsExactly<ArgumentException>(() => new CoefficientComposition(Enumerable.Repeat(primes[0], 65).ToArray()));
        Assert.ThrowsExactly<ParameterException>(() => new CoefficientComposition([primes[0], primes[1], primes[0]]));
        Assert.ThrowsExactly<ParameterException>(() => new CoefficientComposition(primes, KernelWidth.Vector512));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CoefficientComposition(primes, (KernelWidth)9));
        var composition = new CoefficientComposition(primes);
        Assert.ThrowsExactly<ArgumentException>(() => composition.ToDoubles(new ulong[15], new double[8]));
        Assert.ThrowsExactly<ArgumentException>(() => composition.ToDoubles(new ulong[24], new double[8]));
        Assert.ThrowsExactly<ArgumentException>(() => composition.ToDoubles(new ulong[4], new double[8]));
        Assert.ThrowsExactly<ArgumentException>(() => composition.ToDoubles([], []));
        Assert.ThrowsExactly<ArgumentException>(() => composition.ToInt128(new ulong[24], new Int128[8]));
        Assert.ThrowsExactly<ArgumentException>(() => composition.ToWords(new ulong[24], new ulong[8]));
    }

    /// <summary>The chains of degree 64, and primes that are 1 modulo 4 only, which have all the bits that a double lacks.</summary>
    private static IEnumerable<(Modulus[] Chain, string Name)> EveryChain() =>
        Chains.Select(bits => (NttPrimes.Chain(64, bits), $"chain {string.Join(", ", bits)}"))
            .Append((NttPrimes.Find(2, 61, 4), "four primes near 2^61"));

    private static IEnumerable<CoefficientComposition> EveryWidth(Modulus[] chain)
    {
        bool fits = chain.All(modulus => modulus.BitCount <= 50);
        return EncodingSamples.Widths(fits, fits).Select(width => new CoefficientComposition(chain, width));
    }

    /// <summary>The ends of (-Q/2, Q/2), the edges of each digit, and integers of every length.</summary>
    private static BigInteger[] Integers(Modulus[] chain, int length)
    {
        BigInteger whole = chain.Aggregate(BigInteger.One, (product, modulus) => product * modulus.Value);
        BigInteger half = whole / 2;
        var edges = new List<BigInteger> { half, -half, 0, 1, -1 };
        BigInteger worth = 1;
        foreach (Modulus modulus in chain[..^1])
        {
            worth *= modulus.Value;
            edges.AddRange([worth / 2, worth / 2 + 1, -worth / 2, -worth / 2 - 1, worth, -worth, worth - 1]);
        }

        var random = new Random(Seed + length);
        var integers = new BigInteger[length];
        for (int i = 0; i < length; i++)
        {
            var bytes = new byte[half.GetByteCount() + 8];
            random.NextBytes(bytes);
            BigInteger any = new BigInteger(bytes, isUnsigned: true) % (half >> random.Next((int)half.GetBitLength()));
            integers[i] = i % 2 == 0 ? edges[i / 2 % edges.Count] : i % 4 == 1 ? any : -any;
        }

        return integers;
    }

    private static ulong[] Residues(BigInteger[] integers, Modulus[] chain) =>
        [.. chain.SelectMany(modulus => integers.Select(x => EncodingSamples.Residue(x, modulus)))];

    private static double Difference(BigInteger x, double y) => (double)(2 * (x - new BigInteger(y))) / 2;
}
