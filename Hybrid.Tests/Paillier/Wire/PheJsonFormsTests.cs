using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Hybrid.Paillier;
using Hybrid.Tests.Paillier.KnownAnswers;

namespace Hybrid.Tests.Paillier.Wire;

/// <summary>The forms of phe's documents that are about, and those that are refused.</summary>
[TestClass]
public sealed class PheJsonFormsTests
{
    private static readonly string PublicDocument = Text("pheutil-public-256.json");
    private static readonly string PrivateDocument = Text("pheutil-private-256.json");
    private static readonly string VectorDocument = Text("vector-256-before-1.3.json");
    private static readonly PaillierPublicKey Key = PheJson.ReadPublicKey(Utf8(PublicDocument), anySize: true);

    [TestMethod]
    public void Base64_of_every_kind_gives_the_same_key()
    {
        // Characters 62 and 63, wherever the text starts.
        byte[] n = [0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff, 0xbe, 0xfb, 0xef, 0xbe, 0xfb, 0xef, 0xff, 0xff, 0xff, 0xff];
        PaillierPublicKey key = PaillierPublicKey.FromModulusUnsafe(new BigInteger(n, isUnsigned: true, isBigEndian: true));
        string plain = Convert.ToBase64String(n);
        string javallier = Convert.ToBase64String([0, .. n]);
        string url = plain.Replace('+', '-').Replace('/', '_');
        Assert.IsTrue(plain.EndsWith('=') && plain.Contains('+') && plain.Contains('/') && javallier.Contains('/') && javallier.EndsWith('='), "The key must show all kinds.");
        foreach (string text in new[] { plain, plain.TrimEnd('='), javallier, javallier.TrimEnd('='), url, url.TrimEnd('=') })
        {
            foreach (string escaped in new[] { text, text.Replace("=", "\\u003d", StringComparison.Ordinal).Replace("/", "\\/", StringComparison.Ordinal) })
            {
                // Other members, of any form, do not matter; nor does the order.
                string document = $$"""{"x":[{"n":"AQ"},[]],"n":"{{escaped}}","alg":"PAI-GN1","key_ops":null,"kty":"DAJ"}""";
                Assert.AreEqual(key, PheJson.ReadPublicKey(Utf8(document), anySize: true), document);
            }
        }
    }

    [TestMethod]
    public void Members_come_in_any_order()
    {
        string reversed = Reverse(JsonNode.Parse(PrivateDocument)!.AsObject()).ToJsonString();
        using PaillierPrivateKey key = PheJson.ReadPrivateKey(Utf8(reversed), anySize: true);
        Assert.AreEqual(Key, key.PublicKey);
        PheNumbers forward = PheJson.ReadVector(Key, Utf8(VectorDocument));
        PheNumbers backward = PheJson.ReadVector(null, Utf8(Reverse(JsonNode.Parse(VectorDocument)!.AsObject()).ToJsonString()), 10, anySize: true);
        CollectionAssert.AreEqual(CiphertextFormat.Write(forward.Ciphertexts), CiphertextFormat.Write(backward.Ciphertexts));
        PheNumbers number = PheJson.ReadNumber(Key, "{ \"e\" : -3 , \"v\" : \"1\" }\r\n"u8);
        Assert.AreEqual(-3, number.Exponents[0]);
    }

    [TestMethod]
    public void Vectors_in_the_forms_that_are_about()
    {
        foreach (string document in new[]
        {
            """{"values":[["1",0],["4",-14]]}""",
            """{"values":[["1","0"],["4","-14"]],"public_key":{"n":"N"}}""",
            """{"public_key":{"n":N},"values":[[1,0],[4,-14]],"signature":{"a":[1,2,3]}}""",
            """{"public_key":{"n":N,"g":G},"values":[["1",0],["0004","-14"]]}""",
        })
        {
            PheNumbers numbers = PheJson.ReadVector(Key, Utf8(WithKey(document)));
            CollectionAssert.AreEqual(PaillierVectors.Bytes(Key, 1, 4), CiphertextFormat.Write(numbers.Ciphertexts));
            CollectionAssert.AreEqual(new[] { 0, -14 }, numbers.Exponents.ToArray());
        }

        Assert.AreEqual(0, PheJson.ReadVector(Key, """{"values":[]}"""u8, 0).Count);
        Assert.AreEqual(WithKey("""{"public_key":{"n":N},"values":[]}"""), Encoding.UTF8.GetString(PheJson.WriteVector(PheJson.ReadVector(Key, """{"values":[]}"""u8))));
    }

