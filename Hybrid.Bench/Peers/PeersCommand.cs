using System.CommandLine;
using System.Globalization;

namespace Hybrid.Bench.Peers;

/// <summary>
/// "peers": times Paillier here and in Python, in turn, and prints one table. Both sides get one thread, keys of their own and
/// the same time for each operation; a figure is the median over the rounds of the medians within a round.
/// </summary>
internal sealed class PeersCommand : RootCommand
{
    private static readonly int[] KeySizes = [2048, 3072];

    private readonly Option<string> _python = new("--python") { Description = "The Python to run, with gmpy2 and, to be measured against phe, python-paillier", DefaultValueFactory = _ => "python3" };
    private readonly Option<string> _engine = new("--engine") { Description = "auto: phe where it can be imported, else bare gmpy2", DefaultValueFactory = _ => "auto" };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Time for each operation and key size, over all rounds, on either side", DefaultValueFactory = _ => 3 };
    private readonly Option<int> _rounds = new("--rounds") { Description = "How often the two sides take turns", DefaultValueFactory = _ => 3 };

    public PeersCommand()
        : base("Times Paillier here and in Python, in turn, and prints one table in Markdown.")
    {
        _engine.AcceptOnlyFromAmong("auto", "phe", "gmpy2");
        Options.Add(_python);
        Options.Add(_engine);
        Options.Add(_seconds);
        Options.Add(_rounds);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        int rounds = Math.Max(1, parsed.GetValue(_rounds));
        double seconds = Math.Max(0.001, parsed.GetValue(_seconds) / rounds);
        var peer = new PythonPeer(parsed.GetValue(_python)!, parsed.GetValue(_engine)!);
        var table = new ComparisonTable();
        try
        {
            // Whatever is missing on the other side shows at once.
            await peer.MeasureAsync(KeySizes[..1], 0.001, stop);
            using var ours = new PaillierTimings(KeySizes);
            ours.WarmUp();
            for (int round = 1; round <= rounds; round++)
            {
                await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Round {round} of {rounds}: Hybrid, then Python."));
                table.AddOurs(ours.Measure(TimeSpan.FromSeconds(seconds), stop));
                table.AddPeers(await peer.MeasureAsync(KeySizes, seconds, stop));
            }
        }
        catch (PeerMissingException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }

        table.Write(Console.Out);
        return 0;
    }
}
