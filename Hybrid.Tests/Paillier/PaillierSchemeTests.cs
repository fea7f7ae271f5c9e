using System.Numerics;
using Hybrid.Numerics;
using Hybrid.Paillier;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;
using Hybrid.Tests.Paillier.Arithmetic;

namespace Hybrid.Tests.Paillier;

[TestClass]
public sealed class PaillierSchemeTests
{
    private static readonly Lazy<PaillierPrivateKey> SharedKey = new(() => PaillierPrivateKey.Generate(2048, new AesCtrGenerator(new byte[16], 99)));

    public static IEnumerable<object[]> Widths => from width in LaneRingNumbers.Widths select new object[] { width };

    [TestMethod]
    public void Worked_example_n35()
    {
        using PaillierPrivateKey key = PaillierPrivateKey.FromPrimesUnsafe(5, 7);
        using var encryptor = new PaillierEncryptor(key.PublicKey);
        using PlaintextVector five = PlaintextVector.FromIntegers(key.PublicKey, 5, 5);
        CiphertextVector ciphertexts = encryptor.EncryptWith(five, [2, 4]);
        CollectionAssert.AreEqual(new byte[] { 718 / 256, 718 % 256, 674 / 256, 674 % 256 }, CiphertextFormat.Write(ciphertexts));

        var evaluator = new PaillierEvaluator(key.PublicKey);
        CiphertextVector sum = evaluator.Add(ciphertexts, ciphertexts.Select([1, 0]));
        CiphertextVector twice = evaluator.Add(ciphertexts.Select([0]), ciphertexts.Select([0]));
        CollectionAssert.AreEqual(new byte[] { 0, 57, 0, 57 }, CiphertextFormat.Write(sum));
        CollectionAssert.AreEqual(new byte[] { 4, 0 }, CiphertextFormat.Write(twice));
        var decryptor = new PaillierDecryptor(key);
        CollectionAssert.AreEqual(new BigInteger[] { 10, 10 }, decryptor.DecryptIntegers(sum));
        CollectionAssert.AreEqual(new BigInteger[] { 10 }, decryptor.DecryptIntegers(twice));
    }

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Homomorphisms_on_random_signed_numbers(KernelWidth width)
    {
        var random = new Random(11);
        using PaillierPrivateKey key = SharedKey.Value.On(width);
        using var generator = new AesCtrGenerator(new byte[16], 1);
        var decryptor = new PaillierDecryptor(key);
        var evaluator = new PaillierEvaluator(key.PublicKey);
        foreach (int count in new[] { 1, 3, 9 })
        {
            BigInteger[] a = [.. Enumerable.Range(0, count).Select(_ => Signed(random, 1900))];
            BigInteger[] b = [.. Enumerable.Range(0, count).Select(_ => Signed(random, 1900))];
            long[] weights = [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(-1L << 40, 1L << 40))];
            a[0] = (key.PublicKey.N - 1) / 2;
            b[0] = -a[0];
            weights[0] = 0;
            using var owner = new PaillierEncryptor(key, count, generator);
            using var stranger = new PaillierEncryptor(key.PublicKey, count, generator);
            CiphertextVector ca = owner.Encrypt(a);
            CiphertextVector cb = stranger.Encrypt(b);
            CollectionAssert.AreEqual(a, decryptor.DecryptIntegers(ca));
            CollectionAssert.AreEqual(b, decryptor.DecryptIntegers(cb));
            CollectionAssert.AreEqual(a.Zip(b, (x, y) => x + y).ToArray(), decryptor.DecryptIntegers(evaluator.Add(ca, cb)));
            using PlaintextVector plain = PlaintextVector.FromIntegers(key.PublicKey, b);
            CollectionAssert.AreEqual(a.Zip(b, (x, y) => x + y).ToArray(), decryptor.DecryptIntegers(evaluator.AddPlain(ca, plain)));
            CollectionAssert.AreEqual(b.Select(x => -x).ToArray(), decryptor.DecryptIntegers(evaluator.Negate(cb)));
            CollectionAssert.AreEqual(b.Zip(weights, (x, w) => x * w).ToArray(), decryptor.DecryptIntegers(evaluator.MultiplyPlain(cb, weights)));

            using var randomiser = new PaillierRandomiser(key.PublicKey, 41, count, generator);
            CiphertextVector fresh = randomiser.Randomise(ca);
            CollectionAssert.AreEqual(a, decryptor.DecryptIntegers(fresh));
            CollectionAssert.AreNotEqual(CiphertextFormat.Write(ca), CiphertextFormat.Write(fresh));
        }
    }

    [TestMethod]
    public void Matrix_products_skip_zeros_and_agree_with_integers()
    {
        var random = new Random(12);
        PaillierPrivateKey key = SharedKey.Value;
        using var encryptor = new PaillierEncryptor(key, 50);
        var decryptor = new PaillierDecryptor(key);
        var evaluator = new PaillierEvaluator(key.PublicKey);
        foreach ((int rows, int inner, int columns) in new[] { (1, 1, 1), (1, 20, 1), (3, 5, 4), (2, 7, 9) })
        {
            long[] w = [.. Enumerable.Range(0, rows * inner).Select(_ => random.Next(3) == 0 ? 0 : random.NextInt64(-1L << 20, 1L << 20))];
            w.AsSpan(0, inner).Clear();
            BigInteger[] x = [.. Enumerable.Range(0, inner * columns).Select(_ => Signed(random, 64))];
            PaillierWeights weights = PaillierWeights.Compile(w, rows, inner);
            BigInteger[] product = decryptor.DecryptIntegers(evaluator.Multiply(weights, encryptor.Encrypt(x), columns));
            for (int r = 0; r < rows; r++)
            {
                for (int c = 0; c < columns; c++)
                {
                    BigInteger expected = 0;
                    for (int k = 0; k < inner; k++)
                    {
                        expected += w[(r * inner) + k] * x[(k * columns) + c];
                    }

                    Assert.AreEqual(expected, product[(r * columns) + c], $"{rows}x{inner}x{columns} at {r},{c}");
                }
            }
        }
    }

    [TestMethod]
    public void Kernels_give_the_same_bytes()
    {
        if (!LaneRing.IsWideSupported)
        {
            Assert.Inconclusive("This processor has no AVX-512: there is one path only.");
        }

        var outputs = new List<byte[]>();
        foreach (KernelWidth width in LaneRingNumbers.Widths)
        {
            using PaillierPrivateKey key = KeyGenerator.Generate(2048, new AesCtrGenerator(new byte[16], 5), width);
            using var random = new AesCtrGenerator(new byte[16], 6);
            using var owner = new PaillierEncryptor(key, 10, random);
            using var stranger = new PaillierEncryptor(key.PublicKey, 20, random);
            using var randomiser = new PaillierRandomiser(key.PublicKey, 20, 2, random);
            BigInteger[] values = [1, -2, 3, -4, 5];
            CiphertextVector product = new PaillierEvaluator(key.PublicKey).Multiply(
                PaillierWeights.Compile([7, -8, 9, 0, 1 << 20, -1, 2, 3, -4, 5], 2, 5), owner.Encrypt(values));
            outputs.Add([.. PaillierKeyFormat.Write(key.PublicKey), .. CiphertextFormat.Write(stranger.Encrypt(values)), .. CiphertextFormat.Write(product), .. CiphertextFormat.Write(randomiser.Randomise(product))]);
        }

        CollectionAssert.AreEqual(outputs[0], outputs[1]);
    }

    [TestMethod]
    public void Slots_keep_signed_values_through_linear_maps()
    {
        var random = new Random(13);
        PaillierPrivateKey key = SharedKey.Value;
        foreach (int bits in new[] { 2, 3, 17, 63, 64, 65, 100, 127, 128 })
        {
            var packing = new SlotPacking(key.PublicKey, bits);
            foreach (int count in new[] { 1, packing.Slots, packing.Slots + 1 })
            {
                Int128 limit = (Int128.One << (bits - 2)) - 1 + (Int128.One << (bits - 2));
                Int128[] values = [.. Enumerable.Range(0, count).Select(i => (i % 4) switch
                {
                    0 => limit,
                    1 => -limit - 1,
                    2 => Int128.Zero,
                    _ => (Int128)random.NextInt64() % (limit + 1) * (random.Next(2) == 0 ? 1 : -1),
                })];
                using PlaintextVector packed = packing.Pack(values);
                Assert.AreEqual(packing.PlaintextsFor(count), packed.Count);
                BigInteger expected = 0;
                for (int i = Math.Min(count, packing.Slots) - 1; i >= 0; i--)
                {
                    expected = (expected << bits) + (BigInteger)values[i];
                }

                Assert.AreEqual(expected, packed.ToInteger(0), $"{bits} bits");
                var back = new Int128[count];
                packing.Unpack(back, packed);
                CollectionAssert.AreEqual(values, back, $"{bits} bits, {count} values");
            }
        }

        Assert.ThrowsExactly<ParameterException>(() => new SlotPacking(key.PublicKey, 129));
        Assert.ThrowsExactly<ParameterException>(() => new SlotPacking(key.PublicKey, 10).Pack([512]));
    }

    [TestMethod]
    public void Generated_keys_have_the_promised_form()
    {
        PaillierPrivateKey key = SharedKey.Value;
        BigInteger p = Limbs.ToBigInteger(key.P), q = Limbs.ToBigInteger(key.Q);
        Assert.AreEqual(key.PublicKey.N, p * q);
        Assert.AreEqual(2048, key.PublicKey.Bits);
        Assert.AreEqual(3, (int)(p & 3));
        Assert.AreEqual(3, (int)(q & 3));
        Assert.AreEqual(2, (int)BigInteger.GreatestCommonDivisor(p - 1, q - 1));
        // h_s is an n-th power: its order divides (p - 1)(q - 1); and it is no square modulo p or q.
        BigInteger h = Limbs.ToBigInteger(key.PublicKey.NoiseBase), square = key.PublicKey.N * key.PublicKey.N;
        Assert.AreEqual(BigInteger.One, BigInteger.ModPow(h, (p - 1) * (q - 1) / 2, square));
        Assert.AreEqual(p - 1, BigInteger.ModPow(h, (p - 1) / 2, p));
        Assert.AreEqual(q - 1, BigInteger.ModPow(h, (q - 1) / 2, q));
    }

    [TestMethod]
    public void Keys_without_a_noise_base_encrypt_with_full_randomness()
    {
        PaillierPrivateKey shared = SharedKey.Value;
        using PaillierPrivateKey key = PaillierPrivateKey.FromPrimes(Limbs.ToBigInteger(shared.P), Limbs.ToBigInteger(shared.Q));
        Assert.IsFalse(key.PublicKey.HasNoiseBase);
        using var owner = new PaillierEncryptor(key);
        using var stranger = new PaillierEncryptor(key.PublicKey);
        using var randomiser = new PaillierRandomiser(key.PublicKey, 10, 1);
        BigInteger[] values = [12345, -67890];
        CollectionAssert.AreEqual(values, new PaillierDecryptor(key).DecryptIntegers(owner.Encrypt(values)));
        CollectionAssert.AreEqual(values, new PaillierDecryptor(key).DecryptIntegers(randomiser.Randomise(stranger.Encrypt(values))));
    }

    private static BigInteger Signed(Random random, int bits) => LaneRingNumbers.Random(random, bits) * (random.Next(2) == 0 ? 1 : -1);
}