    [TestMethod]
    [DataRow("", "no JSON")]
    [DataRow("5", "a JSON object")]
    [DataRow("[]", "a JSON object")]
    [DataRow("{}", "\"kty\"")]
    [DataRow("{\"kty\":\"RSA\"}", "\"DAJ\"")]
    [DataRow("{\"kty\":1}", "\"DAJ\"")]
    [DataRow("{\"kty\":\"DAJ\",\"alg\":\"PAI-GN2\"}", "\"PAI-GN1\"")]
    [DataRow("{\"kty\":\"DAJ\",\"alg\":\"PAI-GN1\"}", "\"n\"")]
    [DataRow("{\"kty\":\"DAJ\",\"alg\":\"PAI-GN1\",\"n\":\"\"}", "base64")]
    [DataRow("{\"kty\":\"DAJ\",\"alg\":\"PAI-GN1\",\"n\":\"AQAB=\"}", "base64")]
    [DataRow("{\"kty\":\"DAJ\",\"alg\":\"PAI-GN1\",\"n\":\"AQABA\"}", "base64")]
    [DataRow("{\"kty\":\"DAJ\",\"alg\":\"PAI-GN1\",\"n\":\"AQ*B\"}", "base64")]
    [DataRow("{\"kty\":\"DAJ\",\"alg\":\"PAI-GN1\",\"n\":\"AQ\\ud800\"}", "base64")]
    [DataRow("{\"kty\":\"DAJ\",\"alg\":\"PAI-GN1\",\"n\":5}", "base64")]
    [DataRow("{\"kty\":\"DAJ\",\"alg\":\"PAI-GN1\",\"n\":\"AQAB\",\"n\":\"AQAB\"}", "twice")]
    [DataRow("{\"kty\":\"DAJ\",\"alg\":\"PAI-GN1\",\"n\":\"AQAB\"}}", "no JSON")]
    [DataRow("{\"kty\":\"DAJ\",\"alg\":\"PAI-GN1\",\"n\":\"AQAB\"", "no JSON")]
    [DataRow("{\"x\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}", "no JSON")]
    public void Public_keys_that_are_refused(string document, string reason)
    {
        FormatRefusedException error = Assert.ThrowsExactly<FormatRefusedException>(() => PheJson.ReadPublicKey(Utf8(document), anySize: true));
        StringAssert.Contains(error.Message, reason);
        StringAssert.Contains(error.Message, "phe public key");
    }

    [TestMethod]
    public void Private_keys_that_are_refused()
    {
        (string Member, string? Value, string Reason)[] changes =
        [
            ("kty", "\"RSA\"", "\"DAJ\""),
            ("kty", null, "\"kty\""),
            ("key_ops", "[\"encrypt\",[],{}]", "\"decrypt\""),
            ("key_ops", "\"decrypt\"", "JSON list"),
            ("pub", "{}", "\"kty\""),
            ("p", null, "\"p\""),
            ("q", null, "\"q\""),
            ("p", "\"AQ\"", "not the two primes"),
            ("p", "\"2idmU-EiQGoaSp9cS4G1WQ\"", "not the two primes"),
            ("q", "\"ud4j41tI-An-xACAJ6ednw\"", "not the two primes"),
        ];
        foreach ((string member, string? value, string reason) in changes)
        {
            JsonObject document = JsonNode.Parse(PrivateDocument)!.AsObject();
            document.Remove(member);
            if (value is not null)
            {
                document.Add(member, JsonNode.Parse(value));
            }

            FormatRefusedException error = Assert.ThrowsExactly<FormatRefusedException>(() => PheJson.ReadPrivateKey(Utf8(document.ToJsonString()), anySize: true), $"{member} = {value}");
            StringAssert.Contains(error.Message, reason);
        }

        Assert.ThrowsExactly<FormatRefusedException>(() => PheJson.ReadPrivateKey(new byte[PheJson.MaximumKeyBytes + 1]));
    }

