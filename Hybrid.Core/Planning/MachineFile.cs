using System.Collections.Immutable;
using System.Text.Json;
using Hybrid.Models;

namespace Hybrid.Planning;

/// <summary>Machine profiles as JSON.</summary>
public static class MachineFile
{
    /// <summary>The most bytes of a profile.</summary>
    public const int MaximumBytes = 1 << 16;

    private const string Format = "hybrid-machine/2";
    private const int MaximumValues = 256;

    /// <summary>Where this user's own profile is kept.</summary>
    public static string DefaultPath => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "hybrid", "machine.json");

    /// <summary>Writes a profile as UTF-8 JSON.</summary>
    public static byte[] Write(MachineProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            writer.WriteString("name", profile.Name);
            writer.WriteString("processor", profile.Processor);
            writer.WriteStartObject("values");
            foreach ((string name, double value) in profile.Values)
                writer.WriteNumber(name, value);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Reads a profile.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="what">What messages call it.</param>
    /// <exception cref="FormatRefusedException">The bytes are no profile.</exception>
    public static MachineProfile Read(ReadOnlyMemory<byte> utf8, string what)
    {
        if (utf8.Length > MaximumBytes)
        {
            throw new FormatRefusedException($"{what} has {utf8.Length} bytes, where {MaximumBytes} are the most of a machine profile.");
        }

        using JsonDocument document = JsonFields.Parse(utf8, what);
        var fields = new JsonFields(document.RootElement, what);
        if (fields.Text("format") != Format)
        {
            throw new FormatRefusedException($"{what} has the format \"{Printable.Shortened(fields.Text("format"))}\"; this program reads \"{Format}\": make it anew with hybrid calibrate.");
        }

        var values = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        foreach (JsonProperty property in fields.Member("values", JsonValueKind.Object).EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Number || !property.Value.TryGetDouble(out double value) || !(value >= 0 && value <= 1e6) || values.Count == MaximumValues)
            {
                throw new FormatRefusedException($"{what} has a value \"{Printable.Shortened(property.Name)}\" that is no number from 0 to a million, or too many: make it anew with hybrid calibrate.");
            }

            values[property.Name] = value;
        }

        return new MachineProfile(fields.Text("name"), fields.Text("processor"), values.ToImmutable());
    }
}
