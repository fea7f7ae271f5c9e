using System.Globalization;

namespace Hybrid.Bench.Peers;

/// <summary>Runs crypten_peer.py, which times Facebook's CrypTen between two processes of its own.</summary>
/// <param name="python">The Python to run, with PyTorch and what else CrypTen imports.</param>
/// <param name="source">The folder that holds CrypTen's package.</param>
internal sealed class CrypTenPeer(string python, string source)
{
    /// <summary>The heading of its columns.</summary>
    public const string Name = "CrypTen";

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Peers", "crypten_peer.py");

    /// <summary>Says at once, before anything is timed, whether it can be measured.</summary>
    /// <exception cref="PeerMissingException">It cannot; the message says what to install.</exception>
    public async Task CheckAsync(CancellationToken stop)
    {
        if (!File.Exists(Path.Combine(source, "crypten", "__init__.py")))
        {
            throw new PeerMissingException($"There is no CrypTen in {source} to compare with: --source names a copy of github.com/facebookresearch/CrypTen, the folder in which its package, crypten, lies.");
        }

        await MeasureAsync([new MpcOperation("mul", 1)], 0.001, stop);
    }

    /// <summary>One round.</summary>
    /// <param name="operations">What to time.</param>
    /// <param name="seconds">Time for each.</param>
    /// <param name="stop">Ends the processes.</param>
    /// <exception cref="PeerMissingException">It is not there, or its answer is an error.</exception>
    public async Task<IReadOnlyList<MpcTiming>> MeasureAsync(IEnumerable<MpcOperation> operations, double seconds, CancellationToken stop)
    {
        string[] arguments =
        [
            Script, "--source", Path.GetFullPath(source), "--seconds", seconds.ToString(CultureInfo.InvariantCulture),
            "--cases", .. operations.Select(operation => string.Create(CultureInfo.InvariantCulture, $"{operation.Name}:{operation.Size}")),
        ];
        string absent = $"There is no {python} to run CrypTen: install Python 3 and PyTorch, or name another with --python.";
        return MpcTiming.Parse(await PeerProcess.RunAsync(python, arguments, absent, stop), $"{python} answered something else than figures: is it Python?");
    }
}
