using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Ring;

[TestClass]
public sealed class PrimalityTests
{
    [TestMethod]
    public void Agrees_with_the_sieve_below_a_hundred_thousand()
    {
        var composite = new bool[100_000];
        for (int i = 2; i < composite.Length; i++)
        {
            Assert.AreEqual(!composite[i], Primality.IsPrime((ulong)i), $"{i}");
            for (long j = (long)i * i; j < composite.Length; j += i)
            {
                composite[j] = true;
            }
        }

        Assert.IsFalse(Primality.IsPrime(0));
        Assert.IsFalse(Primality.IsPrime(1));
    }

    [TestMethod]
    [DataRow(2305843009213693951UL, DisplayName = "2^61 - 1")]
    [DataRow(18446744073709551557UL, DisplayName = "2^64 - 59, the largest of 64 bits")]
    [DataRow(0xffffee001UL)]
    [DataRow(0xffffffffffc0001UL)]
    public void Passes_large_primes(ulong prime) => Assert.IsTrue(Primality.IsPrime(prime));

    [TestMethod]
    [DataRow(561UL, DisplayName = "Carmichael")]
    [DataRow(3215031751UL, DisplayName = "strong pseudoprime to 2, 3, 5, 7")]
    [DataRow(341550071728321UL, DisplayName = "strong pseudoprime to the primes up to 17")]
    [DataRow(3825123056546413051UL, DisplayName = "strong pseudoprime to the primes up to 31")]
    [DataRow(18446744073709551615UL, DisplayName = "2^64 - 1")]
    [DataRow(18446743979220271189UL, DisplayName = "4294967279 * 4294967291")]
    [DataRow(4611686014132420609UL, DisplayName = "(2^31 - 1)^2")]
    public void Fails_composites_that_fool_fewer_bases(ulong composite) => Assert.IsFalse(Primality.IsPrime(composite));
}
