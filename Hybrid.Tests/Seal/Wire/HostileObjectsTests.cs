using System.Buffers.Binary;
using Hybrid.Seal;
using Hybrid.Seal.Wire;
using Hybrid.Security;
using Hybrid.Tests.Paillier.Wire;

namespace Hybrid.Tests.Seal.Wire;

/// <summary>Whatever the bytes, every reader refuses them in one sentence or gives an object that is written again as it was read.</summary>
[TestClass]
public sealed class HostileObjectsTests
{
    private const int Mutations = 20_000;

    // Offsets within a ciphertext or public key, and within a plaintext or secret key.
    private const int ScaleOffset = SealHeader.Size + ParametersId.Size + 1 + 24;
    private const int PolynomialWords = ScaleOffset + 16 + SealHeader.Size + 8;
    private const int PlaintextScale = SealHeader.Size + ParametersId.Size + 8;
    private const int PlaintextWords = PlaintextScale + 8 + SealHeader.Size + 8;

    private static SmallObjects s_small = null!;

    public static IEnumerable<object[]> Kinds
    {
        get
        {
            using var small = new SmallObjects();
            return [.. small.All.Keys.Select(kind => new object[] { kind })];
        }
    }

    [ClassInitialize]
    public static void Initialize(TestContext _) => s_small = new SmallObjects();

    [ClassCleanup]
    public static void Cleanup() => s_small.Dispose();

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void What_was_written_is_read(string kind)
    {
        (byte[] bytes, Func<byte[], byte[]> rewrite) = s_small.All[kind];
        CollectionAssert.AreEqual(bytes, rewrite(bytes));
        CollectionAssert.AreEqual(bytes, rewrite(Compressed(bytes)));
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Twenty_thousand_mutations_of_each_kind(string kind)
    {
        (byte[] original, Func<byte[], byte[]> rewrite) = s_small.All[kind];
        var mutator = new Mutator(61);
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] mutated = mutator.Bytes(original);
            if (i % 4 != 0 && mutated.Length >= SealHeader.Size)
            {
                // The whole's size as it is, so that not only this is noticed.
                BinaryPrimitives.WriteInt64LittleEndian(mutated.AsSpan(8), mutated.Length);
                mutated = i % 4 == 1 ? Compressed(mutated) : mutated;
            }

            try
            {
                byte[] written = rewrite(mutated);
                CollectionAssert.AreEqual(written, rewrite(written));
                accepted++;
            }
            catch (HybridException error) when (error is FormatRefusedException or ParameterException)
            {
                refused++;
                AssertSentence(error.Message);
            }
            catch (Exception error) when (error is not AssertFailedException)
            {
                Assert.Fail($"Mutation {i} got through to {error}: {Convert.ToHexString(mutated)}");
            }
        }

        // A mutator that only ever makes rubbish, or changes nothing, would test little; nothing but -1, 0, 1 is let into secret keys.
        Assert.IsTrue(accepted > (kind == "secret key" ? 10 : Mutations / 200) && refused > Mutations / 4, $"{accepted} accepted, {refused} refused");
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Cut_anywhere(string kind)
    {
        (byte[] original, Func<byte[], byte[]> rewrite) = s_small.All[kind];
        for (int length = 0; length < original.Length; length++)
        {
            byte[] cut = original[..length];
            Assert.ThrowsExactly<FormatRefusedException>(() => rewrite(cut), $"cut to {length} bytes");
            if (length >= SealHeader.Size)
            {
                BinaryPrimitives.WriteInt64LittleEndian(cut.AsSpan(8), length);
                AssertSentence(Assert.ThrowsExactly<FormatRefusedException>(() => rewrite(cut), $"cut to {length} bytes, and says so").Message);
            }
        }

        byte[] longer = [.. original, 0];
        BinaryPrimitives.WriteInt64LittleEndian(longer.AsSpan(8), longer.Length);
        Assert.ThrowsExactly<FormatRefusedException>(() => rewrite(longer));
    }

    [TestMethod]
    public void Every_kind_is_refused_where_another_belongs()
    {
        var all = s_small.All;
        string[] interchangeable = ["ciphertext", "seeded ciphertext", "product"];
        foreach ((string kind, (byte[] bytes, _)) in all)
        {
            foreach ((string other, (_, Func<byte[], byte[]> rewrite)) in all)
            {
                if (kind != other && !(interchangeable.Contains(kind) && interchangeable.Contains(other)))
                {
                    HybridException error = Assert.Throws<HybridException>(() => rewrite(bytes), $"{kind} as {other}");
                    Assert.IsTrue(error is FormatRefusedException or ParameterException, $"{kind} as {other}: {error}");
                }
            }
        }
    }

