using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>
/// Steps through a phe document, token by token, straight over the caller's bytes (a secret in them is copied nowhere), and
/// refuses what does not belong with one sentence that names the place. A copy of a reader remembers its place.
/// </summary>
internal ref struct PheReader
{
    private const int MaximumDepth = 16;

    private readonly string _document;
    private Utf8JsonReader _json;
    private int _value;

    /// <param name="utf8">The document.</param>
    /// <param name="document">What it claims to be, for messages.</param>
    public PheReader(ReadOnlySpan<byte> utf8, string document)
    {
        _document = document;
        _json = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaximumDepth });
        _value = -1;
    }

    /// <summary>The error for what is wrong here.</summary>
    /// <param name="problem">The end of a sentence that begins with the document and the place.</param>
    public readonly FormatRefusedException Refuse(string problem) =>
        new(_value < 0 ? $"The {_document} {problem}." : $"Value {_value} of the {_document} {problem}.");

    /// <summary>Steps into an object.</summary>
    public void EnterObject() => Expect(JsonTokenType.StartObject, "a JSON object");

    /// <summary>Steps into a list.</summary>
    public void EnterList() => Expect(JsonTokenType.StartArray, "a JSON list");

    /// <summary>Steps out of a list that must end here.</summary>
    public void LeaveList() => Expect(JsonTokenType.EndArray, "the end of a list");

    /// <summary>Whether the list goes on; if not, steps out of it.</summary>
    public bool HasElement()
    {
        PheReader ahead = this;
        ahead.Advance();
        if (ahead._json.TokenType != JsonTokenType.EndArray)
        {
            return true;
        }

        this = ahead;
        return false;
    }

    /// <summary>From here on, messages name the value of this number; -1 for none.</summary>
    public void At(int value) => _value = value;

    /// <summary>
    /// The next member's number among <paramref name="names"/>, with its value to be read; others are skipped. -1 at the
    /// object's end.
    /// </summary>
    /// <param name="names">At most 32 names.</param>
    /// <param name="seen">Gathers a bit for each member found; one that comes twice is refused.</param>
    public int NextMember(ReadOnlySpan<string> names, ref uint seen)
    {
        while (true)
        {
            Advance();
            if (_json.TokenType == JsonTokenType.EndObject)
            {
                return -1;
            }

            for (int i = 0; i < names.Length; i++)
            {
                // None of the names needs an escape, and nobody writes one.
                if (!_json.ValueIsEscaped && _json.ValueTextEquals(names[i]))
                {
                    if ((seen >> i & 1) == 1)
                    {
                        throw Refuse($"has the member \"{names[i]}\" twice: keep one");
                    }

                    seen |= 1u << i;
                    return i;
                }
            }

            SkipValue();
        }
    }

    /// <summary>Refuses an object that lacks one of its first members.</summary>
    public readonly void RequireMembers(ReadOnlySpan<string> names, uint seen, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if ((seen >> i & 1) == 0)
            {
                throw Refuse($"has no member \"{names[i]}\": it was cut short, or is another kind of document");
            }
        }
    }

    /// <summary>Refuses anything after the document.</summary>
    public void End()
    {
        if (Read())
        {
            throw Refuse("goes on after its end");
        }
    }

    /// <summary>Steps over a value of any form.</summary>
    public void SkipValue()
    {
        Advance();
        int depth = _json.CurrentDepth;
        if (_json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            do
            {
                Advance();
            }
            while (_json.CurrentDepth > depth);
        }
    }

    /// <summary>Whether the next value, of any form, is this text.</summary>
    public bool IsText(string text)
    {
        PheReader here = this;
        SkipValue();
        here.Advance();
        return here._json.TokenType == JsonTokenType.String && !here._json.ValueIsEscaped && here._json.ValueTextEquals(text);
    }

    /// <summary>A natural number in decimal digits, as a JSON integer or a text.</summary>
    /// <param name="name">What the number is, for messages.</param>
    /// <param name="maximumDigits">Longer ones are refused before any work is done on them.</param>
    public BigInteger Decimal(string name, int maximumDigits)
    {
        ReadOnlySpan<byte> digits = NumberToken(name);
        if (digits.Length > maximumDigits)
        {
            throw Refuse($"has {digits.Length} digits in its {name}, where its key allows {maximumDigits}");
        }

        if (digits.IsEmpty || digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
        {
            throw Refuse($"has a {name} that is no natural number in decimal digits");
        }

        Span<char> characters = stackalloc char[digits.Length];
        Encoding.ASCII.GetChars(digits, characters);
        return BigInteger.Parse(characters, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>An exponent of 16, as a JSON integer or a text.</summary>
    public int Exponent()
    {
        if (!int.TryParse(NumberToken("exponent"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int exponent)
            || Math.Abs((long)exponent) > PheEncoding.MaximumExponent)
        {
            throw Refuse($"has an exponent that is no integer from -{PheEncoding.MaximumExponent} to {PheEncoding.MaximumExponent}");
        }

        return exponent;
    }

    /// <summary>A natural number that was written as base64 of its big-endian bytes; zeros may lead.</summary>
    /// <param name="limbs">Where to; it must fit.</param>
    /// <param name="name">The member, for messages.</param>
    public void Base64(Span<ulong> limbs, string name)
    {
        Advance();
        // One byte more for the sign that Java puts in front.
        int size = (limbs.Length * sizeof(ulong)) + 1;
        using var text = new SecretBuffer<byte>(PheBase64.CharactersFor(size));
        using var bytes = new SecretBuffer<byte>(text.Length);
        if (_json.TokenType != JsonTokenType.String || _json.ValueSpan.Length > text.Length
            || !TryCopyText(text.Span, out int characters)
            || !PheBase64.TryDecode(bytes.Span, text.Span[..characters], out int length)
            || (length >= size && bytes.Span[..(length - size + 1)].IndexOfAnyExcept((byte)0) >= 0))
        {
            throw Refuse($"has a member \"{name}\" that is no base64 of a number of at most {limbs.Length * Limbs.Bits} bits");
        }

        Limbs.FromBigEndian(limbs, bytes.Span.Slice(Math.Max(0, length - size + 1), Math.Min(length, size - 1)));
    }

    // An escape in the text may be one that stands for nothing.
    private readonly bool TryCopyText(Span<byte> destination, out int length)
    {
        try
        {
            length = _json.CopyString(destination);
            return true;
        }
        catch (InvalidOperationException)
        {
            length = 0;
            return false;
        }
    }

    private ReadOnlySpan<byte> NumberToken(string name)
    {
        Advance();
        return _json.TokenType is JsonTokenType.Number or JsonTokenType.String
            ? _json.ValueSpan
            : throw Refuse($"has no number where its {name} belongs");
    }

    private void Expect(JsonTokenType type, string description)
    {
        Advance();
        if (_json.TokenType != type)
        {
            throw Refuse($"does not have {description} where one belongs");
        }
    }

    private void Advance()
    {
        if (!Read())
        {
            throw Refuse("ends too early: it was cut short");
        }
    }

    private bool Read()
    {
        try
        {
            return _json.Read();
        }
        catch (JsonException error)
        {
            // Its own message may show a piece of the document, and is not passed on.
            throw Refuse($"is no JSON from line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1} on: it was cut short or altered");
        }
    }
}
