using Hybrid.Seal;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Seal.Encryption;

[TestClass]
public sealed class CkksDecryptorTests
{
    private const int Seed = 80;

    [TestMethod]
    public void Ciphertexts_of_any_size_decrypt()
    {
        // At scale 2^12 sixteen polynomials, fifteen factors, take 180 bits.
        using CkksInstance ckks = CkksInstance.Small(64, 60, 60, 60, 40, 60);
        double scale = Math.ScaleB(1, 12);
        using Plaintext two = ckks.Encode([.. Enumerable.Repeat(2.0, 32)], scale);
        Ciphertext factor = ckks.OwnEncryptor.Encrypt(two);
        Ciphertext product = factor;
        for (int size = 3; size <= Ciphertext.MaximumSize; size++)
        {
            product = ckks.Evaluator.Multiply(product, factor);
            Assert.AreEqual(size, product.Size);
            double expected = Math.ScaleB(1, size - 1);
            foreach (double slot in ckks.Decrypt(product))
            {
                Assert.AreEqual(expected, slot, expected * size * 0.05, $"{size} polynomials");
            }
        }
    }

    [TestMethod]
    public void Sums_of_powers_of_the_secret_are_exact()
    {
        // c_0 + c_1 s + c_2 s² of known polynomials, term by term.
        using CkksInstance ckks = CkksInstance.Small(64, 50, 40, 60);
        var ciphertext = new Ciphertext(ckks.Context, 1, 4);
        for (int i = 0; i < 2; i++)
        {
            ulong p = ckks.Context.Ring.Modulus(i).Value;
            for (int polynomial = 0; polynomial < 4; polynomial++)
            {
                Ring.RingSamples.Random(64, ckks.Context.Ring.Modulus(i), Seed + polynomial).CopyTo(ciphertext.Prime(polynomial, i));
            }

            using Plaintext plaintext = ckks.Decryptor.Decrypt(ciphertext);
            for (int k = 0; k < 64; k++)
            {
                UInt128 s = ckks.SecretKey.Prime(i)[k];
                UInt128 sum = 0;
                for (int polynomial = 3; polynomial >= 0; polynomial--)
                {
                    sum = ((sum * s) + ciphertext.Prime(polynomial, i)[k]) % p;
                }

                Assert.AreEqual((ulong)sum, plaintext.Prime(i)[k], $"prime {i}, value {k}");
            }
        }
    }

    [TestMethod]
    public void A_destination_serves_again_whatever_it_held()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 60, 40, 40, 50);
        using var destination = new Plaintext(ckks.Context, 0);
        foreach (int level in new[] { 0, 2, 1, 2, 0 })
        {
            Ciphertext ciphertext = ckks.Encrypt(ckks.Numbers(level), 1 << 30, level);
            ckks.Decryptor.Decrypt(ciphertext, destination);
            using Plaintext fresh = ckks.Decryptor.Decrypt(ciphertext);
            Assert.AreEqual(level, destination.Level);
            Assert.AreEqual(1 << 30, destination.Scale);
            Assert.IsTrue(fresh.Residues.SequenceEqual(destination.Residues), $"level {level}");
        }
    }

    [TestMethod]
    public void Another_key_gives_noise()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 60, 40, 50);
        using var stranger = new CkksKeyGenerator(ckks.Context, CkksInstance.Randomness(99));
        using Plaintext plaintext = new CkksDecryptor(stranger.SecretKey).Decrypt(ckks.Encrypt(new double[32], 1 << 30));
        Assert.IsGreaterThan(Math.ScaleB(1, 60), ckks.Encoder.Decode(plaintext).Max(Math.Abs), "numbers as large as the modulus over the scale");
        stranger.SecretKey.Dispose();
    }

    [TestMethod]
    public void What_does_not_fit_is_refused()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 40, 30, 50);
        using CkksInstance other = CkksInstance.Small(64, 40, 40, 50);
        Ciphertext ciphertext = ckks.Encrypt([1]);
        Sentences.Refused<ParameterException>(() => ckks.Decryptor.Decrypt(other.Encrypt([1])), "ciphertext has other parameters", "{40, 40, 50}");
        Sentences.Refused<ParameterException>(() => ckks.Decryptor.Decrypt(ciphertext, new Plaintext(other.Context)), "destination has other parameters");
        Assert.ThrowsExactly<ArgumentNullException>(() => ckks.Decryptor.Decrypt(null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => new CkksDecryptor(null!));
        ckks.SecretKey.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => ckks.Decryptor.Decrypt(ciphertext));
    }
}
