using System.Numerics;
using System.Text;
using Hybrid.Paillier;
using Hybrid.Security;
using Hybrid.Tests.Paillier.KnownAnswers;

namespace Hybrid.Tests.Paillier.Wire;

/// <summary>Secrets do not show in texts and errors, and are gone after they were disposed of.</summary>
[TestClass]
public sealed class SecretsTests
{
    [TestMethod]
    public void Texts_name_sizes_only()
    {
        using PaillierPrivateKey key = Generate();
        using PlaintextVector plaintexts = PlaintextVector.FromIntegers(key.PublicKey, 123456789, -987654321);
        Assert.AreEqual("PaillierPrivateKey(2048 bits)", $"{key}");
        Assert.AreEqual("PlaintextVector[2]", $"{plaintexts}");
        Assert.AreEqual("PheEncoding(exponent -3)", $"{new PheEncoding(123456789, -3)}");
        using SecretBuffer<byte> file = PaillierKeyFormat.Write(key);
        Assert.AreEqual($"SecretBuffer<Byte>[{file.Length}]", $"{file}");
    }

    [TestMethod]
    public void Errors_about_secrets_do_not_show_them()
    {
        string document = Encoding.UTF8.GetString(PaillierVectors.Read("phe-json/pheutil-private-256.json"));
        const string P = "ud4j41tI-An-xACAJ6ednw";
        Assert.IsTrue(document.Contains(P, StringComparison.Ordinal));
        foreach (string changed in new[]
        {
            document.Replace(P, P + "*", StringComparison.Ordinal),
            document.Replace(P, P + P + P + P, StringComparison.Ordinal),
            document.Replace("\"" + P + "\"", P, StringComparison.Ordinal),
            document.Replace("\"q\"", "\"p\"", StringComparison.Ordinal),
            document[..(document.IndexOf(P, StringComparison.Ordinal) + 10)],
            document.Replace("2idm", "3idm", StringComparison.Ordinal),
        })
        {
            FormatRefusedException error = Assert.ThrowsExactly<FormatRefusedException>(() => PheJson.ReadPrivateKey(Encoding.UTF8.GetBytes(changed), anySize: true));
            Assert.IsFalse(error.ToString().Contains(P[..4], StringComparison.Ordinal), error.Message);
        }

        using PaillierPrivateKey key = Generate();
        ParameterException thrown = Assert.ThrowsExactly<ParameterException>(() => PlaintextVector.FromIntegers(key.PublicKey, key.PublicKey.N));
        Assert.IsFalse(thrown.Message.Contains(key.PublicKey.N.ToString()[..8], StringComparison.Ordinal));
        thrown = Assert.ThrowsExactly<ParameterException>(() => PaillierPrivateKey.FromPrimesUnsafe(1234567891, 1234567891));
        Assert.IsFalse(thrown.Message.Contains("123456", StringComparison.Ordinal));
        thrown = Assert.ThrowsExactly<ParameterException>(() => new SlotPacking(key.PublicKey, 16).Pack([123456]));
        Assert.IsFalse(thrown.Message.Contains("123456", StringComparison.Ordinal));
        thrown = Assert.ThrowsExactly<ParameterException>(() => new PheEncoding(123456, 16000).ToDouble());
        Assert.IsFalse(thrown.Message.Contains("123456", StringComparison.Ordinal));
    }

    [TestMethod]
    public void A_disposed_private_key_does_nothing_more()
    {
        foreach (bool used in new[] { false, true })
        {
            PaillierPrivateKey key = Generate();
            var decryptor = new PaillierDecryptor(key);
            PaillierEncryptor? owner = used ? new PaillierEncryptor(key, 1) : null;
            using var stranger = new PaillierEncryptor(key.PublicKey, 1);
            CiphertextVector ciphertext = stranger.Encrypt(5);
            if (used)
            {
                CollectionAssert.AreEqual(new BigInteger[] { 5 }, decryptor.DecryptIntegers(ciphertext));
            }

            key.Dispose();
            key.Dispose();
            Assert.ThrowsExactly<ObjectDisposedException>(() => decryptor.Decrypt(ciphertext));
            Assert.ThrowsExactly<ObjectDisposedException>(() => decryptor.DecryptIntegers(ciphertext));
            Assert.ThrowsExactly<ObjectDisposedException>(() => PaillierKeyFormat.Write(key));
            Assert.ThrowsExactly<ObjectDisposedException>(() => new PaillierEncryptor(key, 1));
            if (owner is not null)
            {
                Assert.ThrowsExactly<ObjectDisposedException>(() => owner.Encrypt(5));
                owner.Dispose();
            }

            // The public key holds no secret and lives on.
            Assert.AreEqual(1, stranger.Encrypt(5).Count);
        }
    }

    [TestMethod]
    public void Disposed_plaintexts_are_gone()
    {
        using PaillierPrivateKey key = Generate();
        using var encryptor = new PaillierEncryptor(key, 1);
        using var stranger = new PaillierEncryptor(key.PublicKey, 1);
        CiphertextVector ciphertext = encryptor.Encrypt(5);
        PlaintextVector plaintexts = PlaintextVector.FromIntegers(key.PublicKey, 5);
        var packing = new SlotPacking(key.PublicKey, 16);
        plaintexts.Dispose();
        plaintexts.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => plaintexts.ToInteger(0));
        Assert.ThrowsExactly<ObjectDisposedException>(() => packing.Unpack(new Int128[1], plaintexts));
        Assert.ThrowsExactly<ObjectDisposedException>(() => PheEncoding.FromPlaintexts(plaintexts, [0]));
        Assert.ThrowsExactly<ObjectDisposedException>(() => encryptor.Encrypt(plaintexts));
        Assert.ThrowsExactly<ObjectDisposedException>(() => stranger.Encrypt(plaintexts));
        Assert.ThrowsExactly<ObjectDisposedException>(() => new PaillierEvaluator(key.PublicKey).AddPlain(ciphertext, plaintexts));
    }

    [TestMethod]
    public void Disposed_encryptors_and_randomisers_do_nothing_more()
    {
        using PaillierPrivateKey key = Generate();
        foreach (int expectedCount in new[] { 1, 100 })
        {
            var owner = new PaillierEncryptor(key, expectedCount);
            var stranger = new PaillierEncryptor(key.PublicKey, expectedCount);
            var randomiser = new PaillierRandomiser(key.PublicKey, 1, expectedCount);
            CiphertextVector ciphertext = stranger.Encrypt(5);
            owner.Dispose();
            stranger.Dispose();
            randomiser.Dispose();
            Assert.ThrowsExactly<ObjectDisposedException>(() => owner.Encrypt(5), $"{expectedCount} expected");
            Assert.ThrowsExactly<ObjectDisposedException>(() => stranger.Encrypt(5), $"{expectedCount} expected");
            Assert.ThrowsExactly<ObjectDisposedException>(() => randomiser.Randomise(ciphertext), $"{expectedCount} expected");
        }
    }

    private static PaillierPrivateKey Generate() => PaillierPrivateKey.Generate(2048, new AesCtrGenerator(new byte[16], 99));
}
