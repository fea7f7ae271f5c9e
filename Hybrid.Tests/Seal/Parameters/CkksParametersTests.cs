using Hybrid.Seal;
using Hybrid.Seal.Ring;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Seal.Parameters;

[TestClass]
public sealed class CkksParametersTests
{
    [TestMethod]
    public void Named_sets_are_secure_and_have_the_lengths_they_say()
    {
        (CkksParameters Parameters, int Degree, int[] Bits, string Text)[] sets =
        [
            (CkksParameters.Degree4096(), 4096, [36, 36, 37], "N = 4096, {36, 36, 37}"),
            (CkksParameters.Degree8192(), 8192, [50, 40, 40, 50], "N = 8192, {50, 40, 40, 50}"),
            (CkksParameters.Degree16384(), 16384, [50, 40, 40, 40, 40, 40, 50], "N = 16384, {50, 40, 40, 40, 40, 40, 50}"),
        ];
        foreach ((CkksParameters parameters, int degree, int[] bits, string text) in sets)
        {
            Assert.AreEqual(degree, parameters.Degree);
            Assert.AreEqual(degree / 2, parameters.SlotCount);
            Assert.AreEqual(SecurityLevel.Classical128, parameters.Security);
            Assert.IsLessThanOrEqualTo(SecurityBound.MaximumBits(degree, SecurityLevel.Classical128), parameters.TotalBits);
            CollectionAssert.AreEqual(bits, parameters.Primes.Select(prime => prime.BitCount).ToArray());
            Assert.IsTrue(parameters.HasSpecialPrime);
            Assert.AreEqual(bits.Length - 1, parameters.DataPrimeCount);
            Assert.AreEqual(bits.Length - 2, parameters.MaximumLevel);
            Assert.AreEqual(text, parameters.ToString());
            CollectionAssert.AreEqual(NttPrimes.Chain(degree, bits), parameters.Primes.ToArray());
        }
    }

    /// <summary>The primes that Microsoft SEAL's CoeffModulus::Create(8192, {60, 40, 40, 60}) gives.</summary>
    [TestMethod]
    public void Primes_are_SEALs()
    {
        ulong[] expected = [1152921504606748673, 1099510890497, 1099511480321, 1152921504606830593];
        CkksParameters parameters = CkksParameters.Create(8192, [60, 40, 40, 60]);
        CollectionAssert.AreEqual(expected, parameters.Primes.Select(prime => prime.Value).ToArray());
        Assert.AreEqual(200, parameters.TotalBits);
    }

    [TestMethod]
    [DataRow(4096, 110, SecurityLevel.Classical128, "109", "128 bits", "degree 8192")]
    [DataRow(4096, 76, SecurityLevel.Classical192, "75", "192 bits", "degree 8192")]
    [DataRow(8192, 119, SecurityLevel.Classical256, "118", "256 bits", "degree 16384")]
    [DataRow(2048, 55, SecurityLevel.Classical128, "54", "128 bits", "degree 4096")]
    [DataRow(512, 20, SecurityLevel.Classical128, "allows 0", "128 bits", "degree 1024")]
    public void Insecure_lengths_are_refused_with_a_degree_that_would_do(int degree, int bits, SecurityLevel level, string bound, string security, string remedy)
    {
        int[] lengths = bits > 60 ? [bits / 2, bits - (bits / 2)] : [bits];
        ParameterException error = Sentences.Refused<ParameterException>(
            () => CkksParameters.Create(degree, lengths, level), $"{bits} bits in all", bound, security, remedy);
        Assert.AreEqual(ParameterFault.Insecure, error.Fault);
        int enough = int.Parse(remedy.AsSpan("degree ".Length), System.Globalization.CultureInfo.InvariantCulture);
        Assert.AreEqual(enough, CkksParameters.Create(enough, lengths, level).Degree);
        Assert.AreEqual(SecurityLevel.None, CkksParameters.Create(degree, lengths, SecurityLevel.None).Security);
    }

    [TestMethod]
    public void What_no_degree_makes_secure_is_refused_too()
    {
        int[] lengths = [.. Enumerable.Repeat(50, 18)];
        Sentences.Refused<ParameterException>(() => CkksParameters.Create(32768, lengths), "900 bits in all", "881", "take fewer or shorter primes.");
    }

    [TestMethod]
    public void The_bound_holds_to_the_bit()
    {
        Assert.AreEqual(109, CkksParameters.Create(4096, [36, 36, 37]).TotalBits);
        Sentences.Refused<ParameterException>(() => CkksParameters.Create(4096, [36, 37, 37]), "110 bits");
        Assert.AreEqual(218, CkksParameters.Create(8192, [55, 54, 54, 55]).TotalBits);
    }

