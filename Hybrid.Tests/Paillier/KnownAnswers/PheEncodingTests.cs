using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Hybrid.Paillier;
using Hybrid.Paillier.Arithmetic;

namespace Hybrid.Tests.Paillier.KnownAnswers;

/// <summary>encoding.json: phe's encodings of integers and doubles, both ways.</summary>
[TestClass]
public sealed class PheEncodingTests
{
    private static readonly JsonElement VectorFile = PaillierVectors.Parse("phe-json/encoding.json");
    private static readonly PaillierPublicKey Key = PaillierPublicKey.FromModulusUnsafe(VectorFile.Hex("n"));

    [TestMethod]
    public void Encodes_as_phe_does()
    {
        Assert.AreEqual(VectorFile.Hex("max_int"), PheEncoding.MaximumMantissa(Key));
        foreach (JsonElement row in VectorFile.GetProperty("encode").EnumerateArray())
        {
            PheEncoding encoding = IsInteger(row, out BigInteger integer) ? PheEncoding.FromInteger(integer) : PheEncoding.FromDouble(Double(row));
            AssertEncodes(row, encoding);
        }
    }

    [TestMethod]
    public void Encodes_at_given_exponents_as_phe_does()
    {
        foreach (JsonElement row in VectorFile.GetProperty("encode_with").EnumerateArray())
        {
            bool isInteger = IsInteger(row, out BigInteger integer);
            PheEncoding encoding;
            if (row.TryGetProperty("precision", out JsonElement precision))
            {
                int exponent = PheEncoding.ExponentFor(precision.GetDouble());
                encoding = isInteger ? PheEncoding.FromInteger(integer, exponent) : PheEncoding.FromDouble(Double(row), exponent);
            }
            else
            {
                PheEncoding exact = isInteger ? PheEncoding.FromInteger(integer) : PheEncoding.FromDouble(Double(row));
                encoding = exact.LowerTo(Math.Min(exact.Exponent, row.GetProperty("max_exponent").GetInt32()));
            }

            AssertEncodes(row, encoding);
        }
    }

    [TestMethod]
    public void Decodes_as_phe_does()
    {
        int overflows = 0;
        foreach (JsonElement row in VectorFile.GetProperty("decode").EnumerateArray())
        {
            BigInteger residue = row.Hex("encoding");
            int exponent = row.GetProperty("exponent").GetInt32();
            if (residue >= Key.N)
            {
                // No plaintext vector holds it: decryption gives residues.
                Assert.AreEqual("ValueError", row.GetProperty("error").GetString());
                continue;
            }

            using PlaintextVector plaintexts = PlaintextVector.FromIntegers(Key, PaillierVectors.Signed(residue, Key.N));
            if (row.TryGetProperty("error", out JsonElement error))
            {
                Assert.AreEqual("OverflowError", error.GetString());
                ParameterException thrown = Assert.ThrowsExactly<ParameterException>(() => PheEncoding.FromPlaintexts(plaintexts, [exponent]));
                Assert.AreEqual(ParameterFault.OutOfRange, thrown.Fault);
                overflows++;
                continue;
            }

            PaillierVectors.AssertDecodes(row.GetProperty("decoded"), PheEncoding.FromPlaintexts(plaintexts, [exponent])[0], row.ToString());
        }

        Assert.AreEqual(3, overflows);
    }

    [TestMethod]
    public void Doubles_come_back_from_every_exponent_range()
    {
        var random = new Random(21);
        double[] edges = [double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, BitConverter.UInt64BitsToDouble(0x000fffffffffffff), 1, 0, -0.0];
        for (int i = 0; i < 20_000; i++)
        {
            double value = i < edges.Length ? edges[i] : BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (!double.IsFinite(value))
            {
                continue;
            }

            PheEncoding encoding = PheEncoding.FromDouble(value);
            Assert.AreEqual(value, encoding.ToDouble(), $"seed 21, {value:r}");
            Assert.AreEqual(value, encoding.LowerTo(encoding.Exponent - 40).ToDouble(), $"seed 21, {value:r}");
            Assert.IsTrue(encoding.Exponent is >= -282 and <= 242, $"seed 21, {value:r}");
        }
    }

