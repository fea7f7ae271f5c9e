using System.Diagnostics;
using System.Text.Json;

namespace Hybrid.Tests.Seal.Interop;

/// <summary>
/// Real Microsoft SEAL (4.1, as node-seal 7 carries it) in a process of its own, driven by node-seal.mjs. It holds one set of
/// parameters and objects by name: "secret", "public", "relinearisation" and "galois" are the keys that it works with.
/// </summary>
internal sealed class NodeSeal : IDisposable
{
    /// <summary>Names the folder that holds node_modules with node-seal and, where none of Node 22 is on the path, node.</summary>
    public const string FolderVariable = "HYBRID_NODE_SEAL";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private NodeSeal(Process process) => _process = process;

    /// <summary>
    /// Starts it. Where node-seal is not installed, the test that asks for it is inconclusive and says how to mend that; where
    /// it is but does not start, the test fails.
    /// </summary>
    public static NodeSeal Start()
    {
        string? named = Environment.GetEnvironmentVariable(FolderVariable);
        string folder = string.IsNullOrEmpty(named) ? CacheFolder() : named;
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "node-seal")))
        {
            Assert.Inconclusive($"NOT CHECKED AGAINST REAL SEAL: {folder} holds no node-seal. Install it there (npm install --prefix \"{folder}\" node-seal@7.0.0 node@22) or let {FolderVariable} name the folder that holds its node_modules.");
        }

        string own = Path.Combine(folder, "node_modules", "node", "bin", OperatingSystem.IsWindows() ? "node.exe" : "node");
        var start = new ProcessStartInfo(File.Exists(own) ? own : "node")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Seal", "Interop", "node-seal.mjs"));
        start.ArgumentList.Add(folder);
        var seal = new NodeSeal(Process.Start(start)!);
        seal.Answer("start");
        return seal;
    }

    /// <summary>New parameters; what was there is forgotten.</summary>
    /// <returns>The parameters as SEAL saves them, uncompressed.</returns>
    public byte[] Create(int degree, int[] bits, bool check = true) => BytesOf(Ask(new { @do = "create", degree, bits, check }));

    /// <summary>Parameters that were saved elsewhere; what was there is forgotten.</summary>
    /// <returns>The same parameters as SEAL saves them, uncompressed.</returns>
    public byte[] Open(ReadOnlySpan<byte> bytes, bool check = true) =>
        BytesOf(Ask(new { @do = "open", bytes = Convert.ToBase64String(bytes), check }));

    /// <summary>A new key: "secret" first; a "public", "relinearisation" or "galois" one is of the secret key that is there.</summary>
    public void Make(string kind, string? name = null, bool seeded = false, params int[] steps) =>
        Ask(new { @do = "make", name = name ?? kind, kind, seeded, steps });

    /// <summary>Has SEAL read an object; kinds are those of <see cref="Make"/>, "plaintext" and "ciphertext".</summary>
    public void Load(string kind, ReadOnlySpan<byte> bytes, string? name = null) =>
        Ask(new { @do = "load", name = name ?? kind, kind, bytes = Convert.ToBase64String(bytes) });

    /// <summary>An object as SEAL saves it: "none", "zlib" or "zstd".</summary>
    public byte[] Save(string name, string mode = "none") => BytesOf(Ask(new { @do = "save", name, mode }));

    /// <summary>A plaintext at the first level.</summary>
    public void Encode(string name, double[] values, double scale) => Ask(new { @do = "encode", name, values, scale });

    /// <summary>A ciphertext of a plaintext, under the public key, or the secret one if symmetric; a seeded one can only be saved.</summary>
    public void Encrypt(string name, string plain, bool symmetric = false, bool seeded = false) =>
        Ask(new { @do = "encrypt", name, plain, symmetric = symmetric || seeded, seeded });

    /// <summary>add, addPlain, multiply, multiplyPlain, relinearise, rescale, lower, rotate (left by <paramref name="by"/>) or conjugate.</summary>
    public void Evaluate(string name, string operation, string[] of, int by = 0) =>
        Ask(new { @do = "evaluate", name, operation, of, by });

    /// <summary>The slots' real parts of a plaintext or, decrypted, of a ciphertext.</summary>
    public double[] Decode(string name) =>
        [.. Ask(new { @do = "decode", name }).GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string CacheFolder()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(string.IsNullOrEmpty(cache) ? Path.Combine(home, ".cache") : cache, "hybrid", "node-seal");
    }

    private static byte[] BytesOf(JsonElement answer) => answer.GetProperty("bytes").GetBytesFromBase64();

    private JsonElement Ask(object request)
    {
        string line = JsonSerializer.Serialize(request);
        Within(Task.Run(() =>
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }), line);
        return Answer(line);
    }

    private JsonElement Answer(string request)
    {
        Task<string?> answered = Task.Run(_process.StandardOutput.ReadLine);
        Within(answered, request);
        string text = answered.Result ?? throw new InvalidOperationException($"node-seal, which needs Node 22 or later, ended at {Shown(request)}");
        JsonElement answer = JsonDocument.Parse(text).RootElement;
        return answer.TryGetProperty("error", out JsonElement error) ? throw new NodeSealException($"{error} at {Shown(request)}") : answer;
    }

    private void Within(Task task, string request)
    {
        if (!task.Wait(Patience))
        {
            _process.Kill();
            throw new TimeoutException($"node-seal took more than {Patience.TotalSeconds:0} s at {Shown(request)}");
        }
    }

    private static string Shown(string line) => line.Length <= 200 ? line : $"{line.AsSpan(0, 200)}…";
}
