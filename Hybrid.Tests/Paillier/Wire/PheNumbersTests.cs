using System.Numerics;
using Hybrid.Paillier;
using Hybrid.Security;
using Hybrid.Tests.Paillier.KnownAnswers;

namespace Hybrid.Tests.Paillier.Wire;

[TestClass]
public sealed class PheNumbersTests
{
    private static readonly double[] Values = [0, 1.5, -1e-3, 3.141592653589793, 1e30, -1e-40, 5000];

    [TestMethod]
    public void Numbers_of_different_exponents_are_aligned_added_and_multiplied_exactly()
    {
        using PaillierPrivateKey key = PheJson.ReadPrivateKey(PaillierVectors.Read("phe-json/pheutil-private-2048.json"));
        using var random = new AesCtrGenerator(new byte[16], 31);
        using var encryptor = new PaillierEncryptor(key, 7, random);
        var decryptor = new PaillierDecryptor(key);
        var evaluator = new PaillierEvaluator(key.PublicKey);
        PheEncoding[] encodings = [.. Values.Select(value => PheEncoding.FromDouble(value))];
        PheNumbers numbers = PheNumbers.Encrypt(encryptor, encodings);
        CollectionAssert.AreEqual(encodings, numbers.Decrypt(decryptor));

        PheNumbers aligned = numbers.Align(evaluator);
        int lowest = encodings.Min(encoding => encoding.Exponent);
        CollectionAssert.AreEqual(encodings.Select(encoding => encoding.LowerTo(lowest)).ToArray(), aligned.Decrypt(decryptor));
        CollectionAssert.AreEqual(Values, aligned.Decrypt(decryptor).Select(number => number.ToDouble()).ToArray());
        CollectionAssert.AreEqual(encodings.Select(encoding => encoding.LowerTo(-60)).ToArray(), numbers.Align(evaluator, -60).Decrypt(decryptor));

        // Sums at the lower of two exponents, each pair apart.
        PheNumbers reversed = PheNumbers.Encrypt(encryptor, [.. encodings.Reverse()]);
        PheEncoding[] sums = numbers.Add(evaluator, reversed).Decrypt(decryptor);
        for (int i = 0; i < sums.Length; i++)
        {
            PheEncoding a = encodings[i], b = encodings[^(i + 1)];
            int exponent = Math.Min(a.Exponent, b.Exponent);
            Assert.AreEqual(new PheEncoding(a.LowerTo(exponent).Mantissa + b.LowerTo(exponent).Mantissa, exponent), sums[i], $"pair {i}");
        }

        // A matrix whose weights are multiples of 16^-2.
        long[] weights = [1, -2, 3, -4, 5, -6, 7, 0, 0, 32767, -32768, 0, 1, 0];
        PheEncoding[] products = numbers.Multiply(evaluator, PaillierWeights.Compile(weights, 2, 7), -2).Decrypt(decryptor);
        for (int row = 0; row < 2; row++)
        {
            BigInteger expected = 0;
            for (int i = 0; i < Values.Length; i++)
            {
                expected += weights[(row * 7) + i] * encodings[i].LowerTo(lowest).Mantissa;
            }

            Assert.AreEqual(new PheEncoding(expected, lowest - 2), products[row], $"row {row}");
        }
    }

    [TestMethod]
    public void Misuse_is_refused()
    {
        using PaillierPrivateKey key = PheJson.ReadPrivateKey(PaillierVectors.Read("phe-json/pheutil-private-256.json"), anySize: true);
        using var random = new AesCtrGenerator(new byte[16], 32);
        using var encryptor = new PaillierEncryptor(key, 2, random);
        var evaluator = new PaillierEvaluator(key.PublicKey);
        PheNumbers numbers = PheNumbers.Encrypt(encryptor, new PheEncoding(5, 0), new PheEncoding(6, -63));
        Assert.AreEqual(2, numbers.Align(evaluator).Count);
        StringAssert.Contains(Assert.ThrowsExactly<ParameterException>(() => numbers.Align(evaluator, 0)).Message, "Number 1");
        StringAssert.Contains(Assert.ThrowsExactly<ParameterException>(() => numbers.Align(evaluator, -64)).Message, "Number 0");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => numbers.Align(evaluator, int.MinValue));
        Assert.ThrowsExactly<ArgumentException>(() => numbers.LowerTo(evaluator, 0));
        Assert.ThrowsExactly<ArgumentException>(() => new PheNumbers(numbers.Ciphertexts, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PheNumbers(numbers.Ciphertexts, 1, int.MaxValue));
        Assert.ThrowsExactly<ParameterException>(() => numbers.Add(evaluator, new PheNumbers(numbers.Ciphertexts.Select([0]), 0)));
        Assert.ThrowsExactly<ParameterException>(() => PheNumbers.Encrypt(encryptor, PheEncoding.FromInteger(key.PublicKey.N / 3)));
        PheNumbers none = PheNumbers.Encrypt(encryptor);
        Assert.AreEqual(0, none.Align(evaluator).Decrypt(new PaillierDecryptor(key)).Length);

        // Twice the largest mantissa lies in the third that shows overflow.
        PheNumbers largest = PheNumbers.Encrypt(encryptor, PheEncoding.FromInteger(PheEncoding.MaximumMantissa(key.PublicKey)));
        StringAssert.Contains(Assert.ThrowsExactly<ParameterException>(() => largest.Add(evaluator, largest).Decrypt(new PaillierDecryptor(key))).Message, "Number 0 overflowed");
    }
}