    [TestMethod]
    public void Primes_that_do_not_serve_are_refused()
    {
        Modulus[] good = NttPrimes.Chain(64, [40, 40]);
        ParameterException error = Sentences.Refused<ParameterException>(
            () => _ = new CkksParameters(64, [good[0], good[0]], security: SecurityLevel.None), "twice", good[0].ToString());
        Assert.AreEqual(ParameterFault.Mismatch, error.Fault);
        Sentences.Refused<ParameterException>(() => _ = new CkksParameters(64, [good[0], new Modulus(65537 + 6)], security: SecurityLevel.None), "65543", "not 1 modulo 128");
        Sentences.Refused<ParameterException>(() => _ = new CkksParameters(128, [new Modulus(128 * 11 + 1)], security: SecurityLevel.None), "not 1 modulo 256");
        Sentences.Refused<ParameterException>(() => _ = new CkksParameters(64, NttPrimes.Chain(64, [61]), security: SecurityLevel.None), "61 bits", "at most 60");
        Sentences.Refused<ParameterException>(() => CkksParameters.Create(64, [40, 61], SecurityLevel.None), "61 bits", "at most 60");
        Sentences.Refused<ParameterException>(() => _ = new Modulus(129), "composite");
        Sentences.Refused<ParameterException>(() => _ = new CkksParameters(64, [], security: SecurityLevel.None), "1 to 64 primes");
        Sentences.Refused<ParameterException>(() => _ = new CkksParameters(64, NttPrimes.Find(64, 40, 65), security: SecurityLevel.None), "65 were given");
        Assert.ThrowsExactly<ArgumentNullException>(() => _ = new CkksParameters(64, [good[0], null!], security: SecurityLevel.None));
        Sentences.Refused<ParameterException>(() => CkksParameters.Create(4096, [14], SecurityLevel.None), "primes");
    }

    [TestMethod]
    [DataRow(int.MinValue)]
    [DataRow(-64)]
    [DataRow(0)]
    [DataRow(8)]
    [DataRow(48)]
    [DataRow(4095)]
    [DataRow(65536)]
    public void Degrees_that_do_not_serve_are_refused(int degree)
    {
        Sentences.Refused<ParameterException>(() => CkksParameters.Create(degree, [30], SecurityLevel.None), degree.ToString(System.Globalization.CultureInfo.InvariantCulture), "power of two");
        Sentences.Refused<ParameterException>(() => CkksParameters.CreateWithoutSpecialPrime(degree, [30], SecurityLevel.None), "power of two");
        Sentences.Refused<ParameterException>(() => _ = new CkksParameters(degree, NttPrimes.Chain(64, [30])), "power of two");
    }

    [TestMethod]
    public void A_security_level_that_is_none_is_refused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CkksParameters.Create(4096, [36], (SecurityLevel)64));

    [TestMethod]
    public void Without_a_special_prime_all_primes_carry_data()
    {
        CkksParameters parameters = CkksParameters.CreateWithoutSpecialPrime(4096, [36, 36, 37]);
        Assert.IsFalse(parameters.HasSpecialPrime);
        Assert.AreEqual(3, parameters.DataPrimeCount);
        Assert.AreEqual(2, parameters.MaximumLevel);
        Assert.AreEqual("N = 4096, {36, 36, 37} without a special prime", parameters.ToString());

        CkksParameters single = CkksParameters.Create(2048, [54]);
        Assert.IsFalse(single.HasSpecialPrime, "a single prime cannot be the special one");
        Assert.AreEqual(0, single.MaximumLevel);
    }

    [TestMethod]
    public void Sets_are_equal_if_they_give_the_same_ring_and_keys()
    {
        CkksParameters parameters = CkksParameters.Create(64, [40, 30, 40], SecurityLevel.None);
        CkksParameters same = new(64, NttPrimes.Chain(64, [40, 30, 40]), security: SecurityLevel.None);
        Assert.AreEqual(parameters, same);
        Assert.AreEqual(parameters.GetHashCode(), same.GetHashCode());
        CkksParameters[] others =
        [
            CkksParameters.Create(128, [40, 30, 40], SecurityLevel.None),
            CkksParameters.Create(64, [40, 30], SecurityLevel.None),
            CkksParameters.Create(64, [30, 40, 40], SecurityLevel.None),
            CkksParameters.CreateWithoutSpecialPrime(64, [40, 30, 40], SecurityLevel.None),
        ];
        foreach (CkksParameters other in others)
        {
            Assert.AreNotEqual(parameters, other, other.ToString());
        }

        Assert.IsFalse(parameters.Equals(null));
        Assert.IsFalse(parameters.Equals(new object()));
    }

    [TestMethod]
    public void The_default_scale_leaves_room_for_a_product_and_survives_rescaling()
    {
        CkksParameters[] sets =
        [
            CkksParameters.Degree4096(), CkksParameters.Degree8192(), CkksParameters.Degree16384(),
            CkksParameters.Create(8192, [60, 40, 40, 60]), CkksParameters.Create(2048, [54]), CkksParameters.Create(1024, [27]),
            CkksParameters.Create(64, [30, 40, 40], SecurityLevel.None), CkksParameters.Create(4096, [54, 55]),
            CkksParameters.CreateWithoutSpecialPrime(4096, [36, 36, 37]), CkksParameters.Create(16, [20, 20], SecurityLevel.None),
        ];
        foreach (CkksParameters parameters in sets)
        {
            double bits = Math.Log2(parameters.DefaultScale);
            double data = parameters.Primes.Take(parameters.DataPrimeCount).Sum(prime => Math.Log2(prime.Value));
            Assert.AreEqual(Math.Round(bits), bits, $"{parameters}: a power of two");
            Assert.IsGreaterThanOrEqualTo(10, bits, $"{parameters}: some digits");
            Assert.IsLessThanOrEqualTo(data - 9, (parameters.DataPrimeCount == 1 ? 1 : 2) * bits, $"{parameters}: room");
        }

        Assert.AreEqual(Math.ScaleB(1, 40), CkksParameters.Degree8192().DefaultScale);
        Assert.AreEqual(Math.ScaleB(1, 40), CkksParameters.Degree16384().DefaultScale);
    }
}
