using System.Text.Json;

namespace Hybrid.Bench.Peers;

/// <summary>What one operation on shares took in one round.</summary>
/// <param name="Name">As <see cref="MpcOperation.Name"/>.</param>
/// <param name="Size">As <see cref="MpcOperation.Size"/>.</param>
/// <param name="Seconds">Median, dealing included.</param>
/// <param name="Dealing">The part of it that went into making correlations; null if it is not told apart.</param>
/// <param name="Rounds">Messages, or collective calls, one after another.</param>
/// <param name="Bytes">Of both parties together.</param>
/// <param name="Engine">What computed it; for ours, empty.</param>
internal sealed record MpcTiming(string Name, int Size, double Seconds, double? Dealing, int Rounds, long Bytes, string Engine = "")
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    /// <summary>What it timed.</summary>
    public MpcOperation Operation => new(Name, Size);

    /// <summary>What the script answered: a list of them.</summary>
    /// <param name="json">The document.</param>
    /// <param name="otherwise">The sentence for when it is something else.</param>
    /// <exception cref="PeerMissingException">It is something else.</exception>
    public static IReadOnlyList<MpcTiming> Parse(string json, string otherwise)
    {
        try
        {
            MpcTiming[]? timings = JsonSerializer.Deserialize<MpcTiming[]>(json, CamelCase);
            return timings is { Length: > 0 } && timings.All(IsWhole) ? timings : throw new PeerMissingException(otherwise);
        }
        catch (JsonException error)
        {
            throw new PeerMissingException(otherwise, error);
        }
    }

    private static bool IsWhole(MpcTiming? timing) =>
        timing is { Name: not null, Engine: not null, Size: > 0, Seconds: > 0, Dealing: null or >= 0, Rounds: >= 0, Bytes: >= 0 };
}
