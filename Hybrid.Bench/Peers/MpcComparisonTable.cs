using System.Globalization;

namespace Hybrid.Bench.Peers;

/// <summary>The table of our side and a peer's at operations on shares, in Markdown: a line an operation and size, medians over rounds.</summary>
/// <param name="peer">The peer's name.</param>
internal sealed class MpcComparisonTable(string peer)
{
    private const string Nothing = "–";

    private readonly List<MpcTiming> _ours = [];
    private readonly List<MpcTiming> _theirs = [];

    public void AddOurs(IEnumerable<MpcTiming> round) => _ours.AddRange(round);

    public void AddPeers(IEnumerable<MpcTiming> round) => _theirs.AddRange(round);

    public void Write(TextWriter writer)
    {
        writer.WriteLine($"| shares, a thread a party | size | Hybrid | {peer} | ratio | online: Hybrid | {peer} | ratio | rounds: Hybrid | {peer} | bytes: Hybrid | {peer} |");
        writer.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", 11))}");
        foreach (MpcOperation operation in _theirs.Select(timing => timing.Operation).Distinct())
        {
            writer.WriteLine($"| {operation.Name} | {operation.Size.ToString(CultureInfo.InvariantCulture)} | {Cells(operation)} |");
        }

        writer.WriteLine();
        writer.WriteLine($"{peer} is {_theirs[0].Engine}.");
        writer.WriteLine("Medians; a ratio above 1 says how many times faster Hybrid is. Online: without the time in which correlations were made.");
    }

    private string Cells(MpcOperation operation)
    {
        MpcTiming[] ours = [.. _ours.Where(timing => timing.Operation == operation)];
        MpcTiming[] theirs = [.. _theirs.Where(timing => timing.Operation == operation)];
        return string.Join(" | ", [.. Times(ours, theirs, timing => timing.Seconds), .. Times(ours, theirs, timing => timing.Seconds - timing.Dealing), .. Costs(ours, theirs, timing => timing.Rounds), .. Costs(ours, theirs, timing => timing.Bytes)]);
    }

    private static string[] Times(MpcTiming[] ours, MpcTiming[] theirs, Func<MpcTiming, double?> seconds)
    {
        (double? our, double? their) = (Median(ours, seconds), Median(theirs, seconds));
        return [ComparisonTable.Time(our * 1e6), ComparisonTable.Time(their * 1e6), (their / our)?.ToString("G3", CultureInfo.InvariantCulture) ?? Nothing];
    }

    private static string[] Costs(MpcTiming[] ours, MpcTiming[] theirs, Func<MpcTiming, long> cost) => [Cost(ours, cost), Cost(theirs, cost)];

    private static string Cost(MpcTiming[] timings, Func<MpcTiming, long> cost) =>
        timings is [var first, ..] ? cost(first).ToString("#,0", CultureInfo.InvariantCulture) : Nothing;

    private static double? Median(MpcTiming[] timings, Func<MpcTiming, double?> seconds)
    {
        double[] known = [.. timings.Select(seconds).OfType<double>()];
        return known.Length == 0 ? null : Timing.Median(known);
    }
}
