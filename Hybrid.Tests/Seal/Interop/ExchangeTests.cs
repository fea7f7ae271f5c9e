using Hybrid.Seal;
using Hybrid.Security;
using Hybrid.Tests.Seal.Wire;

namespace Hybrid.Tests.Seal.Interop;

/// <summary>Keys, plaintexts and ciphertexts go from here to real SEAL and back; either side encrypts, computes and decrypts.</summary>
[TestClass]
public sealed class ExchangeTests
{
    private const int LargeDegree = 16384;

    private static readonly int[] Steps = [1, -2];

    /// <summary>Degree, bits of the primes, bits of the scale, and what the slots may err by.</summary>
    public static IEnumerable<object[]> Sets =>
    [
        [4096, new[] { 36, 36, 37 }, 30, 5e-3],
        [8192, new[] { 50, 40, 40, 50 }, 40, 1e-5],
        [16384, new[] { 50, 40, 40, 40, 40, 40, 50 }, 40, 1e-5],
        [8192, new[] { 60, 60, 60 }, 50, 1e-5],
    ];

    [TestMethod]
    [DynamicData(nameof(Sets))]
    public void Encrypted_there_computed_here_decrypted_there(int degree, int[] bits, int scaleBits, double tolerance)
    {
        using NodeSeal seal = NodeSeal.Start();
        byte[] saved = seal.Create(degree, bits);
        CkksParameters parameters = SealFormat.ReadParameters(saved);
        Assert.AreEqual(CkksParameters.Create(degree, bits), parameters);
        CollectionAssert.AreEqual(saved, SealFormat.WriteParameters(parameters));
        var context = new CkksContext(parameters);
        double scale = Math.ScaleB(1, scaleBits);
        (double[] x, double[] y, double[] weights) = Values(degree / 2);

        seal.Make("secret");
        seal.Make("public");
        seal.Make("relinearisation", "r", seeded: true);

        // SEAL's step 0 is conjugation. At the largest degree, keys are large and slow to make: one rotation only.
        bool isLarge = degree == LargeDegree;
        seal.Make("galois", "g", seeded: true, isLarge ? [1] : [.. Steps, 0]);
        seal.Encode("x", x, scale);
        seal.Encode("y", y, scale);
        seal.Encode("w", weights, scale);
        seal.Encrypt("a", "x");
        seal.Encrypt("b", "y", seeded: true);

        Ciphertext a = SealFormat.ReadCiphertext(context, seal.Save("a", "zlib"));
        Ciphertext b = SealFormat.ReadCiphertext(context, seal.Save("b"));
        using Plaintext w = SealFormat.ReadPlaintext(context, seal.Save("w", "zlib"));
        RelinearisationKeys relinearisation = SealFormat.ReadRelinearisationKeys(context, seal.Save("r"));
        GaloisKeys galois = SealFormat.ReadGaloisKeys(context, seal.Save("g", isLarge ? "none" : "zlib"));
        PublicKey publicKey = SealFormat.ReadPublicKey(context, seal.Save("public"));
        Assert.IsNotNull(b.Seed);
        Assert.AreEqual(scale, a.Scale);

        var evaluator = new CkksEvaluator(context);
        using var encryptor = new CkksEncryptor(publicKey, new AesCtrGenerator("interop, there.."u8));
        using Plaintext encodedHere = new CkksEncoder(context).Encode(x, scale);
        Check(seal, "sum", evaluator.Add(a, b), Map(x, y, (p, q) => p + q), tolerance);
        Check(seal, "weighted", evaluator.Rescale(evaluator.MultiplyPlain(a, w)), Map(x, weights, (p, q) => p * q), tolerance);
        Check(seal, "product", evaluator.Multiply(a, b), Map(x, y, (p, q) => p * q), tolerance);
        Check(seal, "relinearised", evaluator.Rescale(evaluator.MultiplyRelinearise(a, b, relinearisation)), Map(x, y, (p, q) => p * q), tolerance);
        Check(seal, "left", evaluator.Rotate(a, 1, galois), Turned(x, 1), tolerance);
        if (!isLarge)
        {
            Check(seal, "right", evaluator.Rotate(b, -2, galois), Turned(y, -2), tolerance);
            Check(seal, "conjugate", evaluator.Conjugate(a, galois), x, tolerance);
        }

        Check(seal, "lowered", evaluator.ModSwitch(a, 0), x, tolerance);
        Check(seal, "encrypted here", encryptor.Encrypt(encodedHere), x, tolerance);
        seal.Load("plaintext", SealFormat.WritePlaintext(encodedHere), "encoded here");
        Assert.IsLessThan(tolerance, PlainArithmetic.Distance(x, seal.Decode("encoded here")));

        // The owner's own key, read here.
        using SecretKey secret = SealFormat.ReadSecretKey(context, seal.Save("secret"));
        Assert.IsLessThan(tolerance, PlainArithmetic.Distance(y, Decrypted(secret, b)));
    }

