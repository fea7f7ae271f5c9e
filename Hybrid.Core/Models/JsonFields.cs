using System.Text.Json;

namespace Hybrid.Models;

/// <summary>Reads members of a JSON object with errors that name the member.</summary>
internal readonly struct JsonFields(JsonElement root, string what)
{
    private const int MaximumDepth = 8;
    private const int MaximumCharacters = 256;

    /// <summary>Parses a document whose root is an object. Its texts can be shown as they are: short, and free of control characters.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string what)
    {
        JsonDocument document;
        try
        {
            RequireTexts(utf8.Span, what);
            document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaximumDepth });
        }
        catch (JsonException e)
        {
            throw new FormatRefusedException($"{what} is no JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} cannot be read.", e);
        }

        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            document.Dispose();
            throw new FormatRefusedException($"{what} is no JSON object.");
        }

        return document;
    }

    public JsonElement Member(string name, JsonValueKind kind) =>
        root.TryGetProperty(name, out JsonElement element) && element.ValueKind == kind
            ? element
            : throw new FormatRefusedException($"{what} lacks \"{name}\", or it is no {kind.ToString().ToLowerInvariant()}.");

    public string Text(string name) => Member(name, JsonValueKind.String).GetString()!;

    public int Integer(string name, int least, int most) =>
        Member(name, JsonValueKind.Number).TryGetInt32(out int value) && value >= least && value <= most
            ? value
            : throw new FormatRefusedException($"{what} has a \"{name}\" that is no whole number from {least} to {most}.");

    public string[] Texts(string name)
    {
        JsonElement array = Member(name, JsonValueKind.Array);
        var texts = new string[array.GetArrayLength()];
        int i = 0;
        foreach (JsonElement element in array.EnumerateArray())
        {
            texts[i++] = element.ValueKind == JsonValueKind.String
                ? element.GetString()!
                : throw new FormatRefusedException($"{what} has something other than text in \"{name}\".");
        }

        return texts;
    }

    public double[] Numbers(string name) => Numbers(Member(name, JsonValueKind.Array), name);

    public double[] Numbers(JsonElement array, string name)
    {
        var numbers = new double[array.ValueKind == JsonValueKind.Array ? array.GetArrayLength() : 0];
        int i = 0;
        if (array.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement element in array.EnumerateArray())
            {
                if (element.ValueKind != JsonValueKind.Number || !element.TryGetDouble(out numbers[i]) || !double.IsFinite(numbers[i]))
                {
                    throw new FormatRefusedException($"{what} has something other than a finite number as element {i + 1} of \"{name}\".");
                }

                i++;
            }

            return numbers;
        }

        throw new FormatRefusedException($"{what} has something other than a list of numbers in \"{name}\".");
    }

    public TEnum Choice<TEnum>(string name)
        where TEnum : struct, Enum
    {
        string text = Text(name);
        foreach (TEnum value in Enum.GetValues<TEnum>())
        {
            // Lower case in files, exactly.
            if (text == Lower(value))
            {
                return value;
            }
        }

        throw new FormatRefusedException($"{what} has the {name} \"{Printable.Shortened(text)}\"; it must be one of {string.Join(", ", Enum.GetValues<TEnum>().Select(Lower))}.");
    }

    // What stands in a file or comes from a peer ends up in tables and messages: it must not steer a terminal or forge a line.
    private static void RequireTexts(ReadOnlySpan<byte> utf8, string what)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaximumDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !IsShowable(ref reader))
            {
                throw new FormatRefusedException(
                    $"{what} has a text at byte {reader.TokenStartIndex + 1} that is longer than {MaximumCharacters} characters, holds control characters or is no Unicode.");
            }
        }
    }

    private static bool IsShowable(ref Utf8JsonReader reader)
    {
        // A character takes six bytes at most, as an escape.
        if (reader.ValueSpan.Length > 6 * MaximumCharacters)
        {
            return false;
        }

        Span<char> text = stackalloc char[6 * MaximumCharacters];
        try
        {
            text = text[..reader.CopyString(text)];
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that bytes or escapes are no Unicode.
            return false;
        }

        return text.Length <= MaximumCharacters && Printable.Is(text);
    }

    private static string Lower<TEnum>(TEnum value)
        where TEnum : struct, Enum => value.ToString().ToLowerInvariant();
}
