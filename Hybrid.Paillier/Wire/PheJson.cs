using System.Buffers;
using System.Numerics;
using System.Text.Json;
using Hybrid.Paillier.Arithmetic;

namespace Hybrid.Paillier;

/// <summary>
/// The JSON documents of python-paillier (phe 1.5): keys as its command pheutil writes them, encrypted numbers as pheutil and
/// phe's documentation ("Serialisation") write them.
/// </summary>
/// <remarks>
/// <para>
/// Members may come in any order and others are ignored. A key read from such a document has no noise base, and one written
/// loses it: phe knows none. Ciphertexts are checked as <see cref="CiphertextFormat"/> checks them.
/// </para>
/// <para>
/// Python from 3.11 on does not read integers of more than 4300 digits unless told to (sys.set_int_max_str_digits), as
/// ciphertexts of keys above 7142 bits have.
/// </para>
/// </remarks>
public static partial class PheJson
{
    /// <summary>Length of the longest key document that is read.</summary>
    public const int MaximumKeyBytes = 1 << 16;

    /// <summary>Numbers that a vector document may hold unless the reader is told otherwise: 100 MB of ciphertexts under a key of 3072 bits.</summary>
    public const int DefaultMaximumCount = 1 << 16;

    private const string KeyType = "DAJ";
    private const string Algorithm = "PAI-GN1";

    // Of each list, the first members are required.
    private static readonly string[] NumberMembers = ["v", "e"];
    private static readonly string[] VectorMembers = ["values", "public_key"];
    private static readonly string[] VectorKeyMembers = ["n", "g"];

