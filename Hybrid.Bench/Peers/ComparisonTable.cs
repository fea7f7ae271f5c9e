using System.Globalization;

namespace Hybrid.Bench.Peers;

/// <summary>The table of all sides' medians over rounds, in Markdown: of one peer side by side for every size, of several a table a size.</summary>
/// <param name="title">Its corner.</param>
/// <param name="sizeWords">How a size is written.</param>
/// <param name="peers">The peers' columns.</param>
internal sealed class ComparisonTable(string title, Func<int, string> sizeWords, IReadOnlyList<string> peers)
{
    private const string Nothing = "–";

    private readonly List<Timing> _ours = [];
    private readonly List<Timing>[] _peers = [.. peers.Select(_ => new List<Timing>())];

    public void AddOurs(IEnumerable<Timing> round) => _ours.AddRange(round);

    /// <summary>Adds a peer's round.</summary>
    /// <param name="peer">Which of the columns.</param>
    /// <param name="round">Its figures.</param>
    public void AddPeers(int peer, IEnumerable<Timing> round) => _peers[peer].AddRange(round);

    public void Write(TextWriter writer)
    {
        int[] sizes = [.. _ours.Select(timing => timing.Size).Distinct().Order()];
        foreach (int[] together in peers.Count == 1 ? [sizes] : sizes.Select(size => new[] { size }))
        {
            WriteTable(writer, together);
            writer.WriteLine();
        }

        for (int i = 0; i < peers.Count; i++)
        {
            writer.WriteLine($"{peers[i]} is {_peers[i][0].Engine}.");
        }

        writer.WriteLine("Medians; a ratio above 1 says how many times faster Hybrid is.");
    }

    private void WriteTable(TextWriter writer, int[] sizes)
    {
        string columns = $"Hybrid | {string.Join(" | ", peers.Select(peer => $"{peer} | ratio"))}";
        writer.WriteLine($"| {title} | {string.Join(" | ", sizes.Select(size => $"{sizeWords(size)}: {columns}"))} |");
        writer.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", sizes.Length * (1 + (2 * peers.Count))))}");
        foreach (string name in _ours.Where(timing => sizes.Contains(timing.Size)).Select(timing => timing.Name).Distinct())
        {
            writer.WriteLine($"| {name} | {string.Join(" | ", sizes.Select(size => Cells(name, size)))} |");
        }
    }

    // Ours may come in several ways, named after a comma; a peer's figure is for all of them.
    private string Cells(string name, int size)
    {
        double? ours = Median(_ours, name, size);
        return $"{Time(ours)} | {string.Join(" | ", _peers.Select(peer => Cells(ours, Median(peer, name.Split(',')[0], size))))}";
    }

    private static string Cells(double? ours, double? theirs) =>
        $"{Time(theirs)} | {(theirs / ours)?.ToString("G3", CultureInfo.InvariantCulture) ?? Nothing}";

    private static double? Median(List<Timing> timings, string name, int size)
    {
        double[] found = [.. timings.Where(timing => timing.Name == name && timing.Size == size).Select(timing => timing.Microseconds)];
        return found.Length == 0 ? null : Timing.Median(found);
    }

    /// <summary>Three digits, in the unit that suits; nothing is a dash.</summary>
    internal static string Time(double? microseconds) => microseconds switch
    {
        null => Nothing,
        < 1e3 => $"{Digits(microseconds.Value)} µs",
        < 1e6 => $"{Digits(microseconds.Value / 1e3)} ms",
        _ => $"{Digits(microseconds.Value / 1e6)} s",
    };

    private static string Digits(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
