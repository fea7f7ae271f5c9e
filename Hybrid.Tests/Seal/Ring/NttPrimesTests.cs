using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Ring;

[TestClass]
public sealed class NttPrimesTests
{
    /// <summary>Primes that Microsoft SEAL's default coefficient moduli (128-bit security) are made of.</summary>
    [TestMethod]
    [DataRow(4096, 36, new ulong[] { 0xffffee001, 0xffffc4001 })]
    [DataRow(4096, 37, new ulong[] { 0x1ffffe0001 })]
    [DataRow(8192, 43, new ulong[] { 0x7fffffd8001, 0x7fffffc8001 })]
    [DataRow(8192, 44, new ulong[] { 0xfffffffc001, 0xffffff6c001, 0xfffffebc001 })]
    [DataRow(16384, 48, new ulong[] { 0xfffffffd8001, 0xfffffffa0001, 0xfffffff00001 })]
    [DataRow(16384, 49, new ulong[] { 0x1fffffff68001, 0x1fffffff50001, 0x1ffffffee8001, 0x1ffffffea0001, 0x1ffffffe88001, 0x1ffffffe48001 })]
    public void Finds_the_primes_of_SEALs_defaults(int degree, int bits, ulong[] primes) =>
        CollectionAssert.AreEqual(primes, Values(NttPrimes.Find(degree, bits, primes.Length)));

    [TestMethod]
    [DataRow(2, 3)]
    [DataRow(2, 12)]
    [DataRow(16, 14)]
    [DataRow(512, 18)]
    public void Finds_every_prime_that_there_is_and_says_when_there_are_no_more(int degree, int bits)
    {
        var all = new List<ulong>();
        for (ulong candidate = (1UL << bits) - 1; candidate > 1UL << (bits - 1); candidate--)
        {
            if (candidate % (2 * (ulong)degree) == 1 && Primality.IsPrime(candidate))
            {
                all.Add(candidate);
            }
        }

        CollectionAssert.AreEqual(all, Values(NttPrimes.Find(degree, bits, all.Count)));
        ParameterException error = Assert.ThrowsExactly<ParameterException>(() => NttPrimes.Find(degree, bits, all.Count + 1));
        StringAssert.Contains(error.Message, $"modulo {2 * degree} there are {all.Count};", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Chains_take_the_smallest_of_a_length_first()
    {
        // As in the tests of CoeffModulus::Create.
        CollectionAssert.AreEqual(new ulong[] { 5, 17, 13, 29 }, Values(NttPrimes.Chain(2, [3, 5, 4, 5])));
        CollectionAssert.AreEqual(
            new ulong[] { 0xffffc4001, 0xffffee001, 0x1ffffe0001 },
            Values(NttPrimes.Chain(4096, [36, 36, 37])));
        Assert.IsEmpty(NttPrimes.Chain(4096, []));
        Assert.ThrowsExactly<ParameterException>(() => NttPrimes.Chain(2, [3, 3, 3]));
    }

    [TestMethod]
    [DataRow(1024, 8, DisplayName = "shorter than 2N")]
    [DataRow(1 << 17, 2, DisplayName = "the shortest, for the largest degree")]
    [DataRow(2, 2, DisplayName = "3 is not 1 modulo 4")]
    public void Says_when_there_is_none(int degree, int bits) =>
        Assert.ThrowsExactly<ParameterException>(() => NttPrimes.Find(degree, bits, 1));

    [TestMethod]
    [DataRow(4096, 1, 1)]
    [DataRow(4096, 62, 1)]
    [DataRow(4096, -30, 1)]
    [DataRow(4096, 40, -1)]
    [DataRow(0, 40, 1)]
    [DataRow(1, 40, 1)]
    [DataRow(1023, 40, 1)]
    [DataRow(-4096, 40, 1)]
    [DataRow(1 << 18, 40, 1)]
    public void Refuses_what_is_out_of_range(int degree, int bits, int count)
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => NttPrimes.Find(degree, bits, count));
        if (count > 0)
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => NttPrimes.Chain(degree, [bits]));
        }
    }

    private static ulong[] Values(Modulus[] primes) => [.. primes.Select(prime => prime.Value)];
}
