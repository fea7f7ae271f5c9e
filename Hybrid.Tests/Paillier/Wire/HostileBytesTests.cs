using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Hybrid.Paillier;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;
using Hybrid.Tests.Paillier.KnownAnswers;

namespace Hybrid.Tests.Paillier.Wire;

/// <summary>Whatever the bytes, a reader gives a value or refuses them with one sentence.</summary>
[TestClass]
public sealed class HostileBytesTests
{
    private const int Mutations = 10_000;

    private static readonly Lazy<PaillierPrivateKey> LongKey = new(() => PaillierPrivateKey.Generate(2048, new AesCtrGenerator(new byte[16], 99)));
    private static readonly byte[] PrivateDocument = PaillierVectors.Read("phe-json/pheutil-private-256.json");
    private static readonly PaillierPrivateKey ShortKey = PheJson.ReadPrivateKey(PrivateDocument, anySize: true);
    private static readonly byte[] VectorDocument = PheJson.WriteVector(PheJson.ReadVector(ShortKey.PublicKey, PaillierVectors.Read("phe-json/vector-256-before-1.3.json")));

    private delegate T Reader<T>(ReadOnlySpan<byte> bytes);

    [TestMethod]
    public void Public_keys()
    {
        byte[] bytes = PaillierKeyFormat.Write(LongKey.Value.PublicKey);
        // What is accepted is the key of just these bytes, and can be worked with.
        Attack(bytes, seed: 41, (mutator, b) => Sealed(mutator, b), PaillierKeyFormat.ReadPublic, (key, mutated, used) =>
        {
            CollectionAssert.AreEqual(mutated, PaillierKeyFormat.Write(key));
            if (used < 10)
            {
                using var encryptor = new PaillierEncryptor(key, 1);
                Assert.AreEqual(1, CiphertextFormat.Read(key, CiphertextFormat.Write(encryptor.Encrypt(5)), 1).Count);
            }
        });
        AttackByTruncation(bytes, PaillierKeyFormat.ReadPublic);
    }

    [TestMethod]
    public void Private_keys()
    {
        using SecretBuffer<byte> buffer = PaillierKeyFormat.Write(LongKey.Value);
        byte[] bytes = buffer.Span.ToArray();
        Attack(bytes, seed: 42, (mutator, b) => Sealed(mutator, b), PaillierKeyFormat.ReadPrivate, (key, mutated, used) =>
        {
            using SecretBuffer<byte> written = PaillierKeyFormat.Write(key);
            CollectionAssert.AreEqual(mutated, written.Span.ToArray());
            if (used < 10)
            {
                // Primes that are none decrypt to nonsense; that is all they may do.
                using var encryptor = new PaillierEncryptor(key, 1);
                Assert.AreEqual(1, new PaillierDecryptor(key).DecryptIntegers(encryptor.Encrypt(5)).Length);
            }

            key.Dispose();
        });
        AttackByTruncation(bytes, PaillierKeyFormat.ReadPrivate);
    }

    [TestMethod]
    public void Ciphertexts()
    {
        PaillierPublicKey key = ShortKey.PublicKey;
        byte[] bytes = CiphertextFormat.Write(PheJson.ReadVector(key, VectorDocument).Ciphertexts);
        Attack(bytes, seed: 43, (mutator, b) => mutator.Bytes(b), b => CiphertextFormat.Read(key, b, 2), (read, mutated, _) =>
            CollectionAssert.AreEqual(mutated, CiphertextFormat.Write(read)));
        AttackByTruncation(bytes, b => CiphertextFormat.Read(key, b, 2));
    }

    [TestMethod]
    public void Phe_public_keys() => AttackDocument(PheJson.WritePublicKey(ShortKey.PublicKey), seed: 44, b => PheJson.ReadPublicKey(b, anySize: true), key =>
        Assert.AreEqual(key, PheJson.ReadPublicKey(PheJson.WritePublicKey(key), anySize: true)));

    [TestMethod]
    public void Phe_private_keys() => AttackDocument(PrivateDocument, seed: 45, b => PheJson.ReadPrivateKey(b, anySize: true), key =>
    {
        Assert.AreEqual(key.PublicKey.N, Limbs.ToBigInteger(key.P) * Limbs.ToBigInteger(key.Q));
        key.Dispose();
    });

    [TestMethod]
    public void Phe_numbers() => AttackDocument(PheJson.WriteNumber(PheJson.ReadVector(ShortKey.PublicKey, VectorDocument)), seed: 46, b => PheJson.ReadNumber(ShortKey.PublicKey, b), number =>
        Assert.AreEqual(number.Exponents[0], PheJson.ReadNumber(ShortKey.PublicKey, PheJson.WriteNumber(number)).Exponents[0]));

