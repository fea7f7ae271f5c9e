using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Hybrid.Bench.Peers;

/// <summary>"peers crypten": operations on additive shares here and in Facebook's CrypTen.</summary>
internal sealed class CrypTenPeersCommand : Command
{
    private readonly Option<string> _python = new("--python") { Description = "The Python to run, with PyTorch, omegaconf, onnx and yaml", DefaultValueFactory = _ => "python3" };
    private readonly Option<string> _source = new("--source") { Description = "A copy of CrypTen's repository", HelpName = "PATH", Required = true };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Time for each operation and size, over all rounds, on CrypTen's side", DefaultValueFactory = _ => 3 };
    private readonly Option<int> _rounds = new("--rounds") { Description = "How often the sides take turns", DefaultValueFactory = _ => 3 };
    private readonly Option<string[]> _only = new("--only") { Description = "Names of the operations to compare; all unless given", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
    private readonly Func<IMpcTimings>? _prepare;

    /// <summary>Makes the command.</summary>
    /// <param name="prepare">Prepares our side; without it, its columns are dashes.</param>
    public CrypTenPeersCommand(Func<IMpcTimings>? prepare = null)
        : base("crypten", "Secret sharing between two parties against Facebook's CrypTen.")
    {
        _prepare = prepare;
        _seconds.Validators.Add(result => Require(result.GetValue(_seconds) is >= 0.001 and <= 3600, result, "--seconds takes a number from 0.001 to 3600."));
        _rounds.Validators.Add(result => Require(result.GetValue(_rounds) is >= 1 and <= 1000, result, "--rounds takes a number from 1 to 1000."));
        Options.Add(_python);
        Options.Add(_source);
        Options.Add(_seconds);
        Options.Add(_rounds);
        Options.Add(_only);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        string[] only = parsed.GetValue(_only) ?? [];
        MpcOperation[] operations = [.. MpcOperation.All.Where(operation => only.Length == 0 || only.Contains(operation.Name))];
        if (operations.Length == 0)
        {
            await Console.Error.WriteLineAsync($"--only takes names of operations: {string.Join(", ", MpcOperation.All.Select(operation => operation.Name).Distinct())}.");
            return 2;
        }

        var peer = new CrypTenPeer(parsed.GetValue(_python)!, parsed.GetValue(_source)!);
        var table = new MpcComparisonTable(CrypTenPeer.Name);
        try
        {
            await MeasureAsync(peer, operations, table, parsed.GetValue(_rounds), parsed.GetValue(_seconds), stop);
        }
        catch (PeerMissingException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }

        table.Write(Console.Out);
        Console.WriteLine("Two processes over loopback; inputs and results are shares. CrypTen has 16 bits after the point, its other settings as they come, and counts a collective call as a round.");
        Console.WriteLine("Its parties draw the correlations as they go, from seeds they share: that is the dealing, by both at once and without a message.");
        return 0;
    }

    private async Task MeasureAsync(CrypTenPeer peer, MpcOperation[] operations, MpcComparisonTable table, int rounds, double seconds, CancellationToken stop)
    {
        await peer.CheckAsync(stop);
        using IMpcTimings? ours = _prepare?.Invoke();
        for (int round = 1; round <= rounds; round++)
        {
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Round {round} of {rounds}: Hybrid, then {CrypTenPeer.Name}."));
            if (ours is not null)
            {
                table.AddOurs(Measure(ours, operations, stop));
            }

            table.AddPeers(await peer.MeasureAsync(operations, Math.Max(0.001, seconds / rounds), stop));
        }
    }

    private static List<MpcTiming> Measure(IMpcTimings ours, MpcOperation[] operations, CancellationToken stop)
    {
        var timings = new List<MpcTiming>();
        foreach (MpcOperation operation in operations.Where(ours.Has))
        {
            stop.ThrowIfCancellationRequested();
            double seconds = ours.Seconds(operation);
            timings.Add(new MpcTiming(operation.Name, operation.Size, seconds, ours.DealingSeconds(operation), ours.Rounds(operation), ours.Bytes(operation)));
        }

        return timings;
    }

    private static void Require(bool holds, OptionResult result, string sentence)
    {
        if (!holds)
        {
            result.AddError(sentence);
        }
    }
}
