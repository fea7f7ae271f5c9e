using System.Numerics;
using Hybrid.Numerics;
using Hybrid.Seal;
using Hybrid.Seal.Ring;
using Hybrid.Seal.RingPacked;
using Hybrid.Tests.Seal.Encoding;

namespace Hybrid.Tests.Seal.RingPacked;

[TestClass]
public sealed class ExactEncoderTests
{
    private const int Degree = 64;
    private const int Seed = 71;

    private static readonly BigInteger Word = BigInteger.One << 64;

    private static readonly int[][] Chains = [[50, 50], [36, 36, 37], [60, 40], [50, 50, 50], [40, 40, 40, 40, 40]];

    [TestMethod]
    public void Numbers_become_the_nearest_multiples_of_Q_over_2_to_the_64()
    {
        foreach ((CkksContext context, int level) in Levels())
        {
            ulong[] words = Numbers();
            var residues = new ulong[(level + 1) * Degree];
            new ExactEncoder(context).Encode(words, level, residues);
            BigInteger q = ProductOf(context, level);
            for (int k = 0; k < Degree; k++)
            {
                BigInteger expected = ((words[k] * q) + (Word / 2)) / Word;
                for (int i = 0; i <= level; i++)
                {
                    Modulus prime = context.Parameters.Primes[i];
                    Assert.AreEqual((ulong)(expected % prime.Value), residues[(i * Degree) + k], $"{words[k]} modulo {prime}, {context.Parameters}, level {level}, {context.Width}");
                }
            }
        }
    }

    [TestMethod]
    public void Coefficients_become_the_nearest_numbers_and_what_is_left_is_noise()
    {
        var random = new Random(Seed);
        foreach ((CkksContext context, int level) in Levels())
        {
            BigInteger q = ProductOf(context, level);
            var bytes = new byte[40];
            BigInteger[] coefficients = [.. Enumerable.Range(0, Degree).Select(k =>
            {
                random.NextBytes(bytes);
                return k == 0 ? BigInteger.Zero : k == 1 ? q - 1 : k == 2 ? q / 2 : k == 3 ? (q / 2) + 1 : new BigInteger(bytes, isUnsigned: true) % q;
            })];
            ulong[] residues = ResiduesOf(coefficients, context, level);
            var words = new ulong[Degree];
            var noise = new double[Degree];
            var encoder = new ExactEncoder(context);
            encoder.Decode([.. residues], level, words);
            encoder.DecodeNoise([.. residues], level, noise);
            for (int k = 0; k < Degree; k++)
            {
                BigInteger nearest = ((2 * coefficients[k] * Word) + q) / (2 * q);
                string at = $"{coefficients[k]}, {context.Parameters}, level {level}, {context.Width}, seed {Seed}";
                Assert.AreEqual((ulong)(nearest % Word), words[k], at);
                double expected = (double)((coefficients[k] * Word) - (nearest * q)) / (double)Word;
                Assert.AreEqual(expected, noise[k], Math.Abs(expected) * 1e-12, at);
            }
        }
    }

    [TestMethod]
    public void Numbers_survive_noise_below_Q_over_2_to_the_65_and_no_more()
    {
        CkksContext context = new(CkksParameters.CreateWithoutSpecialPrime(Degree, [50, 50], SecurityLevel.None));
        var encoder = new ExactEncoder(context);
        BigInteger q = ProductOf(context, 1);
        BigInteger limit = q / (2 * Word);
        ulong[] words = Numbers();
        foreach ((BigInteger noise, bool survives) in new[] { (limit - 2, true), (-limit + 2, true), (limit + 2, false), (-limit - 2, false) })
        {
            BigInteger[] coefficients = [.. words.Select(word => ((((word * q) + (Word / 2)) / Word) + noise + q) % q)];
            var decoded = new ulong[Degree];
            encoder.Decode(ResiduesOf(coefficients, context, 1), 1, decoded);
            for (int k = 0; k < Degree; k++)
            {
                Assert.AreEqual(survives ? words[k] : words[k] + (ulong)noise.Sign, decoded[k], $"{words[k]}, noise {noise}");
            }
        }
    }

    private static IEnumerable<(CkksContext Context, int Level)> Levels()
    {
        foreach (int[] chain in Chains)
        {
            bool isVector = chain.Max() <= 50;
            foreach (KernelWidth width in EncodingSamples.Widths(isVector, isVector))
            {
                var context = new CkksContext(CkksParameters.CreateWithoutSpecialPrime(Degree, chain, SecurityLevel.None), width);
                for (int level = 0; level <= context.MaximumLevel; level++)
                {
                    if (context.BitsAt(level) > 66)
                    {
                        yield return (context, level);
                    }
                }
            }
        }
    }

    private static ulong[] Numbers()
    {
        ulong[] words = RingPackedSamples.Words(Degree, Seed);
        ulong[] ends = [0, 1, ulong.MaxValue, 1UL << 63, (1UL << 63) - 1, (1UL << 63) + 1, 1UL << 32];
        ends.CopyTo(words, 0);
        return words;
    }

    private static ulong[] ResiduesOf(BigInteger[] coefficients, CkksContext context, int level) =>
        [.. Enumerable.Range(0, level + 1).SelectMany(i => coefficients.Select(x => (ulong)(x % context.Parameters.Primes[i].Value)))];

    private static BigInteger ProductOf(CkksContext context, int level) =>
        context.Parameters.Primes.Take(level + 1).Aggregate(BigInteger.One, (q, prime) => q * prime.Value);
}
