using System.Numerics;
using System.Runtime.Intrinsics;
using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Ring;

/// <summary>The bounds that the transform's laziness is built on, at their ends, where whole transforms hardly ever come.</summary>
[TestClass]
public sealed class PrimeLanesTests
{
    private const int Seed = 30;

    [TestMethod]
    public void Products_stay_within_their_bound()
    {
        foreach (Modulus modulus in Primes())
        {
            double p = modulus.Value;
            double half = (modulus.Value - 1) / 2.0;
            foreach (double bound in new[] { 1, 2, 3, 4 })
            {
                foreach ((double y, double w) in Pairs(bound * p - 1, half))
                {
                    foreach (double r in Each(y, w, p, product: true))
                    {
                        string at = $"{y} * {w} mod {p} gave {r}, seed {Seed}";
                        Assert.IsTrue(((BigInteger)y * (BigInteger)w - (BigInteger)r) % (BigInteger)p == 0, at);
                        Assert.IsLessThan(p * (0.5 + bound / 8), Math.Abs(r), at);
                    }
                }
            }
        }
    }

    [TestMethod]
    public void Reduction_leaves_half_the_prime()
    {
        foreach (Modulus modulus in Primes())
        {
            double p = modulus.Value;
            foreach ((double x, _) in Pairs(8 * p, 1))
            {
                foreach (double r in Each(x, 1, p, product: false))
                {
                    string at = $"{x} mod {p} gave {r}, seed {Seed}";
                    Assert.IsTrue(((BigInteger)x - (BigInteger)r) % (BigInteger)p == 0, at);
                    Assert.IsLessThanOrEqualTo(p / 2 + 1, Math.Abs(r), at);
                }
            }
        }
    }

    [TestMethod]
    public void Canonical_adds_the_prime_below_zero_only()
    {
        if (DoubleLanes256.IsSupported)
        {
            Vector256<double> x = new PrimeLanes<Vector256<double>, DoubleLanes256>(17).Canonical(Vector256.Create(-16.0, -1, 0, 16));
            Assert.AreEqual(Vector256.Create(1.0, 16, 0, 16), x);
        }

        if (DoubleLanes512.IsSupported)
        {
            Vector512<double> x = new PrimeLanes<Vector512<double>, DoubleLanes512>(17).Canonical(Vector512.Create(-16.0, -1, 0, 16, -8, 8, -9, 9));
            Assert.AreEqual(Vector512.Create(1.0, 16, 0, 16, 9, 8, 8, 9), x);
        }
    }

    private static IEnumerable<Modulus> Primes() =>
        NttPrimes.Find(64, 50, 3).Concat(NttPrimes.Find(1 << 17, 50, 1)).Concat(NttPrimes.Find(64, 49, 1)).Concat(NttPrimes.Find(64, 9, 1));

    /// <summary>The ends of both ranges, and integers within a millionth of them and anywhere.</summary>
    private static IEnumerable<(double Y, double W)> Pairs(double y, double w)
    {
        var random = new Random(Seed);
        foreach (int sign in new[] { 1, -1 })
        {
            yield return (sign * y, w);
            yield return (sign * y, -w);
            yield return (0, sign * w);
            for (int i = 0; i < 2000; i++)
            {
                double near = i % 2 == 0 ? 1 - 1e-6 * random.NextDouble() : random.NextDouble();
                yield return (sign * Math.Floor(y * near), Math.Floor(w * (1 - 1e-6 * random.NextDouble())));
            }
        }
    }

    private static IEnumerable<double> Each(double y, double w, double p, bool product)
    {
        if (DoubleLanes256.IsSupported)
        {
            var prime = new PrimeLanes<Vector256<double>, DoubleLanes256>(p);
            Vector256<double> factor = Vector256.Create(y);
            yield return (product ? prime.Product(factor, Vector256.Create(w)) : prime.Reduce(factor))[0];
        }

        if (DoubleLanes512.IsSupported)
        {
            var prime = new PrimeLanes<Vector512<double>, DoubleLanes512>(p);
            Vector512<double> factor = Vector512.Create(y);
            yield return (product ? prime.Product(factor, Vector512.Create(w)) : prime.Reduce(factor))[7];
        }
    }
}