    [TestMethod]
    public void Phe_vectors() => AttackDocument(VectorDocument, seed: 47, b => PheJson.ReadVector(null, b, 4, anySize: true), numbers =>
        Assert.AreEqual(numbers.Count, PheJson.ReadVector(numbers.Key, PheJson.WriteVector(numbers)).Count));

    [TestMethod]
    public void Key_files_with_an_intact_checksum_and_wrong_content()
    {
        byte[] file = PaillierKeyFormat.Write(LongKey.Value.PublicKey);
        BigInteger n = LongKey.Value.PublicKey.N, square = n * n, p = Limbs.ToBigInteger(LongKey.Value.P);
        using SecretBuffer<byte> buffer = PaillierKeyFormat.Write(LongKey.Value);
        byte[] privateFile = buffer.Span.ToArray();
        int primeBytes = 128, modulusBytes = 256;

        foreach ((string what, byte[] changed) in new[]
        {
            ("even n", With(file, 8, n - 1, modulusBytes)),
            ("short n", With(file, 8, n >> 1 | 1, modulusBytes)),
            ("h_s = 0", With(file, 8 + modulusBytes, 0, 2 * modulusBytes)),
            ("h_s = 1", With(file, 8 + modulusBytes, 1, 2 * modulusBytes)),
            ("h_s = n²", With(file, 8 + modulusBytes, square, 2 * modulusBytes)),
            ("h_s = n", With(file, 8 + modulusBytes, n, 2 * modulusBytes)),
            ("h_s = 3p", With(file, 8 + modulusBytes, 3 * p, 2 * modulusBytes)),
            ("another version", Seal([.. file[..4], 2, .. file[5..]])),
            ("another flag", Seal([.. file[..5], 2, .. file[6..]])),
            ("a flag without a base", Seal([.. file[..(8 + modulusBytes)], .. file[^8..]])),
            ("a base without a flag", Seal([.. file[..5], 0, .. file[6..]])),
            ("a private key", privateFile),
        })
        {
            Assert.ThrowsExactly<FormatRefusedException>(() => PaillierKeyFormat.ReadPublic(changed), what);
        }

        BigInteger q = n / p;
        foreach ((string what, byte[] changed) in new[]
        {
            ("p = q", With(privateFile, 8, q, primeBytes)),
            ("even p", With(privateFile, 8, p - 1, primeBytes)),
            ("short p", With(privateFile, 8, p >> 1 | 1, primeBytes)),
            ("q = 0", With(privateFile, 8 + primeBytes, 0, primeBytes)),
        })
        {
            Assert.ThrowsExactly<ParameterException>(() => PaillierKeyFormat.ReadPrivate(changed), what);
        }

        Assert.ThrowsExactly<FormatRefusedException>(() => PaillierKeyFormat.ReadPrivate(With(privateFile, 8 + modulusBytes, 5 * q, 2 * modulusBytes)));
        Assert.ThrowsExactly<FormatRefusedException>(() => PaillierKeyFormat.ReadPrivate(file));
        using PaillierPrivateKey swapped = PaillierKeyFormat.ReadPrivate(With(With(privateFile, 8, q, primeBytes), 8 + primeBytes, p, primeBytes));
        using var encryptor = new PaillierEncryptor(swapped, 1);
        CollectionAssert.AreEqual(new BigInteger[] { -7 }, new PaillierDecryptor(LongKey.Value).DecryptIntegers(encryptor.Encrypt(-7)));
    }

    [TestMethod]
    public void Keys_of_wrong_sizes()
    {
        foreach ((int bits, ParameterFault fault) in new[]
        {
            (0, ParameterFault.Insecure), (35, ParameterFault.Insecure), (1024, ParameterFault.Insecure), (2047, ParameterFault.Insecure),
            (2049, ParameterFault.OutOfRange), (2112, ParameterFault.OutOfRange), (8320, ParameterFault.OutOfRange), (65535, ParameterFault.OutOfRange),
        })
        {
            // The header alone decides: nothing of the claimed size is there, nor reserved.
            var header = new byte[16];
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)bits);
            header[4] = 1;
            "HPPK"u8.CopyTo(header);
            byte[] publicFile = Seal(header);
            Assert.AreEqual(fault, Assert.ThrowsExactly<ParameterException>(() => PaillierKeyFormat.ReadPublic(publicFile), $"{bits} bits").Fault);
            "HPSK"u8.CopyTo(header);
            byte[] privateFile = Seal(header);
            Assert.AreEqual(fault, Assert.ThrowsExactly<ParameterException>(() => PaillierKeyFormat.ReadPrivate(privateFile), $"{bits} bits").Fault);