    /// <summary>Writes one number as pheutil does, {"v":"…","e":…} and a line feed: it does not name its key.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such number.</exception>
    public static byte[] WriteNumber(PheNumbers numbers, int index = 0)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, numbers.Count);
        string ciphertext = Decimals(numbers.Ciphertexts.Select([index]))[0];
        byte[] document = Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("v", ciphertext);
            json.WriteNumber("e", numbers.Exponents[index]);
            json.WriteEndObject();
        });
        return [.. document, (byte)'\n'];
    }

    /// <summary>Reads one number as pheutil writes it.</summary>
    /// <param name="key">The key it must be under; the document does not say.</param>
    /// <param name="json">The document.</param>
    /// <exception cref="FormatRefusedException">The bytes are no such document, or no ciphertext of the key.</exception>
    public static PheNumbers ReadNumber(PaillierPublicKey key, ReadOnlySpan<byte> json)
    {
        ArgumentNullException.ThrowIfNull(key);
        var reader = new PheReader(json, "phe number");
        var bytes = new byte[key.CiphertextBytes];
        int exponent = 0;
        uint seen = 0;
        reader.EnterObject();
        for (int member; (member = reader.NextMember(NumberMembers, ref seen)) >= 0;)
        {
            if (member == 0)
            {
                ReadCiphertext(ref reader, bytes, key);
            }
            else
            {
                exponent = reader.Exponent();
            }
        }

        reader.RequireMembers(NumberMembers, seen, 2);
        reader.End();
        return new PheNumbers(CiphertextFormat.Read(key, bytes, 1), exponent);
    }

    /// <summary>Writes {"public_key":{"n":…},"values":[["…",…],…]}: n and the exponents as integers, ciphertexts as decimal texts.</summary>
    public static byte[] WriteVector(PheNumbers numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        string[] ciphertexts = Decimals(numbers.Ciphertexts);
        return Write(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("public_key");
            json.WritePropertyName("n");
            json.WriteRawValue(numbers.Key.N.ToString());
            json.WriteEndObject();
            json.WriteStartArray("values");
            for (int i = 0; i < ciphertexts.Length; i++)
            {
                json.WriteStartArray();
                json.WriteStringValue(ciphertexts[i]);
                json.WriteNumberValue(numbers.Exponents[i]);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>Reads a vector document with the key that it names.</summary>
    /// <param name="json">The document.</param>
    /// <param name="maximumCount">The most numbers it may hold.</param>
    /// <exception cref="FormatRefusedException">The bytes are no such document, it names no key, or a value is no ciphertext of the key.</exception>
    /// <exception cref="ParameterException">The key's size is refused.</exception>
    public static PheNumbers ReadVector(ReadOnlySpan<byte> json, int maximumCount = DefaultMaximumCount) =>
        ReadVector(null, json, maximumCount, anySize: false);

    /// <summary>Reads a vector document.</summary>
    /// <param name="key">The key its numbers must be under; the document may leave it out.</param>
    /// <param name="json">The document.</param>
    /// <param name="maximumCount">The most numbers it may hold.</param>
    /// <exception cref="FormatRefusedException">The bytes are no such document, it names another key, or a value is no ciphertext of the key.</exception>
    public static PheNumbers ReadVector(PaillierPublicKey key, ReadOnlySpan<byte> json, int maximumCount = DefaultMaximumCount)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ReadVector(key, json, maximumCount, anySize: true);
    }

    internal static PheNumbers ReadVector(PaillierPublicKey? key, ReadOnlySpan<byte> json, int maximumCount, bool anySize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumCount);
        var reader = new PheReader(json, "phe vector");
        PheReader values = reader;
        PaillierPublicKey? named = null;
        uint seen = 0;
        reader.EnterObject();
        for (int member; (member = reader.NextMember(VectorMembers, ref seen)) >= 0;)
        {
            if (member == 0)
            {
                // Read once the key is known, which may come later.
                values = reader;
                reader.SkipValue();
            }
            else
            {
                named = ReadVectorKey(ref reader, key, anySize);
            }
        }

        reader.RequireMembers(VectorMembers, seen, 1);
        reader.End();
        return ReadValues(values, key ?? named ?? throw reader.Refuse("names no key: read it with the key it must be under"), maximumCount);
    }

    // The given key, if the document names the same.
    private static PaillierPublicKey ReadVectorKey(ref PheReader reader, PaillierPublicKey? key, bool anySize)
    {
        int digits = DigitsOf(PaillierPublicKey.MaximumBits);
        BigInteger modulus = 0;
        BigInteger? generator = null;
        uint seen = 0;
        reader.EnterObject();
        for (int member; (member = reader.NextMember(VectorKeyMembers, ref seen)) >= 0;)
        {
            if (member == 0)
            {
                modulus = reader.Decimal("n", digits);
            }
            else
            {
                generator = reader.Decimal("g", digits);
            }
        }

        reader.RequireMembers(VectorKeyMembers, seen, 1);
        if (generator is not null && generator != modulus + 1)
        {
            throw reader.Refuse("has a generator g other than n + 1, which this library does not support");
        }

        if (key is null)
        {
            return MakePublicKey(modulus, anySize);
        }

        return key.N == modulus ? key : throw reader.Refuse("is under another key: encrypt with this one");
    }

    private static PheNumbers ReadValues(PheReader reader, PaillierPublicKey key, int maximumCount)
    {
        int size = key.CiphertextBytes;
        var ciphertexts = new ArrayBufferWriter<byte>();
        var exponents = new List<int>();
        reader.EnterList();
        while (reader.HasElement())
        {
            if (exponents.Count == maximumCount)
            {
                throw reader.Refuse($"has more than the {maximumCount} values that are allowed");
            }

            reader.At(exponents.Count);
            reader.EnterList();
            ReadCiphertext(ref reader, ciphertexts.GetSpan(size)[..size], key);
            ciphertexts.Advance(size);
            exponents.Add(reader.Exponent());
            reader.LeaveList();
            reader.At(-1);
        }

        return new PheNumbers(CiphertextFormat.Read(key, ciphertexts.WrittenSpan, exponents.Count), [.. exponents]);
    }

    private static void ReadCiphertext(ref PheReader reader, Span<byte> bytes, PaillierPublicKey key)
    {
        BigInteger ciphertext = reader.Decimal("ciphertext", DigitsOf(2 * key.Bits));
        int length = ciphertext.GetByteCount(isUnsigned: true);
        if (length > bytes.Length)
        {
            throw reader.Refuse("is a ciphertext above n²: it was altered, or made with another key");
        }

        bytes.Clear();
        ciphertext.TryWriteBytes(bytes[^length..], out _, isUnsigned: true, isBigEndian: true);
    }

    private static string[] Decimals(CiphertextVector ciphertexts)
    {
        int limbs = ciphertexts.Key.SquareLimbs;
        ulong[] integers = ciphertexts.ToIntegers(Environment.ProcessorCount);
        var decimals = new string[ciphertexts.Count];
        for (int i = 0; i < decimals.Length; i++)
        {
            decimals[i] = Limbs.ToBigInteger(integers.AsSpan(i * limbs, limbs)).ToString();
        }

        return decimals;
    }

    // The most decimal digits that so many bits take.
    private static int DigitsOf(int bits) => (int)(bits * double.Log10(2)) + 1;

    private static byte[] Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            content(json);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