    [TestMethod]
    public void Mantissas_round_to_nearest_even_once()
    {
        // Random quotients M / 16^k against exact comparison with both neighbours.
        var random = new Random(22);
        for (int i = 0; i < 2_000; i++)
        {
            int shift = random.Next(1, 300);
            BigInteger mantissa = (new BigInteger(random.NextInt64()) << random.Next(0, 200)) + random.Next(-2, 3);
            double rounded = new PheEncoding(mantissa, -shift).ToDouble();
            BigInteger error = Distance(mantissa, shift, rounded);
            foreach (double neighbour in new[] { Math.BitIncrement(rounded), Math.BitDecrement(rounded) })
            {
                int comparison = error.CompareTo(Distance(mantissa, shift, neighbour));
                Assert.IsTrue(comparison < 0 || (comparison == 0 && (BitConverter.DoubleToInt64Bits(rounded) & 1) == 0), $"seed 22: {mantissa} / 16^{shift}");
            }
        }
    }

    [TestMethod]
    public void What_cannot_be_encoded_or_read_is_refused()
    {
        foreach (double value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            Assert.ThrowsExactly<ParameterException>(() => PheEncoding.FromDouble(value));
            Assert.ThrowsExactly<ParameterException>(() => PheEncoding.FromDouble(value, -8));
        }

        Assert.ThrowsExactly<ParameterException>(() => new PheEncoding(1, 256).ToDouble());
        Assert.ThrowsExactly<ParameterException>(() => new PheEncoding((BigInteger.One << 1024) - (BigInteger.One << 970), 0).ToDouble());
        Assert.AreEqual(double.MaxValue, new PheEncoding((BigInteger.One << 1024) - (BigInteger.One << 970) - 1, 0).ToDouble());
        Assert.ThrowsExactly<ParameterException>(() => new PheEncoding(8, -1).ToInteger());
        Assert.AreEqual(3, new PheEncoding(48, -1).ToInteger());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PheEncoding(1, PheEncoding.MaximumExponent + 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PheEncoding(1, 0).LowerTo(int.MinValue));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PheEncoding(1, 0).LowerTo(1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PheEncoding.ExponentFor(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PheEncoding.ExponentFor(double.NaN));
    }

    private static void AssertEncodes(JsonElement row, PheEncoding encoding)
    {
        if (row.TryGetProperty("error", out _))
        {
            Assert.ThrowsExactly<ParameterException>(() => PheEncoding.ToPlaintexts(Key, encoding), row.ToString());
            return;
        }

        using PlaintextVector plaintexts = PheEncoding.ToPlaintexts(Key, encoding);
        Assert.AreEqual(row.Hex("encoding"), Limbs.ToBigInteger(plaintexts[0]), row.ToString());
        Assert.AreEqual(row.GetProperty("exponent").GetInt32(), encoding.Exponent, row.ToString());
        PaillierVectors.AssertDecodes(row.GetProperty("decoded"), PheEncoding.FromPlaintexts(plaintexts, [encoding.Exponent])[0], row.ToString());
    }

    private static bool IsInteger(JsonElement row, out BigInteger integer)
    {
        bool found = row.GetProperty("value").TryGetProperty("integer", out JsonElement text);
        integer = found ? BigInteger.Parse(text.GetString()!, CultureInfo.InvariantCulture) : 0;
        return found;
    }

    private static double Double(JsonElement row) =>
        BitConverter.UInt64BitsToDouble(ulong.Parse(row.GetProperty("value").GetProperty("bits").GetString()!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    // |M / 16^k - value| · 16^k · 2^1074.
    private static BigInteger Distance(BigInteger mantissa, int shift, double value)
    {
        PheEncoding exact = PheEncoding.FromDouble(value);
        return BigInteger.Abs((mantissa << 1200) - (exact.Mantissa << (1200 + (4 * (exact.Exponent + shift)))));
    }
}
