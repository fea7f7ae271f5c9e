using System.Text.Json;

namespace Hybrid.Models;

/// <summary>Reads members of a JSON object with errors that name the member.</summary>
internal readonly struct JsonFields(JsonElement root, string what)
{
    public static JsonDocumentOptions Options => new() { MaxDepth = 8 };

    /// <summary>Parses a document whose root is an object.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string what)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
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

    public string Text(string name) => Text(Member(name, JsonValueKind.String), name);

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
                ? Text(element, name)
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

    private string Text(JsonElement element, string name)
    {
        try
        {
            string text = element.GetString()!;
            return Printable.Is(text) ? text : throw new FormatRefusedException($"{what} has characters in \"{name}\" that cannot be printed.");
        }
        catch (InvalidOperationException e)
        {
            throw new FormatRefusedException($"{what} has bytes in \"{name}\" that are no text.", e);
        }
    }

    private static string Lower<TEnum>(TEnum value)
        where TEnum : struct, Enum => value.ToString().ToLowerInvariant();
}
