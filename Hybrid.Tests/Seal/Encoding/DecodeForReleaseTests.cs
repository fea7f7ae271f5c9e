using Hybrid.Seal;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Seal.Encoding;

[TestClass]
public sealed class DecodeForReleaseTests
{
    private const int Seed = 60;

    [TestMethod]
    [DataRow(5.2, 20)]
    [DataRow(-3.0, 10)]
    [DataRow(10.0, 50)]
    [DataRow(40.5, 59)]
    public void Noise_fills_its_range_and_stays_within(double noiseBits, int bits)
    {
        using CkksInstance ckks = CkksInstance.Small(1024, 60, 60, 60, 60);
        double[] values = ckks.Numbers(Seed);
        using Plaintext plaintext = ckks.Encode(values, Math.ScaleB(1, 120));
        double[] exact = ckks.Encoder.Decode(plaintext);
        var released = new double[ckks.Slots];
        ckks.Encoder.DecodeForRelease(plaintext, noiseBits, bits, released, CkksInstance.Randomness(1));

        // A slot's noise is a sum of N uniform numbers in (-2^b, 2^b) of which the real part counts for a half: variance N 4^b / 6.
        double range = Math.ScaleB(1, (int)Math.Ceiling(Math.Max(0, noiseBits)) + bits);
        double expected = range * Math.Sqrt(1024 / 6.0) / plaintext.Scale;
        double[] noise = [.. released.Zip(exact, (x, y) => x - y)];
        double measured = Math.Sqrt(noise.Sum(x => x * x) / noise.Length);
        if (expected > 1e-12)
        {
            Assert.AreEqual(1, measured / expected, 0.15, $"{noiseBits} and {bits} bits");
        }

        Assert.IsLessThan((8 * expected) + 1e-12, noise.Max(Math.Abs), $"{noiseBits} and {bits} bits");
    }

    [TestMethod]
    public void Coefficients_get_uniform_integers_of_the_range()
    {
        // With all slots read, the noise of every coefficient can be worked out again.
        using CkksInstance ckks = CkksInstance.Small(1024, 50, 40, 50);
        using Plaintext plaintext = ckks.Encode(ckks.Numbers(Seed), Math.ScaleB(1, 40));
        var released = new double[ckks.Slots];
        ckks.Encoder.DecodeForRelease(plaintext, 4, 10, released, CkksInstance.Randomness(2));
        using Plaintext again = ckks.Encode([.. released.Zip(ckks.Encoder.Decode(plaintext), (x, y) => x - y)], Math.ScaleB(1, 40));
        double[] real = [.. ckks.Coefficients(again).Select(x => (double)x)];

        // Real parts are half of a polynomial and its conjugate: coefficient k becomes (n_k - n_(N - k)) / 2, a triangle of variance 4^14 / 6.
        double range = 1 << 14;
        Assert.IsLessThanOrEqualTo(range, real.Max(Math.Abs));
        Assert.IsGreaterThan(range / 2, real.Max(Math.Abs));
        Assert.AreEqual(range / Math.Sqrt(6), Math.Sqrt(real.Skip(1).Sum(x => x * x) / 1023), range * 0.05);
    }

    [TestMethod]
    public void Two_releases_differ_and_the_same_seed_gives_the_same()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 50, 40, 50);
        using Plaintext plaintext = ckks.Encode(ckks.Numbers(Seed), Math.ScaleB(1, 40));
        double[] first = Release(null);
        double[] second = Release(null);
        Assert.IsTrue(first.Zip(second).All(pair => pair.First != pair.Second));
        CollectionAssert.AreEqual(Release(3), Release(3));
        CollectionAssert.AreNotEqual(Release(3), Release(4));

        double[] Release(int? seed)
        {
            var values = new double[ckks.Slots];
            ckks.Encoder.DecodeForRelease(plaintext, 4, 10, values, seed is int s ? CkksInstance.Randomness((byte)s) : null);
            return values;
        }
    }

    [TestMethod]
    public void Released_numbers_of_a_ciphertext_are_still_the_right_ones()
    {
        using CkksInstance ckks = CkksInstance.Small(256, 60, 60, 60);
        double[] values = ckks.Numbers(Seed);
        Ciphertext ciphertext = ckks.Encrypt(values, Math.ScaleB(1, 80));
        using Plaintext plaintext = ckks.Decryptor.Decrypt(ciphertext);
        var released = new double[100];
        ckks.Encoder.DecodeForRelease(plaintext, NoiseBound.FreshPublic(ckks.Context).Bits, 40, released, CkksInstance.Randomness(5));
        for (int i = 0; i < released.Length; i++)
        {
            Assert.AreEqual(values[i], released[i], Math.ScaleB(1, -20), $"slot {i}");
        }
    }

    [TestMethod]
    [DataRow(10.0, 27, "2^37 a coefficient, 2^40 a slot")]
    [DataRow(10.0, 40, "2^50 a coefficient")]
    [DataRow(50.0, 51, "2^101 a coefficient")]
    [DataRow(10.0, int.MaxValue, "nothing would be left")]
    [DataRow(double.PositiveInfinity, 10, "nothing would be left")]
    public void Where_nothing_would_be_left_releasing_is_refused(double noiseBits, int bits, string says)
    {
        using CkksInstance ckks = CkksInstance.Small(64, 60, 60, 60);
        using Plaintext plaintext = ckks.Encode([1], Math.ScaleB(1, bits == 51 ? 119 : 40));
        var values = new double[32];
        Sentences.Refused<ParameterException>(
            () => ckks.Encoder.DecodeForRelease(plaintext, noiseBits, bits, values), says, "larger scale, or fewer bits");
        Assert.IsFalse(values.AsSpan().ContainsAnyExcept(0.0), "nothing is written");
    }

    [TestMethod]
    public void Bounds_that_are_none_are_refused()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 60, 60);
        using Plaintext plaintext = ckks.Encode([1], Math.ScaleB(1, 40));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Encoder.DecodeForRelease(plaintext, double.NaN, 10, new double[1]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Encoder.DecodeForRelease(plaintext, 4, 0, new double[1]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Encoder.DecodeForRelease(plaintext, 4, -5, new double[1]));
        Assert.ThrowsExactly<ArgumentNullException>(() => ckks.Encoder.DecodeForRelease(null!, 4, 5, new double[1]));
    }
}