    [TestMethod]
    public void Other_parameters_are_a_mismatch()
    {
        var others = new CkksContext(CkksParameters.Create(16, [20, 21, 20], SecurityLevel.None));
        var larger = new CkksContext(CkksParameters.Create(32, [20, 20, 20], SecurityLevel.None));
        var without = new CkksContext(CkksParameters.CreateWithoutSpecialPrime(16, [21, 20], SecurityLevel.None));
        foreach (CkksContext context in new[] { others, larger, without })
        {
            foreach (Action read in new Action[]
            {
                () => SealFormat.ReadCiphertext(context, SealFormat.WriteCiphertext(s_small.Ciphertext)),
                () => SealFormat.ReadPlaintext(context, SealFormat.WritePlaintext(s_small.Plaintext)),
                () => SealFormat.ReadSecretKey(context, s_small.All["secret key"].Bytes),
                () => SealFormat.ReadPublicKey(context, SealFormat.WritePublicKey(s_small.PublicKey)),
                () => SealFormat.ReadRelinearisationKeys(context, SealFormat.WriteRelinearisationKeys(s_small.RelinearisationKeys)),
                () => SealFormat.ReadGaloisKeys(context, SealFormat.WriteGaloisKeys(s_small.GaloisKeys)),
            })
            {
                HybridException error = Assert.Throws<HybridException>(read);
                Assert.IsTrue(error is ParameterException { Fault: ParameterFault.Mismatch or ParameterFault.Unsupported } or FormatRefusedException, error.Message);
                AssertSentence(error.Message);
            }
        }

        StringAssert.Contains(
            Assert.ThrowsExactly<ParameterException>(() => SealFormat.ReadCiphertext(others, SealFormat.WriteCiphertext(s_small.Ciphertext))).Message,
            "other parameters than N = 16, {20, 21, 20}");
    }

    [TestMethod]
    public void Residues_not_below_their_prime()
    {
        CkksContext context = s_small.Context;
        int degree = context.Degree;
        byte[] ciphertext = SealFormat.WriteCiphertext(s_small.Ciphertext);
        byte[] plaintext = SealFormat.WritePlaintext(s_small.Plaintext);
        for (int i = 0; i < 4 * degree; i++)
        {
            ulong prime = context.Parameters.Primes[i / degree % 2].Value;
            foreach (ulong value in new[] { prime, prime + 1, ulong.MaxValue, 1UL << 63 })
            {
                byte[] changed = WithWord(ciphertext, PolynomialWords + (8 * i), value);
                StringAssert.Contains(Assert.ThrowsExactly<FormatRefusedException>(() => SealFormat.ReadCiphertext(context, changed)).Message, $"polynomial {i / degree / 2} ");
                if (i < 2 * degree)
                {
                    changed = WithWord(plaintext, PlaintextWords + (8 * i), value);
                    Assert.ThrowsExactly<FormatRefusedException>(() => SealFormat.ReadPlaintext(context, changed));
                }
            }

            Assert.AreEqual(prime - 1, SealFormat.ReadCiphertext(context, WithWord(ciphertext, PolynomialWords + (8 * i), prime - 1)).Residues[i]);
        }
    }

    [TestMethod]
    public void Scales_that_are_none()
    {
        CkksContext context = s_small.Context;
        byte[] ciphertext = SealFormat.WriteCiphertext(s_small.Ciphertext);
        byte[] plaintext = SealFormat.WritePlaintext(s_small.Plaintext);
        byte[] publicKey = SealFormat.WritePublicKey(s_small.PublicKey);
        foreach (double scale in new[] { 0, -0.0, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, Math.ScaleB(1, 40), 1e300 })
        {
            ulong bits = BitConverter.DoubleToUInt64Bits(scale);
            StringAssert.Contains(Assert.ThrowsExactly<FormatRefusedException>(() => SealFormat.ReadCiphertext(context, WithWord(ciphertext, ScaleOffset, bits))).Message, "scale");
            Assert.ThrowsExactly<FormatRefusedException>(() => SealFormat.ReadPlaintext(context, WithWord(plaintext, PlaintextScale, bits)));
            Assert.ThrowsExactly<FormatRefusedException>(() => SealFormat.ReadPublicKey(context, WithWord(publicKey, ScaleOffset, bits)));
        }

        ulong good = BitConverter.DoubleToUInt64Bits(Math.ScaleB(1, 39));
        Assert.AreEqual(Math.ScaleB(1, 39), SealFormat.ReadCiphertext(context, WithWord(ciphertext, ScaleOffset, good)).Scale);
        Assert.ThrowsExactly<FormatRefusedException>(() => SealFormat.ReadPublicKey(context, WithWord(publicKey, ScaleOffset, good)));
    }

