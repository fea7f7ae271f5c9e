using System.Globalization;

namespace Hybrid.Bench.Peers;

/// <summary>The table of both sides' medians, in Markdown.</summary>
internal sealed class ComparisonTable
{
    private readonly List<Timing> _ours = [];
    private readonly List<Timing> _peers = [];

    public void AddOurs(IEnumerable<Timing> round) => _ours.AddRange(round);

    public void AddPeers(IEnumerable<Timing> round) => _peers.AddRange(round);

    public void Write(TextWriter writer)
    {
        string engine = _peers[0].Engine;
        int[] sizes = [.. _ours.Select(timing => timing.Bits).Distinct().Order()];
        writer.WriteLine($"| Paillier, one thread | {string.Join(" | ", sizes.Select(bits => $"{bits} bits: Hybrid | Python | ratio"))} |");
        writer.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", 3 * sizes.Length))}");
        foreach (string name in _ours.Select(timing => timing.Name).Distinct())
        {
            writer.WriteLine($"| {name} | {string.Join(" | ", sizes.Select(bits => Cells(name, bits)))} |");
        }

        writer.WriteLine();
        writer.WriteLine($"Python is {engine}. Medians; a ratio above 1 says how many times faster Hybrid is.");
        writer.WriteLine("Hybrid takes 64 ciphertexts a call (dot-784: 8 vectors), or one where it says so; Python has only one at a time. Tables that encryptors make once are not counted.");
        writer.WriteLine("Python's encryption knows no owner's way: both of ours are set against the same figure. keygen is processor time on our side.");
    }

    private string Cells(string name, int bits)
    {
        double ours = Timing.Median([.. _ours.Where(timing => timing.Name == name && timing.Bits == bits).Select(timing => timing.Microseconds)]);
        string operation = name.Split(',')[0];
        double peers = Timing.Median([.. _peers.Where(timing => timing.Name == operation && timing.Bits == bits).Select(timing => timing.Microseconds)]);
        return string.Create(CultureInfo.InvariantCulture, $"{Time(ours)} | {Time(peers)} | {peers / ours:G3}");
    }

    // Three digits, in the unit that suits.
    private static string Time(double microseconds) => microseconds switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{Digits(microseconds)} µs"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{Digits(microseconds / 1e3)} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Digits(microseconds / 1e6)} s"),
    };

    private static string Digits(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