    [TestMethod]
    [DynamicData(nameof(Sets))]
    public void Encrypted_here_computed_there_decrypted_here(int degree, int[] bits, int scaleBits, double tolerance)
    {
        using NodeSeal seal = NodeSeal.Start();
        var context = new CkksContext(CkksParameters.Create(degree, bits));
        byte[] parameters = SealFormat.WriteParameters(context.Parameters);
        CollectionAssert.AreEqual(parameters, seal.Open(SealFormat.WriteParameters(context.Parameters, SealCompression.Zlib)));
        double scale = Math.ScaleB(1, scaleBits);
        (double[] x, double[] y, double[] weights) = Values(degree / 2);

        using var generator = new CkksKeyGenerator(context, new AesCtrGenerator("interop, here..."u8));
        using SecretKey secret = generator.SecretKey;
        PublicKey publicKey = generator.CreatePublicKey();
        using var publicly = new CkksEncryptor(publicKey, new AesCtrGenerator("interop, public."u8));
        using var secretly = new CkksEncryptor(secret, new AesCtrGenerator("interop, secret."u8));
        var encoder = new CkksEncoder(context);
        using Plaintext encodedX = encoder.Encode(x, scale);
        using Plaintext encodedY = encoder.Encode(y, scale);
        using Plaintext encodedWeights = encoder.Encode(weights, scale);
        Ciphertext a = publicly.Encrypt(encodedX);
        Ciphertext b = secretly.Encrypt(encodedY);
        Assert.IsNotNull(b.Seed);

        // All but the secret key.
        seal.Load("public", SealFormat.WritePublicKey(publicKey, SealCompression.Zlib));
        seal.Load("relinearisation", SealFormat.WriteRelinearisationKeys(generator.CreateRelinearisationKeys()));
        bool isLarge = degree == LargeDegree;
        GaloisKeys galois = generator.CreateGaloisKeys(isLarge ? [1] : Steps, conjugation: !isLarge);
        seal.Load("galois", SealFormat.WriteGaloisKeys(galois, isLarge ? SealCompression.None : SealCompression.Zlib));
        seal.Load("ciphertext", SealFormat.WriteCiphertext(a, SealCompression.Zlib), "a");
        seal.Load("ciphertext", SealFormat.WriteCiphertext(b), "b");
        seal.Load("plaintext", SealFormat.WritePlaintext(encodedWeights), "w");
        seal.Evaluate("sum", "add", ["a", "b"]);
        seal.Evaluate("weighted", "multiplyPlain", ["a", "w"]);
        seal.Evaluate("product", "multiply", ["a", "b"]);
        seal.Evaluate("relinearised", "relinearise", ["product"]);
        seal.Evaluate("rescaled", "rescale", ["relinearised"]);
        seal.Evaluate("left", "rotate", ["a"], by: 1);
        if (!isLarge)
        {
            seal.Evaluate("right", "rotate", ["b"], by: -2);
            seal.Evaluate("conjugate", "conjugate", ["a"]);
        }

        seal.Evaluate("lowered", "lower", ["a"]);
        seal.Encode("x", x, scale);
        seal.Encrypt("encrypted there", "x");

        (string Name, int Size, int Level, double[] Values)[] expectations =
        [
            ("sum", 2, context.MaximumLevel, Map(x, y, (p, q) => p + q)),
            ("weighted", 2, context.MaximumLevel, Map(x, weights, (p, q) => p * q)),
            ("product", 3, context.MaximumLevel, Map(x, y, (p, q) => p * q)),
            ("rescaled", 2, context.MaximumLevel - 1, Map(x, y, (p, q) => p * q)),
            ("left", 2, context.MaximumLevel, Turned(x, 1)),
            ("lowered", 2, context.MaximumLevel - 1, x),
            ("encrypted there", 2, context.MaximumLevel, x),
            .. isLarge ? [] : new[] { ("right", 2, context.MaximumLevel, Turned(y, -2)), ("conjugate", 2, context.MaximumLevel, x) },
        ];
        foreach ((string name, int size, int level, double[] expected) in expectations)
        {
            Ciphertext result = SealFormat.ReadCiphertext(context, seal.Save(name, isLarge ? "none" : "zlib"));
            Assert.AreEqual((size, level), (result.Size, result.Level), name);
            Assert.IsLessThan(tolerance, PlainArithmetic.Distance(expected, Decrypted(secret, result)), name);
        }

        // Real SEAL with the secret key made here.
        using SecretBuffer<byte> key = SealFormat.WriteSecretKey(secret, SealCompression.Zlib);
        seal.Load("secret", key.Span);
        Assert.IsLessThan(tolerance, PlainArithmetic.Distance(y, seal.Decode("b")));
        Assert.IsLessThan(tolerance, PlainArithmetic.Distance(x, seal.Decode("a")));
    }