    [TestMethod]
    public void A_secret_key_is_ternary_and_never_shown()
    {
        byte[] original = s_small.All["secret key"].Bytes;
        for (int i = 0; i < 3 * s_small.Context.Degree; i++)
        {
            ulong prime = s_small.Context.Parameters.Primes[i / s_small.Context.Degree].Value;
            ulong value = BinaryPrimitives.ReadUInt64LittleEndian(original.AsSpan(PlaintextWords + (8 * i)));
            byte[] changed = WithWord(original, PlaintextWords + (8 * i), (value + 1) % prime);
            string message = Assert.ThrowsExactly<FormatRefusedException>(() => SealFormat.ReadSecretKey(s_small.Context, changed)).Message;
            Assert.AreEqual("The secret key is not made of the coefficients -1, 0 and 1: it was altered.", message);
        }
    }

    [TestMethod]
    public void Lengths_are_not_believed_before_the_bytes_are_there()
    {
        // What claims to be long has its announced bytes missing: nothing of that size is reserved.
        var context = new CkksContext(CkksParameters.Create(8192, [50, 40, 50]));
        byte[] id = new byte[ParametersId.Size];
        ParametersId.Compute(context.Parameters, 3, id);
        byte[] galois = new byte[SealHeader.Size + ParametersId.Size + 8 + (8192 * 8)];
        SealHeader.Write(galois, SealCompression.None, galois.Length);
        id.CopyTo(galois, SealHeader.Size);
        galois = WithWord(galois, SealHeader.Size + ParametersId.Size, 8192);
        for (int place = 0; place < 8192; place++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(galois.AsSpan(SealHeader.Size + ParametersId.Size + 8 + (8 * place)), 2);
        }

        AssertRefusedCheaply(() => SealFormat.ReadGaloisKeys(context, galois));
        AssertRefusedCheaply(() => SealFormat.ReadGaloisKeys(context, WithWord(galois, SealHeader.Size + ParametersId.Size, ulong.MaxValue)));

        // Sixteen polynomials, of which none is there.
        ParametersId.Compute(context.Parameters, 2, id);
        byte[] ciphertext = new byte[PolynomialWords];
        SealHeader.Write(ciphertext, SealCompression.None, ciphertext.Length);
        id.CopyTo(ciphertext, SealHeader.Size);
        ciphertext[SealHeader.Size + ParametersId.Size] = 1;
        foreach ((int offset, ulong value) in new (int, ulong)[] { (0, 16), (8, 8192), (16, 2), (24, BitConverter.DoubleToUInt64Bits(1 << 30)), (32, 1), (56, 16 * 2 * 8192) })
        {
            ciphertext = WithWord(ciphertext, SealHeader.Size + ParametersId.Size + 1 + offset, value);
        }

        SealHeader.Write(ciphertext.AsSpan(PolynomialWords - 8 - SealHeader.Size), SealCompression.None, SealHeader.Size + 8);
        StringAssert.Contains(AssertRefusedCheaply(() => SealFormat.ReadCiphertext(context, ciphertext)), "should have 262144 numbers");
        StringAssert.Contains(AssertRefusedCheaply(() => SealFormat.ReadCiphertext(context, WithWord(ciphertext, PolynomialWords - 8, 1UL << 61))), "should have 2305843009213693952 numbers");
    }

