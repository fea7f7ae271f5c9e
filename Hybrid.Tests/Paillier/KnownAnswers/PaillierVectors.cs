using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Hybrid.Paillier;

namespace Hybrid.Tests.Paillier.KnownAnswers;

/// <summary>Opens the known answers in Vectors/Paillier; its README says what is in them.</summary>
internal static class PaillierVectors
{
    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "Paillier", name));

    public static JsonElement Parse(string name)
    {
        using JsonDocument document = JsonDocument.Parse(Read(name));
        return document.RootElement.Clone();
    }

    /// <summary>A member in hexadecimal, with or without a sign.</summary>
    public static BigInteger Hex(this JsonElement row, string name)
    {
        string text = row.GetProperty(name).GetString()!;
        bool negative = text.StartsWith('-');
        BigInteger magnitude = BigInteger.Parse("0" + text[(negative ? 1 : 0)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return negative ? -magnitude : magnitude;
    }

    public static BigInteger[] HexColumn(this JsonElement rows, string name) => [.. rows.EnumerateArray().Select(row => row.Hex(name))];

    public static T[] Numbers<T>(this JsonElement row, string name)
        where T : IBinaryInteger<T> => [.. row.GetProperty(name).EnumerateArray().Select(x => T.CreateChecked(x.GetInt64()))];

    /// <summary>A residue modulo n as the signed number it stands for.</summary>
    public static BigInteger Signed(BigInteger residue, BigInteger n) => residue > n / 2 ? residue - n : residue;

    /// <summary>Ciphertexts as bytes of the wire.</summary>
    public static byte[] Bytes(PaillierPublicKey key, params ReadOnlySpan<BigInteger> ciphertexts)
    {
        var bytes = new byte[ciphertexts.Length * key.CiphertextBytes];
        for (int i = 0; i < ciphertexts.Length; i++)
        {
            int length = ciphertexts[i].GetByteCount(isUnsigned: true);
            ciphertexts[i].TryWriteBytes(bytes.AsSpan(((i + 1) * key.CiphertextBytes) - length), out _, isUnsigned: true, isBigEndian: true);
        }

        return bytes;
    }

    /// <summary>What a row of the phe-json files says a number decodes to: an integer, or the bits of a double.</summary>
    public static void AssertDecodes(JsonElement expected, PheEncoding actual, string place)
    {
        if (expected.TryGetProperty("integer", out JsonElement integer))
        {
            Assert.AreEqual(BigInteger.Parse(integer.GetString()!, CultureInfo.InvariantCulture), actual.ToInteger(), place);
        }
        else
        {
            Assert.AreEqual(expected.GetProperty("bits").GetString(), BitConverter.DoubleToUInt64Bits(actual.ToDouble()).ToString("x16", CultureInfo.InvariantCulture), place);
        }
    }
}
