using System.Numerics;
using Hybrid.Seal;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Seal.Keys;

[TestClass]
public sealed class KeyGeneratorTests
{
    [TestMethod]
    public void The_secret_is_one_ternary_polynomial_modulo_every_prime()
    {
        using CkksInstance ckks = CkksInstance.Small(512, 60, 40, 30, 50);
        long[][] secrets = [.. Enumerable.Range(0, 4).Select(i => Signed(ckks, i, ckks.SecretKey.Prime(i)))];
        foreach (long[] secret in secrets)
        {
            CollectionAssert.AreEqual(secrets[0], secret);
        }

        foreach (long value in new long[] { -1, 0, 1 })
        {
            // A third of 512 with a deviation of 10.7.
            Assert.AreEqual(512 / 3.0, secrets[0].Count(x => x == value), 54, $"how often {value}");
        }

        Assert.AreEqual(512, secrets[0].Count(x => x is -1 or 0 or 1));
    }

    [TestMethod]
    public void The_public_key_is_an_encryption_of_zero_with_small_errors_and_a_uniform_part_from_its_seed()
    {
        using CkksInstance ckks = CkksInstance.Small(512, 60, 40, 30, 50);
        PublicKey key = ckks.PublicKey;
        var expanded = new ulong[4 * 512];
        key.Seed!.Expand(ckks.Context, 4, expanded);
        Assert.IsTrue(expanded.AsSpan().SequenceEqual(key.Polynomial(1)), "what the seed stands for");
        AssertErrors(ckks, i => Decrypted(ckks, i, key.Prime(0, i), key.Prime(1, i)), 4, "public key");
    }

    [TestMethod]
    public void A_relinearisation_key_hides_P_times_the_square_of_the_secret_digit_by_digit()
    {
        using CkksInstance ckks = CkksInstance.Small(256, 60, 40, 40, 50);
        AssertSwitchesFrom(ckks, ckks.Relinearisation.Key, i =>
        {
            var square = new ulong[256];
            ckks.Context.Ring.Primes[i].Multiply(ckks.SecretKey.Prime(i), ckks.SecretKey.Prime(i), square);
            return square;
        }, "relinearisation key");
    }

    [TestMethod]
    public void A_Galois_key_hides_P_times_the_mapped_secret_digit_by_digit()
    {
        using CkksInstance ckks = CkksInstance.Small(256, 60, 40, 40, 50);
        GaloisKeys keys = ckks.Generator.CreateGaloisKeys([1, -3], conjugation: true);
        foreach (GaloisKey key in keys.Keys)
        {
            AssertSwitchesFrom(ckks, key.ToSwitchingKey(), i =>
            {
                var mapped = new ulong[256];
                key.Automorphism.Apply(ckks.SecretKey.Prime(i), mapped);
                return mapped;
            }, $"element {key.Automorphism.Element}");
        }
    }

