using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Ring;

[TestClass]
public sealed class ModulusTests
{
    private static readonly ulong[] Primes =
    [
        3, 5, 7, 17, 65537, 1073479681, 0xffffee001, 0x7fffffd8001, 0xffffffffffc0001, 2305843009213693951,
        // 2^128 mod p is above 0.9 p, which brings out the largest errors of the quotients.
        455426512317883, 720575940379279459, 1152921504670512077, 1248968872082263177, 1729382256923266609,
    ];

    [TestMethod]
    public void Agrees_with_128_bit_division()
    {
        foreach (ulong p in Primes)
        {
            var modulus = new Modulus(p);
            const int Seed = 11;
            var random = new Random(Seed);
            for (int i = 0; i < 2000; i++)
            {
                ulong a = i < 25 ? Corner(i / 5, p) : (ulong)random.NextInt64((long)p);
                ulong b = i < 25 ? Corner(i % 5, p) : (ulong)random.NextInt64((long)p);
                ulong any = i == 0 ? ulong.MaxValue : (ulong)random.NextInt64() * 2 + (ulong)(i & 1);
                string at = $"a = {a}, b = {b}, any = {any}, p = {p}, seed {Seed}";
                Assert.AreEqual((ulong)(((UInt128)a + b) % p), modulus.AddMod(a, b), at);
                Assert.AreEqual((ulong)(((UInt128)a + p - b) % p), modulus.SubMod(a, b), at);
                Assert.AreEqual((p - a) % p, modulus.NegateMod(a), at);
                Assert.AreEqual((ulong)((UInt128)a * b % p), modulus.MulMod(a, b), at);
                Assert.AreEqual(any % p, modulus.Reduce(any), at);
                Assert.AreEqual((ulong)(((UInt128)b << 64) / p), modulus.ShoupQuotient(b), at);
                Assert.AreEqual((ulong)((UInt128)any * b % p), modulus.MulModShoup(any, b, modulus.ShoupQuotient(b)), at);
            }
        }
    }

    [TestMethod]
    public void Powers_and_inverses_follow_their_definitions()
    {
        foreach (ulong p in Primes)
        {
            var modulus = new Modulus(p);
            ulong power = 1;
            for (ulong exponent = 0; exponent < 20; exponent++)
            {
                Assert.AreEqual(power, modulus.PowMod(p - 2, exponent), $"(p - 2)^{exponent} mod {p}");
                power = (ulong)((UInt128)power * (p - 2) % p);
            }

            Assert.AreEqual(1UL, modulus.PowMod(0, 0));
            Assert.AreEqual(1UL, modulus.PowMod(2, p - 1), $"Fermat, {p}");
            foreach (ulong a in new ulong[] { 1, 2, p - 2, p - 1 })
            {
                Assert.AreEqual(1UL, (ulong)((UInt128)a * modulus.InverseMod(a) % p), $"inverse of {a} mod {p}");
            }
        }
    }

    [TestMethod]
    [DataRow(0UL)]
    [DataRow(1UL)]
    [DataRow(2UL, DisplayName = "even, though prime")]
    [DataRow(4096UL, DisplayName = "even")]
    [DataRow(9UL, DisplayName = "composite")]
    [DataRow(0xffffee003UL, DisplayName = "composite, long")]
    [DataRow(2305843009213693967UL, DisplayName = "62 bits")]
    [DataRow(18446744073709551557UL, DisplayName = "64 bits, prime")]
    public void Refuses_what_is_no_odd_prime_of_at_most_61_bits(ulong value)
    {
        ParameterException error = Assert.ThrowsExactly<ParameterException>(() => new Modulus(value));
        Assert.AreEqual(ParameterFault.OutOfRange, error.Fault);
        StringAssert.Contains(error.Message, $"{value}", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Refuses_to_invert_zero_and_what_is_not_reduced()
    {
        var modulus = new Modulus(17);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => modulus.InverseMod(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => modulus.InverseMod(17));
    }

    [TestMethod]
    public void Equals_by_value_and_knows_its_length()
    {
        Assert.AreEqual(new Modulus(65537), new Modulus(65537));
        Assert.AreEqual(new Modulus(65537).GetHashCode(), new Modulus(65537).GetHashCode());
        Assert.AreNotEqual(new Modulus(65537), new Modulus(17));
        Assert.AreEqual(17, new Modulus(65537).BitCount);
        Assert.AreEqual(2, new Modulus(3).BitCount);
        Assert.AreEqual(Modulus.MaximumBits, new Modulus(2305843009213693951).BitCount);
        Assert.AreEqual("65537", new Modulus(65537).ToString());
    }

    private static ulong Corner(int index, ulong p) => new ulong[] { 0, 1, p / 2, p - 2, p - 1 }[index];
}
