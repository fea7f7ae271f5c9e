using System.Text.Json;
using Hybrid.Bench.Seal;

namespace Hybrid.Bench.Peers;

/// <summary>Runs seal_peer.mjs, which times Microsoft SEAL 4.1.2 as WebAssembly, the way node-seal carries it.</summary>
/// <param name="folder">Holds node_modules with node-seal and, where none of Node 22 is on the path, node.</param>
/// <param name="degrees">N of each parameter set.</param>
internal sealed class NodeSealPeer(string folder, int[] degrees) : IPeer
{
    /// <summary>Names the folder.</summary>
    public const string FolderVariable = "HYBRID_NODE_SEAL";

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Peers", "seal_peer.mjs");

    public string Name => "node-seal";

    /// <summary>The folder that <see cref="FolderVariable"/> names, or the one the tests install node-seal into.</summary>
    public static string Folder()
    {
        string? named = Environment.GetEnvironmentVariable(FolderVariable);
        if (!string.IsNullOrEmpty(named))
        {
            return named;
        }

        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(string.IsNullOrEmpty(cache) ? Path.Combine(home, ".cache") : cache, "hybrid", "node-seal");
    }

    public Task CheckAsync(CancellationToken stop) => RunAsync(degrees[..1], 0.001, stop);

    public Task<IReadOnlyList<Timing>> MeasureAsync(double seconds, CancellationToken stop) => RunAsync(degrees, seconds, stop);

    private async Task<IReadOnlyList<Timing>> RunAsync(int[] sizes, double seconds, CancellationToken stop)
    {
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "node-seal")))
        {
            throw new PeerMissingException(
                $"There is no node-seal in {folder} to compare with: install it there (npm install --prefix \"{folder}\" node-seal@7.0.0 node@22) or let {FolderVariable} name the folder that holds its node_modules.");
        }

        string own = Path.Combine(folder, "node_modules", "node", "bin", OperatingSystem.IsWindows() ? "node.exe" : "node");
        string node = File.Exists(own) ? own : "node";
        string request = JsonSerializer.Serialize(new
        {
            seconds,
            sets = sizes.Select(degree => new { degree, bits = PreparedCkks.PrimeBits(degree), scaleBits = PreparedCkks.ScaleBits(degree) }),
            matrix = sizes.Contains(PreparedMatrix.Degree) ? new { degree = PreparedMatrix.Degree, bits = PreparedMatrix.PrimeBits, size = SealOperation.MatrixSize } : null,
        });
        string absent = $"There is no Node to run node-seal: install Node 22 (npm install --prefix \"{folder}\" node@22).";
        return Timing.Parse(await PeerProcess.RunAsync(node, [Script, folder, request], absent, stop), $"{node} answered something else than figures: is it Node 22?");
    }
}
