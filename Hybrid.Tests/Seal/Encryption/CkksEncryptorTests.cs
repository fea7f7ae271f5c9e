using Hybrid.Seal;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Seal.Encryption;

[TestClass]
public sealed class CkksEncryptorTests
{
    private const int Seed = 70;

    private static IEnumerable<(string Name, CkksInstance Ckks, CkksEncryptor Encryptor, NoiseBound Bound)> Ways()
    {
        int[][] chains = [[50, 40, 40, 50], [60, 40, 40, 60], [36, 36, 37]];
        foreach (int[] bits in chains)
        {
            CkksInstance ckks = CkksInstance.Small(1024, bits);
            yield return ("with the public key", ckks, ckks.Encryptor, NoiseBound.FreshPublic(ckks.Context));
            yield return ("with the secret key", ckks, ckks.OwnEncryptor, NoiseBound.FreshSymmetric(ckks.Context));
        }

        var without = new CkksInstance(CkksParameters.CreateWithoutSpecialPrime(1024, [50, 40, 60], SecurityLevel.None));
        yield return ("without a special prime", without, without.Encryptor, NoiseBound.FreshPublic(without.Context));
        yield return ("with the secret key, without a special prime", without, without.OwnEncryptor, NoiseBound.FreshSymmetric(without.Context));
        CkksInstance single = CkksInstance.Small(1024, 54);
        yield return ("with one prime", single, single.Encryptor, NoiseBound.FreshPublic(single.Context));
    }

    [TestMethod]
    public void Fresh_noise_is_what_the_bound_says_at_every_level()
    {
        foreach ((string name, CkksInstance ckks, CkksEncryptor encryptor, NoiseBound bound) in Ways())
        {
            double scale = Math.ScaleB(1, 30);
            for (int level = 0; level <= ckks.Top; level++)
            {
                string at = $"{name}, {ckks.Context.Parameters}, level {level}";
                double[] values = ckks.Numbers(Seed);
                using Plaintext plaintext = ckks.Encode(values, scale, level);
                Ciphertext ciphertext = encryptor.Encrypt(plaintext);
                Assert.AreEqual(level, ciphertext.Level, at);
                Assert.AreEqual(2, ciphertext.Size, at);
                Assert.AreEqual(scale, ciphertext.Scale, at);
                CkksInstance.AssertBoundFits(ckks.Noise(ciphertext, plaintext), bound, at);
                ckks.AssertSlots(values, ciphertext, bound, at);
            }
        }
    }

    [TestMethod]
    public void Encrypting_zero_leaves_noise_only()
    {
        foreach ((string name, CkksInstance ckks, CkksEncryptor encryptor, NoiseBound bound) in Ways())
        {
            var ciphertext = new Ciphertext(ckks.Context);
            encryptor.EncryptZero(0, 1 << 20, ciphertext);
            using var zero = new Plaintext(ckks.Context, 0);
            CkksInstance.AssertBoundFits(ckks.Noise(ciphertext, zero), bound, name);
            Assert.AreEqual(1 << 20, ciphertext.Scale, name);
        }
    }

    [TestMethod]
    public void A_fresh_ciphertext_is_like_no_other_and_looks_uniform()
    {
        foreach ((string name, CkksInstance ckks, CkksEncryptor encryptor, _) in Ways())
        {
            using Plaintext plaintext = ckks.Encode([1, 2, 3], 1 << 20);
            Ciphertext first = encryptor.Encrypt(plaintext);
            Ciphertext second = encryptor.Encrypt(plaintext);
            for (int polynomial = 0; polynomial < 2; polynomial++)
            {
                for (int prime = 0; prime <= ckks.Top; prime++)
                {
                    ulong[] residues = first.Prime(polynomial, prime).ToArray();
                    ulong p = ckks.Context.Ring.Modulus(prime).Value;
                    Assert.IsLessThan(p, residues.Max(), $"{name}: canonical");
                    Assert.IsLessThan(3, residues.Zip(second.Prime(polynomial, prime).ToArray()).Count(pair => pair.First == pair.Second), name);
                    // A mean of 1024 uniform numbers has a deviation of p / 111.
                    Assert.AreEqual(0.5, residues.Average(x => (double)x / p), 0.06, name);
                }
            }
        }
    }

    [TestMethod]
    public void Under_the_secret_key_the_seed_stands_for_the_second_polynomial_at_every_level()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 60, 40, 30, 50);
        var ciphertext = new Ciphertext(ckks.Context);
        for (int level = 0; level <= ckks.Top; level++)
        {
            using Plaintext plaintext = ckks.Encode([1], 1 << 20, level);
            ckks.OwnEncryptor.Encrypt(plaintext, ciphertext);
            var expanded = new ulong[(level + 1) * 64];
            ciphertext.Seed!.Expand(ckks.Context, level + 1, expanded);
            Assert.IsTrue(expanded.AsSpan().SequenceEqual(ciphertext.Polynomial(1)), $"level {level}");
        }

        using Plaintext other = ckks.Encode([1], 1 << 20);
        ckks.Encryptor.Encrypt(other, ciphertext);
        Assert.IsNull(ciphertext.Seed, "the public key leaves no seed, nor the old one");
    }

    [TestMethod]
    public void A_destination_serves_again_and_the_same_seed_gives_the_same_bits()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 60, 40, 30, 50);
        using var first = new CkksEncryptor(ckks.PublicKey, CkksInstance.Randomness(8));
        using var again = new CkksEncryptor(ckks.PublicKey, CkksInstance.Randomness(8));
        var destination = new Ciphertext(ckks.Context, 0, 5);
        foreach (int level in new[] { 0, 2, 1, 2 })
        {
            using Plaintext plaintext = ckks.Encode(ckks.Numbers(level), 1 << 20, level);
            first.Encrypt(plaintext, destination);
            CkksInstance.AssertSame(again.Encrypt(plaintext), destination, $"level {level}");
        }
    }

    [TestMethod]
    public void What_does_not_fit_is_refused()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 40, 30, 50);
        using CkksInstance other = CkksInstance.Small(64, 40, 40, 50);
        using Plaintext plaintext = ckks.Encode([1]);
        var destination = new Ciphertext(ckks.Context);
        Sentences.Refused<ParameterException>(() => ckks.Encryptor.Encrypt(other.Encode([1])), "plaintext has other parameters", "{40, 40, 50}");
        Sentences.Refused<ParameterException>(() => ckks.Encryptor.Encrypt(plaintext, new Ciphertext(other.Context)), "destination has other parameters");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Encryptor.EncryptZero(2, 1, destination));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Encryptor.EncryptZero(-1, 1, destination));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Encryptor.EncryptZero(0, Math.ScaleB(1, 41), destination));
        Assert.ThrowsExactly<ArgumentNullException>(() => ckks.Encryptor.Encrypt(null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => ckks.Encryptor.EncryptZero(0, 1, null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => new CkksEncryptor((PublicKey)null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => new CkksEncryptor((SecretKey)null!));
    }

    [TestMethod]
    public void A_disposed_encryptor_encrypts_no_more()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 40, 30, 50);
        using Plaintext plaintext = ckks.Encode([1]);
        foreach (CkksEncryptor encryptor in new[] { new CkksEncryptor(ckks.PublicKey), new CkksEncryptor(ckks.SecretKey) })
        {
            encryptor.Encrypt(plaintext);
            encryptor.Dispose();
            Assert.ThrowsExactly<ObjectDisposedException>(() => encryptor.Encrypt(plaintext));
        }
    }
}