            if (bits is > 0 and <= PaillierPublicKey.MaximumBits)
            {
                string n = Convert.ToBase64String(((BigInteger.One << (bits - 1)) + 1).ToByteArray(isUnsigned: true, isBigEndian: true));
                byte[] document = Encoding.UTF8.GetBytes($$"""{"kty":"DAJ","alg":"PAI-GN1","n":"{{n}}"}""");
                Assert.AreEqual(fault, Assert.ThrowsExactly<ParameterException>(() => PheJson.ReadPublicKey(document), $"{bits} bits").Fault);
            }
        }

        string longest = Convert.ToBase64String((BigInteger.One << PaillierPublicKey.MaximumBits).ToByteArray(isUnsigned: true, isBigEndian: true));
        Assert.ThrowsExactly<FormatRefusedException>(() => PheJson.ReadPublicKey(Encoding.UTF8.GetBytes($$"""{"kty":"DAJ","alg":"PAI-GN1","n":"{{longest}}"}""")));
    }

    [TestMethod]
    public void Ciphertexts_that_are_no_units_or_too_large()
    {
        foreach (PaillierPrivateKey owner in new[] { ShortKey, LongKey.Value })
        {
            PaillierPublicKey key = owner.PublicKey;
            BigInteger n = key.N, square = n * n, p = Limbs.ToBigInteger(owner.P), q = Limbs.ToBigInteger(owner.Q);
            foreach (BigInteger bad in new[] { 0, p, q * 7, n, n * 5, p * p, square - n, square, square + 1, square + n - 1, (BigInteger.One << (8 * key.CiphertextBytes)) - 1 })
            {
                FormatRefusedException error = Assert.ThrowsExactly<FormatRefusedException>(() => CiphertextFormat.Read(key, PaillierVectors.Bytes(key, 1, square - 1, bad, 4), 4), $"{bad}");
                StringAssert.Contains(error.Message, "Ciphertext 2");
                byte[] document = Encoding.UTF8.GetBytes($$"""{"values":[["1",0],["{{square - 1}}",0],["{{bad}}",0]]}""");
                Assert.ThrowsExactly<FormatRefusedException>(() => PheJson.ReadVector(key, document), $"{bad}");
            }
        }
    }

    // Half of the mutated keys get a new checksum, so that it is not the only thing that refuses them.
    private static byte[] Sealed(Mutator mutator, byte[] original)
    {
        byte[] bytes = mutator.Bytes(original);
        return bytes.Length > 16 && mutator.Coin() ? Seal(bytes) : bytes;
    }

    private static byte[] Seal(byte[] bytes) => [.. bytes[..^8], .. SHA256.HashData(bytes.AsSpan(0, bytes.Length - 8))[..8]];

    // The file with an integer of so many bytes put in at a place.
    private static byte[] With(byte[] file, int start, BigInteger value, int length)
    {
        byte[] changed = [.. file];
        changed.AsSpan(start, length).Clear();
        value.TryWriteBytes(changed.AsSpan(start + length - value.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
        return Seal(changed);
    }

    private static void AttackDocument<T>(byte[] document, int seed, Reader<T> read, Action<T> use)
    {
        Attack(document, seed, (mutator, b) => mutator.Json(b), read, (value, _, _) => use(value));
        AttackByTruncation(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(document).TrimEnd()), read);
    }

    private static void Attack<T>(byte[] original, int seed, Func<Mutator, byte[], byte[]> mutate, Reader<T> read, Action<T, byte[], int> use)
    {
        Assert.IsNotNull(read(original));
        var mutator = new Mutator(seed);
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] mutated = mutate(mutator, original);
            try
            {
                use(read(mutated), mutated, accepted);
                accepted++;
            }
            catch (HybridException error) when (error is FormatRefusedException or ParameterException)
            {
                refused++;
                Assert.IsTrue(error.Message.Length is > 20 and < 300 && error.Message.EndsWith('.') && !error.Message.Contains('\n'), error.Message);
            }
            catch (Exception error) when (error is not AssertFailedException)
            {
                Assert.Fail($"Seed {seed}, mutation {i} got through to {error}: {Convert.ToHexString(mutated)}");
            }
        }

        // A mutator that only ever makes rubbish, or changes nothing, would test little.
        Assert.IsTrue(accepted > Mutations / 100 && refused > Mutations / 4, $"{accepted} accepted, {refused} refused");
    }

    private static void AttackByTruncation<T>(byte[] original, Reader<T> read)
    {
        for (int length = 0; length < original.Length; length++)
        {
            Assert.ThrowsExactly<FormatRefusedException>(() => read(original.AsSpan(0, length)), $"cut to {length} bytes");
        }
    }
}
