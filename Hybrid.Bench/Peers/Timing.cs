using System.Text.Json;

namespace Hybrid.Bench.Peers;

/// <summary>The median time of one operation in one round.</summary>
/// <param name="Name">The operation: for ours, followed by how it was called, after a comma.</param>
/// <param name="Size">Bits of n, or the degree N.</param>
/// <param name="Microseconds">Median.</param>
/// <param name="Engine">What computed it; for ours, empty.</param>
internal sealed record Timing(string Name, int Size, double Microseconds, string Engine = "")
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    /// <summary>What a script answered: a list of them.</summary>
    /// <param name="json">The document.</param>
    /// <param name="otherwise">The sentence for when it is something else.</param>
    /// <exception cref="PeerMissingException">It is something else.</exception>
    public static IReadOnlyList<Timing> Parse(string json, string otherwise)
    {
        try
        {
            Timing[]? timings = JsonSerializer.Deserialize<Timing[]>(json, CamelCase);
            return timings is { Length: > 0 } && timings.All(timing => timing is { Name: not null, Engine: not null, Microseconds: > 0 })
                ? timings
                : throw new PeerMissingException(otherwise);
        }
        catch (JsonException error)
        {
            throw new PeerMissingException(otherwise, error);
        }
    }

    public static double Median(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
