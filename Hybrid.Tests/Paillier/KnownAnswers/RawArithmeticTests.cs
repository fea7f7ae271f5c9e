using System.Numerics;
using System.Text.Json;
using Hybrid.Numerics;
using Hybrid.Paillier;
using Hybrid.Tests.Paillier.Arithmetic;

namespace Hybrid.Tests.Paillier.KnownAnswers;

/// <summary>The raw-*.json files: the very ciphertexts that phe and plain modular arithmetic give.</summary>
[TestClass]
public sealed class RawArithmeticTests
{
    private static readonly int[] Sizes = [256, 1024, 2048, 3072];

    public static IEnumerable<object[]> Cases =>
        from bits in Sizes from width in LaneRingNumbers.Widths select new object[] { bits, width };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Encryptions_with_given_randomness(int bits, KernelWidth width)
    {
        JsonElement file = PaillierVectors.Parse($"raw-{bits}.json");
        using PaillierPrivateKey key = Key(file, width);
        BigInteger n = key.PublicKey.N;
        Assert.AreEqual(file.Hex("n"), n);
        Assert.AreEqual(bits, key.PublicKey.Bits);
        JsonElement rows = file.GetProperty("encryptions");
        BigInteger[] plain = [.. rows.HexColumn("m").Select(m => PaillierVectors.Signed(m, n))];
        using PlaintextVector plaintexts = PlaintextVector.FromIntegers(key.PublicKey, plain);
        using var encryptor = new PaillierEncryptor(key.PublicKey);
        CiphertextVector ciphertexts = encryptor.EncryptWith(plaintexts, rows.HexColumn("r"));
        CollectionAssert.AreEqual(PaillierVectors.Bytes(key.PublicKey, rows.HexColumn("c")), CiphertextFormat.Write(ciphertexts));
        CollectionAssert.AreEqual(plain, new PaillierDecryptor(key).DecryptIntegers(ciphertexts));

        // The larger prime may come first.
        using PaillierPrivateKey swapped = Key(file.Hex("q"), file.Hex("p"), width);
        CollectionAssert.AreEqual(plain[^2..], new PaillierDecryptor(swapped).DecryptIntegers(ciphertexts.Select([plain.Length - 2, plain.Length - 1])));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Sums(int bits, KernelWidth width)
    {
        JsonElement file = PaillierVectors.Parse($"raw-{bits}.json");
        using PaillierPrivateKey key = Key(file, width);
        CiphertextVector inputs = Ciphertexts(key, file);
        var evaluator = new PaillierEvaluator(key.PublicKey);
        foreach (JsonElement row in file.GetProperty("sums").EnumerateArray())
        {
            int a = row.GetProperty("a").GetInt32(), b = row.GetProperty("b").GetInt32();
            AssertRow(key, row, evaluator.Add(inputs.Select([a]), inputs.Select([b])), $"{a} + {b}");

            // Adding b's plaintext in the clear gives the same plaintext under other randomness.
            JsonElement right = file.GetProperty("encryptions")[b];
            using PlaintextVector plain = PlaintextVector.FromIntegers(key.PublicKey, PaillierVectors.Signed(right.Hex("m"), key.PublicKey.N));
            AssertPlaintext(key, row, evaluator.AddPlain(inputs.Select([a]), plain), $"{a} + plain {b}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Products(int bits, KernelWidth width)
    {
        JsonElement file = PaillierVectors.Parse($"raw-{bits}.json");
        using PaillierPrivateKey key = Key(file, width);
        CiphertextVector inputs = Ciphertexts(key, file);
        var evaluator = new PaillierEvaluator(key.PublicKey);
        int direct = 0;
        foreach (JsonElement row in file.GetProperty("products").EnumerateArray())
        {
            BigInteger k = row.Hex("k");
            CiphertextVector c = inputs.Select([row.GetProperty("a").GetInt32()]);
            if (BigInteger.Abs(k) <= long.MaxValue)
            {
                direct++;
                AssertRow(key, row, evaluator.MultiplyPlain(c, [(long)k]), $"k = {k}");
            }
            else
            {
                AssertRow(key, row, MultiplyLong(evaluator, c, k), $"k of {k.GetBitLength()} bits");
            }

            if (k == -1)
            {
                AssertRow(key, row, evaluator.Negate(c), "negated");
            }
        }

        Assert.AreEqual(5, direct);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Dot_products(int bits, KernelWidth width)
    {
        JsonElement file = PaillierVectors.Parse($"raw-{bits}.json");
        using PaillierPrivateKey key = Key(file, width);
        CiphertextVector inputs = Ciphertexts(key, file);
        var evaluator = new PaillierEvaluator(key.PublicKey);
        foreach (JsonElement row in file.GetProperty("dots").EnumerateArray())
        {
            int[] terms = row.Numbers<int>("terms");
            PaillierWeights weights = PaillierWeights.Compile(row.Numbers<long>("weights"), 1, terms.Length);
            AssertRow(key, row, evaluator.Multiply(weights, inputs.Select(terms)), $"{terms.Length} terms");
        }
    }

    private static PaillierPrivateKey Key(JsonElement file, KernelWidth width) => Key(file.Hex("p"), file.Hex("q"), width);

    private static PaillierPrivateKey Key(BigInteger p, BigInteger q, KernelWidth width)
    {
        using PaillierPrivateKey key = PaillierPrivateKey.FromPrimesUnsafe(p, q);
        return key.On(width);
    }

    private static CiphertextVector Ciphertexts(PaillierPrivateKey key, JsonElement file)
    {
        BigInteger[] integers = file.GetProperty("encryptions").HexColumn("c");
        return CiphertextFormat.Read(key.PublicKey, PaillierVectors.Bytes(key.PublicKey, integers), integers.Length);
    }

    // Weights longer than a word, by Horner's rule on digits of 60 bits.
    private static CiphertextVector MultiplyLong(PaillierEvaluator evaluator, CiphertextVector ciphertext, BigInteger weight)
    {
        const int DigitBits = 60;
        BigInteger magnitude = BigInteger.Abs(weight);
        CiphertextVector result = evaluator.MultiplyPlain(ciphertext, [0]);
        for (int digit = (int)magnitude.GetBitLength() / DigitBits; digit >= 0; digit--)
        {
            long value = (long)((magnitude >> (digit * DigitBits)) & ((1L << DigitBits) - 1)) * weight.Sign;
            result = evaluator.Add(evaluator.MultiplyPlain(result, [1L << DigitBits]), evaluator.MultiplyPlain(ciphertext, [value]));
        }

        return result;
    }

    private static void AssertRow(PaillierPrivateKey key, JsonElement row, CiphertextVector result, string what)
    {
        CollectionAssert.AreEqual(PaillierVectors.Bytes(key.PublicKey, row.Hex("c")), CiphertextFormat.Write(result), what);
        AssertPlaintext(key, row, result, what);
    }

    private static void AssertPlaintext(PaillierPrivateKey key, JsonElement row, CiphertextVector result, string what) =>
        CollectionAssert.AreEqual(new[] { PaillierVectors.Signed(row.Hex("m"), key.PublicKey.N) }, new PaillierDecryptor(key).DecryptIntegers(result), what);
}