    [TestMethod]
    public void Galois_keys_come_back_from_the_form_that_is_written()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 40, 40);
        GaloisKey key = ckks.Generator.CreateGaloisKeys([5]).Keys.Single();
        GaloisKey back = GaloisKey.FromSwitchingKey(key.Automorphism, key.ToSwitchingKey());
        Assert.IsTrue(key.Key.Digit(0).SequenceEqual(back.Key.Digit(0)));
        Assert.AreSame(key.Key.Seeds[0], back.Key.Seeds[0]);
    }

    [TestMethod]
    public void Just_the_Galois_keys_asked_for_are_made()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 40, 40);
        GaloisKeys keys = ckks.Generator.CreateGaloisKeys([1, 4, -4, 28, 1]);
        uint[] expected = [.. new[] { 1, 4, -4 }.Select(steps => GaloisElement.OfRotation(64, steps)).Order()];
        CollectionAssert.AreEqual(expected, keys.Elements.ToArray(), "28 of 32 steps are -4, and 1 repeats");
        Assert.IsTrue(keys.HasRotation(1) && keys.HasRotation(-31) && keys.HasRotation(28));
        Assert.IsFalse(keys.HasRotation(2));

        uint conjugation = ckks.Generator.CreateGaloisKeys([], conjugation: true).Elements.Single();
        Assert.AreEqual(127u, conjugation);
        Assert.IsEmpty(ckks.Generator.CreateGaloisKeys([]).Elements);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Generator.CreateGaloisKeys([1, 32]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Generator.CreateGaloisKeys([0]));
    }

    [TestMethod]
    public void A_missing_key_is_named_by_its_rotation()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 40, 40);
        GaloisKeys keys = ckks.Generator.CreateGaloisKeys([1]);
        Ciphertext a = ckks.Encrypt([1, 2, 3]);
        ParameterException error = Sentences.Refused<ParameterException>(() => ckks.Evaluator.Rotate(a, 2, keys), "rotation by 2", "CreateGaloisKeys");
        Assert.AreEqual(ParameterFault.Mismatch, error.Fault);
        Sentences.Refused<ParameterException>(() => ckks.Evaluator.Rotate(a, -1, keys), "rotation by -1");
        Sentences.Refused<ParameterException>(() => ckks.Evaluator.Conjugate(a, keys), "conjugation");
    }

    [TestMethod]
    public void Without_a_special_prime_there_are_no_switching_keys()
    {
        using var ckks = new CkksInstance(CkksParameters.CreateWithoutSpecialPrime(64, [40, 40], SecurityLevel.None));
        Sentences.Refused<ParameterException>(() => ckks.Generator.CreateRelinearisationKeys(), "no special prime");
        Sentences.Refused<ParameterException>(() => ckks.Generator.CreateGaloisKeys([1]), "no special prime");
    }

    [TestMethod]
    public void Keys_are_fresh_and_the_same_seed_gives_the_same_ones()
    {
        var context = new CkksContext(CkksParameters.Create(64, [40, 40], SecurityLevel.None));
        using var first = new CkksKeyGenerator(context, CkksInstance.Randomness(9));
        using var again = new CkksKeyGenerator(context, CkksInstance.Randomness(9));
        using var other = new CkksKeyGenerator(context, CkksInstance.Randomness(10));
        using var fromSystem = new CkksKeyGenerator(context);
        Assert.IsTrue(first.SecretKey.Residues.SequenceEqual(again.SecretKey.Residues));
        Assert.IsTrue(first.CreatePublicKey().Residues.SequenceEqual(again.CreatePublicKey().Residues));
        Assert.IsFalse(first.SecretKey.Residues.SequenceEqual(other.SecretKey.Residues));
        Assert.IsFalse(first.SecretKey.Residues.SequenceEqual(fromSystem.SecretKey.Residues));
        Assert.IsFalse(first.CreatePublicKey().Residues.SequenceEqual(first.CreatePublicKey().Residues), "two public keys of one secret");
    }

    [TestMethod]
    public void A_generator_for_a_key_makes_keys_that_belong_to_it()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 40, 30, 40);
        using var again = new CkksKeyGenerator(ckks.SecretKey, CkksInstance.Randomness(20));
        Assert.AreSame(ckks.SecretKey, again.SecretKey);
        using var encryptor = new CkksEncryptor(again.CreatePublicKey(), CkksInstance.Randomness(21));
        double[] values = ckks.Numbers(1);
        Ciphertext product = ckks.Evaluator.MultiplyRelinearise(encryptor.Encrypt(ckks.Encode(values)), ckks.Encrypt(values), again.CreateRelinearisationKeys());
        CkksInstance.AssertClose([.. values.Select(x => x * x)], ckks.Decrypt(product), 1e-5, "square");
    }

    [TestMethod]
    public void A_secret_key_is_wiped_and_never_shown()
    {
        var context = new CkksContext(CkksParameters.Create(64, [40, 40], SecurityLevel.None));
        using var generator = new CkksKeyGenerator(context, CkksInstance.Randomness(1));
        Assert.AreEqual("CKKS secret key, N = 64, {40, 40}", generator.SecretKey.ToString());
        generator.SecretKey.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => generator.SecretKey.Residues.Length.ToString());
        Assert.ThrowsExactly<ArgumentNullException>(() => new CkksKeyGenerator((CkksContext)null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => new CkksKeyGenerator((SecretKey)null!));
    }

    // c_0 + c_1 s modulo one prime, as coefficients nearest to zero.
    private static long[] Decrypted(CkksInstance ckks, int prime, ReadOnlySpan<ulong> first, ReadOnlySpan<ulong> second)
    {
        var sum = new ulong[ckks.Context.Degree];
        ckks.Context.Ring.Primes[prime].Residues.MultiplyAdd(second, ckks.SecretKey.Prime(prime), first, sum);
        return Signed(ckks, prime, sum);
    }

    private static long[] Signed(CkksInstance ckks, int prime, ReadOnlySpan<ulong> values)
    {
        ulong[] coefficients = values.ToArray();
        ckks.Context.Ring.Primes[prime].Inverse(coefficients);
        ulong p = ckks.Context.Ring.Modulus(prime).Value;
        return [.. coefficients.Select(x => x > p / 2 ? (long)x - (long)p : (long)x)];
    }

    // The same errors modulo every prime, of the distribution's deviation.
    private static void AssertErrors(CkksInstance ckks, Func<int, long[]> errorsOf, int primes, string what)
    {
        long[] errors = errorsOf(0);
        for (int i = 1; i < primes; i++)
        {
            CollectionAssert.AreEqual(errors, errorsOf(i), $"{what}, prime {i}");
        }

        Assert.IsLessThanOrEqualTo(ErrorSampler.Bound, errors.Max(Math.Abs), what);
        Assert.AreEqual(ErrorSampler.StandardDeviation, Math.Sqrt(errors.Sum(e => (double)e * e) / errors.Length), 0.8, what);
    }

    private static void AssertSwitchesFrom(CkksInstance ckks, KeySwitchingKey key, Func<int, ulong[]> secretModulo, string what)
    {
        int degree = ckks.Context.Degree;
        int primes = ckks.Context.Parameters.Primes.Length;
        Assert.AreEqual(primes - 1, key.Digits, what);
        var p = new BigInteger(ckks.Context.Ring.Modulus(primes - 1).Value);
        for (int digit = 0; digit < key.Digits; digit++)
        {
            int at = digit;
            AssertErrors(ckks, i =>
            {
                ulong[] body = key.Prime(at, 0, i).ToArray();
                if (i == at)
                {
                    Modulus prime = ckks.Context.Ring.Modulus(i);
                    ulong factor = (ulong)(p % prime.Value);
                    ulong[] secret = secretModulo(i);
                    for (int k = 0; k < degree; k++)
                    {
                        body[k] = prime.SubMod(body[k], prime.MulMod(secret[k], factor));
                    }
                }

                return Decrypted(ckks, i, body, key.Prime(at, 1, i));
            }, primes, $"{what}, digit {digit}");
        }
    }
}
