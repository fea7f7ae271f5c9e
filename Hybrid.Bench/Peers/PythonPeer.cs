using System.Globalization;

namespace Hybrid.Bench.Peers;

/// <summary>Runs paillier_peer.py, which times python-paillier or bare GMP.</summary>
internal sealed class PythonPeer(string python, string engine, int[] keySizes) : IPeer
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Peers", "paillier_peer.py");

    public string Name => "Python";

    public Task CheckAsync(CancellationToken stop) => RunAsync(keySizes[..1], 0.001, stop);

    public Task<IReadOnlyList<Timing>> MeasureAsync(double seconds, CancellationToken stop) => RunAsync(keySizes, seconds, stop);

    private async Task<IReadOnlyList<Timing>> RunAsync(int[] sizes, double seconds, CancellationToken stop)
    {
        string[] arguments =
        [
            Script, "--engine", engine, "--seconds", seconds.ToString(CultureInfo.InvariantCulture),
            "--bits", .. sizes.Select(size => size.ToString(CultureInfo.InvariantCulture)),
        ];
        string absent = $"There is no {python} to compare with: install Python 3 and its module gmpy2, or name another with --python.";
        return Timing.Parse(await PeerProcess.RunAsync(python, arguments, absent, stop), $"{python} answered something else than figures: is it Python?");
    }
}
