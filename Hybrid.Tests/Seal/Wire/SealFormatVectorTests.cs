using System.Numerics;
using Hybrid.Seal;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Wire;
using Hybrid.Security;

namespace Hybrid.Tests.Seal.Wire;

/// <summary>Everything that Microsoft SEAL wrote is read, holds what SEAL says, and is written again byte for byte.</summary>
[TestClass]
public sealed class SealFormatVectorTests
{
    // Errors of SEAL are below 21 in magnitude (binomial, 42 coins).
    private const int LargestError = 21;

    public static IEnumerable<object[]> Families => from family in SealVectors.Families select new object[] { family.Name };

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void Every_file_is_written_again_as_it_was(string name)
    {
        SealVectorFamily family = SealVectors.Family(name);
        CkksContext context = ContextOf(family);
        foreach (SealVector vector in family.Files.Where(vector => vector.Mode != "zstd"))
        {
            string uncompressed = Path.ChangeExtension(vector.File, "none");
            CollectionAssert.AreEqual(family.Bytes(uncompressed), Rewrite(vector, context, SealCompression.None), vector.File);
            byte[] compressed = Rewrite(vector, context, SealCompression.Zlib);
            SealVector again = vector with { Bytes = compressed };
            CollectionAssert.AreEqual(family.Bytes(uncompressed), Rewrite(again, context, SealCompression.None), vector.File);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void Parameters_have_their_degree_and_primes(string name)
    {
        SealVectorFamily family = SealVectors.Family(name);
        CkksParameters parameters = SealFormat.ReadParameters(family.Bytes("parameters.none"), SecurityLevel.None);
        Assert.AreEqual(family.Degree, parameters.Degree);
        CollectionAssert.AreEqual(family.Primes, parameters.Primes.Select(prime => prime.Value).ToArray());
        Assert.IsTrue(parameters.HasSpecialPrime);
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void Every_level_has_the_parms_id_of_seal(string name)
    {
        SealVectorFamily family = SealVectors.Family(name);
        CkksParameters parameters = ContextOf(family).Parameters;
        for (int i = 0; i < family.ParametersIds.Length; i++)
        {
            var id = new byte[ParametersId.Size];
            ParametersId.Compute(parameters, family.Primes.Length - i, id);
            Assert.AreEqual(family.ParametersIds[i], Convert.ToHexStringLower(id));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void Ciphertexts_and_plaintexts_hold_their_values(string name)
    {
        SealVectorFamily family = SealVectors.Family(name);
        CkksContext context = ContextOf(family);
        using SecretKey secret = SecretOf(family, context);
        int seen = 0;
        foreach (SealVector vector in family.Files.Where(vector => vector.Kind is "ciphertext" or "plaintext"))
        {
            BigInteger[] coefficients;
            double scale;
            if (vector.Kind == "plaintext")
            {
                using Plaintext plaintext = SealFormat.ReadPlaintext(context, vector.Bytes);
                scale = plaintext.Scale;
                Assert.AreEqual(context.MaximumLevel - vector.Level, plaintext.Level);
                coefficients = Coefficients(context, secret, plaintext.Residues, 1);
            }
            else
            {
                Ciphertext ciphertext = SealFormat.ReadCiphertext(context, vector.Bytes);
                scale = ciphertext.Scale;
                Assert.AreEqual(vector.Polynomials, ciphertext.Size, vector.File);
                Assert.AreEqual(context.MaximumLevel - vector.Level, ciphertext.Level, vector.File);
                Assert.AreEqual(vector.Seeded, ciphertext.Seed is not null, vector.File);
                coefficients = Coefficients(context, secret, ciphertext.Residues, ciphertext.Size);
            }

            Assert.AreEqual(vector.Scale, scale, vector.File);
            double distance = PlainArithmetic.Distance(vector.Values, PlainArithmetic.Decode(coefficients, scale));
            Assert.IsLessThan(vector.Kind == "plaintext" ? 1e-6 : 2e-3, distance, vector.File);
            seen++;
        }

        Assert.IsGreaterThan(0, seen);
    }

    [TestMethod]
    [DataRow("n1024")]
    [DataRow("n1024-long-primes")]
    public void Public_keys_are_encryptions_of_zero(string name)
    {
        SealVectorFamily family = SealVectors.Family(name);
        CkksContext context = ContextOf(family);
        using SecretKey secret = SecretOf(family, context);
        foreach (SealVector vector in family.Files.Where(vector => vector.Kind == "public key"))
        {
            PublicKey key = SealFormat.ReadPublicKey(context, vector.Bytes);
            Assert.AreEqual(vector.Seeded, key.Seed is not null);
            AssertSmall(Coefficients(context, secret, key.Residues, 2), vector.File);
        }
    }

    [TestMethod]
    public void Relinearisation_keys_switch_from_the_square_of_the_secret()
    {
        SealVectorFamily family = SealVectors.Family("n1024");
        CkksContext context = ContextOf(family);
        using SecretKey secret = SecretOf(family, context);
        var square = new ulong[secret.Residues.Length];
        for (int prime = 0; prime < family.Primes.Length; prime++)
        {
            context.Ring.Primes[prime].Multiply(secret.Prime(prime), secret.Prime(prime), context.Ring.Slice(square.AsSpan(), prime));
        }

        foreach (SealVector vector in family.Files.Where(vector => vector.Kind == "relinearisation keys"))
        {
            KeySwitchingKey key = SealFormat.ReadRelinearisationKeys(context, vector.Bytes).Key;
            AssertSwitches(key, vector, square, secret.Residues);
        }
    }

    [TestMethod]
    public void Galois_keys_are_kept_with_the_inverse_map_applied()
    {
        SealVectorFamily family = SealVectors.Family("n1024");
        CkksContext context = ContextOf(family);
        using SecretKey secret = SecretOf(family, context);
        uint element = GaloisElement.OfRotation(context.Degree, 1);
        var inverse = new Automorphism(context.Degree, Automorphism.InverseElement(context.Degree, element));
        var turned = new ulong[secret.Residues.Length];
        for (int prime = 0; prime < family.Primes.Length; prime++)
        {
            inverse.Apply(secret.Prime(prime), context.Ring.Slice(turned.AsSpan(), prime));
        }

        foreach (SealVector vector in family.Files.Where(vector => vector.Kind == "Galois keys"))
        {
            GaloisKeys keys = SealFormat.ReadGaloisKeys(context, vector.Bytes);
            CollectionAssert.AreEqual(new[] { element }, keys.Elements.ToArray());
            Assert.AreEqual(element, keys[element].Automorphism.Element);
            AssertSwitches(keys[element].Key, vector, secret.Residues, turned);
        }
    }

    [TestMethod]
    public void A_ciphertext_is_read_into_one_there_is()
    {
        SealVectorFamily family = SealVectors.Family("n1024");
        CkksContext context = ContextOf(family);
        var destination = new Ciphertext(context);
        foreach (string file in new[] { "product.none", "ciphertext-seeded.none", "product-rescaled.zlib", "ciphertext.none" })
        {
            SealFormat.ReadCiphertext(family.Bytes(file), destination);
            CollectionAssert.AreEqual(family.Bytes(Path.ChangeExtension(file, "none")), SealFormat.WriteCiphertext(destination));
        }
    }

    private static CkksContext ContextOf(SealVectorFamily family) =>
        new(SealFormat.ReadParameters(family.Bytes("parameters.zlib"), SecurityLevel.None));

    private static SecretKey SecretOf(SealVectorFamily family, CkksContext context) =>
        SealFormat.ReadSecretKey(context, family.Bytes("secret-key.none"));

    private static BigInteger[] Coefficients(CkksContext context, SecretKey secret, ReadOnlySpan<ulong> polynomials, int size) =>
        PlainArithmetic.Lift(context.Ring, PlainArithmetic.Phase(context.Ring, secret.Residues, polynomials, size));

    // Each digit i is an encryption, under s, of P times the other secret modulo prime i, and of zero modulo the others.
    private static void AssertSwitches(KeySwitchingKey key, SealVector vector, ReadOnlySpan<ulong> from, ReadOnlySpan<ulong> to)
    {
        CkksContext context = key.Context;
        RnsRing ring = context.Ring;
        ulong special = ring.Modulus(context.SpecialPrime).Value;
        for (int digit = 0; digit < key.Digits; digit++)
        {
            Assert.AreEqual(vector.Seeded, key.Seeds[digit] is not null, vector.File);
            ulong[] pair = key.Digit(digit).ToArray();
            Modulus modulus = ring.Modulus(digit);
            ulong factor = modulus.Reduce(special);
            Span<ulong> first = ring.Slice(pair.AsSpan(), digit);
            for (int j = 0; j < first.Length; j++)
            {
                first[j] = modulus.SubMod(first[j], modulus.MulMod(factor, from[(digit * ring.Degree) + j]));
            }

            AssertSmall(PlainArithmetic.Lift(ring, PlainArithmetic.Phase(ring, to, pair, 2)), $"{vector.File}, digit {digit}");
        }
    }

    private static void AssertSmall(BigInteger[] errors, string what)
    {
        Assert.IsTrue(errors.All(error => BigInteger.Abs(error) <= LargestError), what);
        Assert.IsTrue(errors.Any(error => !error.IsZero), what);
    }

    private static byte[] Rewrite(SealVector vector, CkksContext context, SealCompression compression)
    {
        switch (vector.Kind)
        {
            case "parameters":
                return SealFormat.WriteParameters(SealFormat.ReadParameters(vector.Bytes, SecurityLevel.None), compression);
            case "plaintext":
                using (Plaintext plaintext = SealFormat.ReadPlaintext(context, vector.Bytes))
                {
                    return SealFormat.WritePlaintext(plaintext, compression);
                }

            case "ciphertext":
                return SealFormat.WriteCiphertext(SealFormat.ReadCiphertext(context, vector.Bytes), compression);
            case "secret key":
                using (SecretKey key = SealFormat.ReadSecretKey(context, vector.Bytes))
                using (SecretBuffer<byte> written = SealFormat.WriteSecretKey(key, compression))
                {
                    return written.Span.ToArray();
                }

            case "public key":
                return SealFormat.WritePublicKey(SealFormat.ReadPublicKey(context, vector.Bytes), compression);
            case "relinearisation keys":
                return SealFormat.WriteRelinearisationKeys(SealFormat.ReadRelinearisationKeys(context, vector.Bytes), compression);
            case "Galois keys":
                return SealFormat.WriteGaloisKeys(SealFormat.ReadGaloisKeys(context, vector.Bytes), compression);
            default:
                throw new ArgumentException($"No reader for {vector.Kind}.", nameof(vector));
        }
    }
}