    [TestMethod]
    [DataRow("""{"values":[["1",0],["x",0]]}""", "Value 1 of")]
    [DataRow("""{"values":[["1",0],["",0]]}""", "Value 1 of")]
    [DataRow("""{"values":[["1",0],["-1",0]]}""", "Value 1 of")]
    [DataRow("""{"values":[["1",0],["1e3",0]]}""", "Value 1 of")]
    [DataRow("""{"values":[["1",0],[1e3,0]]}""", "Value 1 of")]
    [DataRow("""{"values":[["1",0],["\u0031",0]]}""", "Value 1 of")]
    [DataRow("""{"values":[["1",0],["1"]]}""", "Value 1 of")]
    [DataRow("""{"values":[["1",0],["1",0,0]]}""", "Value 1 of")]
    [DataRow("""{"values":[["1",0],["1",0.0]]}""", "Value 1 of")]
    [DataRow("""{"values":[["1",0],["1",16385]]}""", "Value 1 of")]
    [DataRow("""{"values":[["1",0],["1",-99999999999999999999]]}""", "Value 1 of")]
    [DataRow("""{"values":[["1",0],["1",null]]}""", "Value 1 of")]
    [DataRow("""{"values":[["1",0],"1"]}""", "Value 1 of")]
    [DataRow("""{"values":{"1":0}}""", "JSON list")]
    [DataRow("""{"values":[["1",0],["1",0],["1",0]]}""", "more than the 2 values")]
    [DataRow("""{"values":[["1",0],["0",0]]}""", "Ciphertext 1")]
    [DataRow("""{"values":[["1",0],["S",0]]}""", "Ciphertext 1")]
    [DataRow("""{"values":[["1",0],["N",0]]}""", "Ciphertext 1")]
    [DataRow("""{"values":[["1",0],["99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999",0]]}""", "Value 1 of")]
    [DataRow("""{"values":[],"public_key":{"n":77}}""", "another key")]
    [DataRow("""{"values":[],"public_key":{"n":N,"g":77}}""", "generator")]
    [DataRow("""{"values":[],"public_key":{"n":1.5}}""", "natural number")]
    [DataRow("""{"values":[],"public_key":{}}""", "\"n\"")]
    [DataRow("""{"values":[],"public_key":5}""", "JSON object")]
    [DataRow("""{"public_key":{"n":N}}""", "\"values\"")]
    [DataRow("""{"values":[],"values":[]}""", "twice")]
    public void Vectors_that_are_refused(string document, string reason)
    {
        FormatRefusedException error = Assert.ThrowsExactly<FormatRefusedException>(() => PheJson.ReadVector(Key, Utf8(WithKey(document)), 2));
        StringAssert.Contains(error.Message, reason);
    }

    [TestMethod]
    public void A_vector_without_a_key_needs_one_given()
    {
        FormatRefusedException error = Assert.ThrowsExactly<FormatRefusedException>(() => PheJson.ReadVector("""{"values":[["1",0]]}"""u8));
        StringAssert.Contains(error.Message, "names no key");
    }

    [TestMethod]
    [DataRow("{\"v\":\"1\"}", "\"e\"")]
    [DataRow("{\"e\":0}", "\"v\"")]
    [DataRow("{\"v\":\"0\",\"e\":0}", "Ciphertext 0")]
    [DataRow("{\"v\":null,\"e\":0}", "no number")]
    public void Numbers_that_are_refused(string document, string reason)
    {
        FormatRefusedException error = Assert.ThrowsExactly<FormatRefusedException>(() => PheJson.ReadNumber(Key, Utf8(document)));
        StringAssert.Contains(error.Message, reason);
    }

    [TestMethod]
    public void Digits_are_counted_before_they_are_read()
    {
        // Ten million digits would take minutes to convert.
        byte[] document = Utf8($$"""{"v":"{{new string('9', 10_000_000)}}","e":0}""");
        FormatRefusedException error = Assert.ThrowsExactly<FormatRefusedException>(() => PheJson.ReadNumber(Key, document));
        StringAssert.Contains(error.Message, "10000000 digits");
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(string name) => Encoding.UTF8.GetString(PaillierVectors.Read($"phe-json/{name}"));

    // N, G and S stand for n, n + 1 and n².
    private static string WithKey(string document) => document
        .Replace("N", Key.N.ToString(), StringComparison.Ordinal)
        .Replace("G", (Key.N + 1).ToString(), StringComparison.Ordinal)
        .Replace("S", BigInteger.Pow(Key.N, 2).ToString(), StringComparison.Ordinal);

    private static JsonObject Reverse(JsonObject document) =>
        new(document.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value is JsonObject inner ? Reverse(inner) : member.Value?.DeepClone())));
}