    [TestMethod]
    public void Compressed_keys_that_shrink_too_well_are_refused()
    {
        // A hundred copies of one seeded key with all zeros but for the heads: well formed, and tiny when compressed.
        SealVectorFamily family = SealVectors.Family("n1024");
        var context = new CkksContext(SealFormat.ReadParameters(family.Bytes("parameters.none"), SecurityLevel.None));
        byte[] pair = [.. family.Bytes("public-key-seeded.none")];
        pair.AsSpan(PolynomialWords, 3 * 1024 * 8).Clear();
        using var stream = new MemoryStream();
        stream.Write(family.Bytes("galois-keys-seeded.none").AsSpan(0, SealHeader.Size + ParametersId.Size + 8));
        byte[] two = BitConverter.GetBytes(2L);
        stream.Write(new byte[8]);
        for (int place = 1; place < 1024; place++)
        {
            stream.Write(place <= 100 ? [.. two, .. pair, .. pair] : new byte[8]);
        }

        byte[] bytes = stream.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), bytes.Length);
        Assert.HasCount(100, SealFormat.ReadGaloisKeys(context, bytes).Elements);
        byte[] compressed = Compressed(bytes);
        Assert.IsLessThan(bytes.Length / 50, compressed.Length);
        StringAssert.Contains(AssertRefusedCheaply(() => SealFormat.ReadGaloisKeys(context, compressed)), "made to exhaust memory");
    }

    [TestMethod]
    public void Parameters_that_seal_has_but_not_we()
    {
        byte[] original = SealVectors.Family("n4096").Bytes("parameters.none");
        Assert.AreEqual(4096, SealFormat.ReadParameters(original).Degree);
        foreach ((string what, byte[] changed) in new[]
        {
            ("BFV", With(original, SealHeader.Size, 1)),
            ("no scheme", With(original, SealHeader.Size, 0)),
            ("degree 65536", WithWord(original, SealHeader.Size + 1, 65536)),
            ("no primes", WithWord(original, SealHeader.Size + 9, 0)),
            ("65 primes", WithWord(original, SealHeader.Size + 9, 65)),
            ("a plaintext modulus", WithWord(original, original.Length - 8, 65537)),
        })
        {
            AssertSentence(Assert.ThrowsExactly<FormatRefusedException>(() => SealFormat.ReadParameters(changed), what).Message);
        }

        foreach ((string what, byte[] changed) in new[]
        {
            ("degree 16384 with primes for 4096", WithWord(original, SealHeader.Size + 1, 16384)),
            ("degree 0", WithWord(original, SealHeader.Size + 1, 0)),
            ("an even prime", WithWord(original, SealHeader.Size + 17 + SealHeader.Size, SealVectors.Family("n4096").Primes[0] - 1)),
            ("a prime twice", WithWord(original, SealHeader.Size + 17 + SealHeader.Size, SealVectors.Family("n4096").Primes[1])),
        })
        {
            AssertSentence(Assert.ThrowsExactly<ParameterException>(() => SealFormat.ReadParameters(changed), what).Message);
        }

        byte[] insecure = SealVectors.Family("n1024").Bytes("parameters.none");
        Assert.AreEqual(ParameterFault.Insecure, Assert.ThrowsExactly<ParameterException>(() => SealFormat.ReadParameters(insecure)).Fault);
    }

    [TestMethod]
    public void Parameters_without_a_special_prime_have_no_form()
    {
        CkksParameters without = CkksParameters.CreateWithoutSpecialPrime(16, [20, 20], SecurityLevel.None);
        StringAssert.Contains(Assert.ThrowsExactly<ParameterException>(() => SealFormat.WriteParameters(without)).Message, "have a special prime");
        CkksParameters single = CkksParameters.CreateWithoutSpecialPrime(16, [20], SecurityLevel.None);
        Assert.AreEqual(single, SealFormat.ReadParameters(SealFormat.WriteParameters(single), SecurityLevel.None));
    }

    [TestMethod]
    public void Seeds_are_for_one_of_seals_two_generators()
    {
        byte[] original = SealFormat.WriteCiphertext(s_small.SeededCiphertext);
        int generator = original.Length - 64 - 1;
        Assert.AreEqual(1, original[generator]);
        if (System.Security.Cryptography.Shake256.IsSupported)
        {
            Ciphertext other = SealFormat.ReadCiphertext(s_small.Context, With(original, generator, 2));
            Assert.IsTrue(other.Polynomial(0).SequenceEqual(s_small.SeededCiphertext.Polynomial(0)));
            Assert.IsFalse(other.Polynomial(1).SequenceEqual(s_small.SeededCiphertext.Polynomial(1)));
            CollectionAssert.AreEqual(With(original, generator, 2), SealFormat.WriteCiphertext(other));
        }

        foreach (byte number in new byte[] { 0, 3, 255 })
        {
            byte[] changed = With(original, generator, number);
            StringAssert.Contains(Assert.ThrowsExactly<FormatRefusedException>(() => SealFormat.ReadCiphertext(s_small.Context, changed)).Message, $"generator number {number}");
        }
    }

    [TestMethod]
    public void An_unknown_compression_is_the_callers_error() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SealFormat.WriteCiphertext(s_small.Ciphertext, (SealCompression)2));

    private static string AssertRefusedCheaply(Action read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.ThrowsExactly<FormatRefusedException>(read).Message;
        Assert.IsLessThan(300_000, GC.GetAllocatedBytesForCurrentThread() - before, message);
        AssertSentence(message);
        return message;
    }

    private static void AssertSentence(string message) =>
        Assert.IsTrue(message.Length is > 20 and < 300 && message.EndsWith('.') && !message.Contains('\n'), message);

    private static byte[] Compressed(byte[] saved)
    {
        using SecretBuffer<byte> compressed = Zlib.Deflate(saved);
        return compressed.Span.ToArray();
    }

    private static byte[] With(byte[] bytes, int offset, byte value)
    {
        byte[] changed = [.. bytes];
        changed[offset] = value;
        return changed;
    }

    private static byte[] WithWord(byte[] bytes, int offset, ulong value)
    {
        byte[] changed = [.. bytes];
        BinaryPrimitives.WriteUInt64LittleEndian(changed.AsSpan(offset), value);
        return changed;
    }
}