    [TestMethod]
    [DynamicData(nameof(Sets))]
    public void Seal_saves_again_what_it_expanded_from_our_seeds(int degree, int[] bits, int scaleBits, double tolerance)
    {
        _ = tolerance;
        using NodeSeal seal = NodeSeal.Start();
        var context = new CkksContext(CkksParameters.Create(degree, bits));
        seal.Open(SealFormat.WriteParameters(context.Parameters));
        using var generator = new CkksKeyGenerator(context, new AesCtrGenerator("interop, seeds.."u8));
        using SecretKey secret = generator.SecretKey;
        using var encryptor = new CkksEncryptor(secret, new AesCtrGenerator("interop, seeded."u8));
        using Plaintext plaintext = new CkksEncoder(context).Encode([1, 2, 3], Math.ScaleB(1, scaleBits));

        // Byte for byte the same as here: what SEAL read with seeds it saves without.
        Ciphertext ciphertext = encryptor.Encrypt(plaintext);
        byte[] expanded = Expanded(seal, "ciphertext", SealFormat.WriteCiphertext(ciphertext), b => SealFormat.WriteCiphertext(SealFormat.ReadCiphertext(context, b)));
        Assert.IsTrue(ciphertext.Residues.SequenceEqual(SealFormat.ReadCiphertext(context, expanded).Residues));

        PublicKey publicKey = generator.CreatePublicKey();
        expanded = Expanded(seal, "public", SealFormat.WritePublicKey(publicKey), b => SealFormat.WritePublicKey(SealFormat.ReadPublicKey(context, b)));
        Assert.IsTrue(publicKey.Residues.SequenceEqual(SealFormat.ReadPublicKey(context, expanded).Residues));

        RelinearisationKeys relinearisation = generator.CreateRelinearisationKeys();
        expanded = Expanded(seal, "relinearisation", SealFormat.WriteRelinearisationKeys(relinearisation), b => SealFormat.WriteRelinearisationKeys(SealFormat.ReadRelinearisationKeys(context, b)));
        AssertSame(relinearisation.Key, SealFormat.ReadRelinearisationKeys(context, expanded).Key);

        if (degree == LargeDegree)
        {
            return;
        }

        GaloisKeys galois = generator.CreateGaloisKeys([1]);
        expanded = Expanded(seal, "galois", SealFormat.WriteGaloisKeys(galois), b => SealFormat.WriteGaloisKeys(SealFormat.ReadGaloisKeys(context, b)));
        uint element = galois.Elements.Single();
        AssertSame(galois[element].Key, SealFormat.ReadGaloisKeys(context, expanded)[element].Key);
    }

    [TestMethod]
    public void Zstandard_from_real_seal_is_refused_with_what_to_do()
    {
        using NodeSeal seal = NodeSeal.Start();
        byte[] parameters = seal.Create(4096, [36, 36, 37]);
        var context = new CkksContext(SealFormat.ReadParameters(parameters));
        seal.Make("secret");
        seal.Make("public");
        FormatRefusedException error = Assert.ThrowsExactly<FormatRefusedException>(() => SealFormat.ReadPublicKey(context, seal.Save("public", "zstd")));
        StringAssert.Contains(error.Message, "save it with compr_mode_type zlib or none");
    }

    private static byte[] Expanded(NodeSeal seal, string kind, byte[] seeded, Func<byte[], byte[]> rewrite)
    {
        seal.Load(kind, seeded);
        byte[] expanded = seal.Save(kind);
        Assert.IsGreaterThan(1.5 * seeded.Length, expanded.Length, kind);
        CollectionAssert.AreEqual(expanded, rewrite(expanded), kind);
        CollectionAssert.AreEqual(seeded, rewrite(seeded), kind);
        return expanded;
    }

    private static void AssertSame(KeySwitchingKey expected, KeySwitchingKey actual)
    {
        for (int digit = 0; digit < expected.Digits; digit++)
        {
            Assert.IsNotNull(expected.Seeds[digit]);
            Assert.IsTrue(expected.Digit(digit).SequenceEqual(actual.Digit(digit)), $"digit {digit}");
        }
    }

    private static void Check(NodeSeal seal, string name, Ciphertext ciphertext, double[] expected, double tolerance)
    {
        seal.Load("ciphertext", SealFormat.WriteCiphertext(ciphertext, ciphertext.Context.Degree == LargeDegree ? SealCompression.None : SealCompression.Zlib), name);
        Assert.IsLessThan(tolerance, PlainArithmetic.Distance(expected, seal.Decode(name)), name);
    }

    private static double[] Decrypted(SecretKey secret, Ciphertext ciphertext)
    {
        using Plaintext plaintext = new CkksDecryptor(secret).Decrypt(ciphertext);
        return new CkksEncoder(secret.Context).Decode(plaintext);
    }

    private static (double[] X, double[] Y, double[] Weights) Values(int slots)
    {
        var random = new Random(62);
        double[] Draw() => [.. Enumerable.Range(0, slots).Select(_ => Math.Round((random.NextDouble() * 4) - 2, 3))];
        return (Draw(), Draw(), Draw());
    }

    private static double[] Map(double[] x, double[] y, Func<double, double, double> map) => [.. x.Zip(y, map)];

    private static double[] Turned(double[] x, int left) => [.. Enumerable.Range(0, x.Length).Select(i => x[(i + left + x.Length) % x.Length])];
}
