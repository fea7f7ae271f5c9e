using System.Buffers.Text;
using System.Numerics;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <content>Key documents.</content>
public static partial class PheJson
{
    private static readonly string[] PublicKeyMembers = ["kty", "alg", "n"];
    private static readonly string[] PrivateKeyMembers = ["kty", "key_ops", "pub", "p", "q", "lambda", "mu"];

    /// <summary>Writes {"kty":"DAJ","alg":"PAI-GN1","key_ops":["encrypt"],"n":…,"kid":…}, in UTF-8.</summary>
    /// <param name="key">The key.</param>
    /// <param name="keyId">Any text by which to know it.</param>
    public static byte[] WritePublicKey(PaillierPublicKey key, string keyId = "Paillier public key")
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(keyId);
        return Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("kty", KeyType);
            json.WriteString("alg", Algorithm);
            json.WriteStartArray("key_ops");
            json.WriteStringValue("encrypt");
            json.WriteEndArray();
            json.WriteString("n", Base64Url.EncodeToString(key.N.ToByteArray(isUnsigned: true, isBigEndian: true)));
            json.WriteString("kid", keyId);
            json.WriteEndObject();
        });
    }

    /// <summary>Reads a public key document of pheutil, of javallier or of any release of phe.</summary>
    /// <exception cref="FormatRefusedException">The bytes are no such document.</exception>
    /// <exception cref="ParameterException">The key's size is refused.</exception>
    public static PaillierPublicKey ReadPublicKey(ReadOnlySpan<byte> json) => ReadPublicKey(json, anySize: false);

    /// <summary>Reads a private key document of pheutil, 1.3 or later: with p and q.</summary>
    /// <exception cref="FormatRefusedException">The bytes are no such document, or its primes are not those of its modulus.</exception>
    /// <exception cref="ParameterException">The key's size is refused.</exception>
    public static PaillierPrivateKey ReadPrivateKey(ReadOnlySpan<byte> json) => ReadPrivateKey(json, anySize: false);

    internal static PaillierPublicKey ReadPublicKey(ReadOnlySpan<byte> json, bool anySize)
    {
        PheReader reader = OpenKey(json, "phe public key");
        PaillierPublicKey key = ReadPublicKey(ref reader, anySize);
        reader.End();
        return key;
    }

    internal static PaillierPrivateKey ReadPrivateKey(ReadOnlySpan<byte> json, bool anySize)
    {
        PheReader reader = OpenKey(json, "phe private key");
        int maximum = Limbs.CountFor(PaillierPublicKey.MaximumBits / 2);
        using var primes = new SecretBuffer<ulong>(2 * maximum);
        PaillierPublicKey? publicKey = null;
        uint seen = 0;
        reader.EnterObject();
        for (int member; (member = reader.NextMember(PrivateKeyMembers, ref seen)) >= 0;)
        {
            switch (PrivateKeyMembers[member])
            {
                case "kty":
                    Require(ref reader, "kty", KeyType);
                    break;
                case "key_ops":
                    RequireDecrypt(ref reader);
                    break;
                case "pub":
                    publicKey = ReadPublicKey(ref reader, anySize);
                    break;
                case "p":
                    reader.Base64(primes.Span[..maximum], "p");
                    break;
                case "q":
                    reader.Base64(primes.Span[maximum..], "q");
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        }

        reader.End();
        if ((seen & 0b11000) == 0 && (seen & 0b1100000) != 0)
        {
            throw reader.Refuse("is of the form before pheutil 1.3, with lambda in place of p and q: have phe write it anew with p and q");
        }

        reader.RequireMembers(PrivateKeyMembers, seen, 5);
        return MakePrivateKey(reader, publicKey!, primes.Span[..maximum], primes.Span[maximum..]);
    }

    private static PheReader OpenKey(ReadOnlySpan<byte> json, string document)
    {
        var reader = new PheReader(json, document);
        return json.Length <= MaximumKeyBytes ? reader : throw reader.Refuse($"has {json.Length} bytes, where no key takes more than {MaximumKeyBytes}");
    }

    private static PaillierPublicKey ReadPublicKey(ref PheReader reader, bool anySize)
    {
        var modulus = new ulong[Limbs.CountFor(PaillierPublicKey.MaximumBits)];
        uint seen = 0;
        reader.EnterObject();
        for (int member; (member = reader.NextMember(PublicKeyMembers, ref seen)) >= 0;)
        {
            switch (PublicKeyMembers[member])
            {
                case "kty":
                    Require(ref reader, "kty", KeyType);
                    break;
                case "alg":
                    Require(ref reader, "alg", Algorithm);
                    break;
                default:
                    reader.Base64(modulus, "n");
                    break;
            }
        }

        reader.RequireMembers(PublicKeyMembers, seen, PublicKeyMembers.Length);
        return MakePublicKey(Limbs.ToBigInteger(modulus), anySize);
    }

    private static PaillierPrivateKey MakePrivateKey(in PheReader reader, PaillierPublicKey publicKey, ReadOnlySpan<ulong> p, ReadOnlySpan<ulong> q)
    {
        int bits = (publicKey.Bits + 1) / 2;
        int limbs = Limbs.CountFor(bits);
        Span<ulong> modulus = stackalloc ulong[p.Length + q.Length];
        Limbs.Multiply(modulus, p, q);
        if (Limbs.BitLength(p) != bits || Limbs.BitLength(q) != bits || Limbs.Compare(p, q) == 0 || Limbs.Compare(modulus, publicKey.Modulus) != 0)
        {
            throw reader.Refuse("has a p and a q that are not the two primes of its n: it was altered");
        }

        return new PaillierPrivateKey(publicKey, p[..limbs], q[..limbs], bits);
    }

    private static PaillierPublicKey MakePublicKey(BigInteger modulus, bool anySize) =>
        anySize ? PaillierPublicKey.FromModulusUnsafe(modulus) : PaillierPublicKey.FromModulus(modulus);

    private static void Require(ref PheReader reader, string name, string text)
    {
        if (!reader.IsText(text))
        {
            throw reader.Refuse($"does not have \"{text}\" as its member \"{name}\": it is another kind of document");
        }
    }

    private static void RequireDecrypt(ref PheReader reader)
    {
        bool found = false;
        reader.EnterList();
        while (reader.HasElement())
        {
            found |= reader.IsText("decrypt");
        }

        if (!found)
        {
            throw reader.Refuse("does not have \"decrypt\" among its \"key_ops\": it is another kind of document");
        }
    }
}
