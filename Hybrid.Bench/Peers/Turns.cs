using System.CommandLine;
using System.Globalization;

namespace Hybrid.Bench.Peers;

/// <summary>
/// The rounds of a comparison: every side in turn, so that a slow spell of the machine hits all alike. All get one thread, keys of their own
/// and, where they can be told, the same time for each operation; a figure is the median over the rounds of the medians within a round.
/// </summary>
internal sealed class Turns
{
    private readonly Option<double> _seconds;
    private readonly Option<int> _rounds = new("--rounds") { Description = "How often the sides take turns", DefaultValueFactory = _ => 3 };

    /// <summary>Adds the options that say how long to measure.</summary>
    public Turns(Command command, double seconds)
    {
        _seconds = new("--seconds") { Description = "Time for each operation and size, over all rounds, on each side", DefaultValueFactory = _ => seconds };
        _seconds.Validators.Add(result => Require(result.GetValue(_seconds) is >= 0.001 and <= 3600, result, "--seconds takes a number from 0.001 to 3600."));
        _rounds.Validators.Add(result => Require(result.GetValue(_rounds) is >= 1 and <= 1000, result, "--rounds takes a number from 1 to 1000."));
        command.Options.Add(_seconds);
        command.Options.Add(_rounds);
    }

    /// <summary>Measures, and prints the table.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="title">The table's corner.</param>
    /// <param name="sizeWords">How it writes a size.</param>
    /// <param name="peers">Whom to compare with.</param>
    /// <param name="prepare">Prepares our side.</param>
    /// <param name="notes">What stands below the table.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(
        ParseResult parsed, string title, Func<int, string> sizeWords, IReadOnlyList<IPeer> peers, Func<TimedCases> prepare, IEnumerable<string> notes, CancellationToken stop)
    {
        int rounds = parsed.GetValue(_rounds);
        double seconds = Math.Max(0.001, parsed.GetValue(_seconds) / rounds);
        var table = new ComparisonTable(title, sizeWords, [.. peers.Select(peer => peer.Name)]);
        try
        {
            // Whatever is missing on another side shows at once.
            foreach (IPeer peer in peers)
            {
                await peer.CheckAsync(stop);
            }

            using TimedCases ours = prepare();
            ours.WarmUp(stop);
            string order = string.Join(", then ", peers.Select(peer => peer.Name).Prepend("Hybrid"));
            for (int round = 1; round <= rounds; round++)
            {
                await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Round {round} of {rounds}: {order}."));
                table.AddOurs(ours.Measure(TimeSpan.FromSeconds(seconds), stop));
                for (int i = 0; i < peers.Count; i++)
                {
                    table.AddPeers(i, await peers[i].MeasureAsync(seconds, stop));
                }
            }
        }
        catch (PeerMissingException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }

        table.Write(Console.Out);
        foreach (string note in notes)
        {
            Console.WriteLine(note);
        }

        return 0;
    }

    private static void Require(bool holds, System.CommandLine.Parsing.OptionResult result, string sentence)
    {
        if (!holds)
        {
            result.AddError(sentence);
        }
    }
}
