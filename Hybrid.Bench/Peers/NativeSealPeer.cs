using System.Globalization;

namespace Hybrid.Bench.Peers;

/// <summary>
/// Runs a program that times Microsoft SEAL built for this machine, which whoever has one writes against it: it takes no arguments and
/// prints a line for each degree, median microseconds after the name of each operation, such as
/// <code>N=4096 ntt 40.4 intt 26.2 encode 135 decode 198 encpk 970 encsym 421 dec 25.3 add 13.2 mulp 34.4 resc 136 rot 476 mulrel 542</code>
/// </summary>
/// <remarks>
/// ntt, intt: one prime. encode, decode: all slots. encpk, encsym: one encryption with the public key, with the secret key and saved without
/// compression. dec, add, mulp (by a plaintext), resc, rot (by one slot), mulrel (multiply and relinearise): one ciphertext at the highest
/// level. matvec: 256 x 256 by a vector, N = 8192 with primes of 50, 40 and 50 bits. Any may be left out; lines that do not begin with "N="
/// are passed over.
/// </remarks>
internal sealed class NativeSealPeer(string program) : IPeer
{
    private const string Start = "N=";

    public string Name => "native SEAL";

    public Task CheckAsync(CancellationToken stop) => File.Exists(program) ? Task.CompletedTask : throw new PeerMissingException(Absent);

    public async Task<IReadOnlyList<Timing>> MeasureAsync(double seconds, CancellationToken stop) =>
        Parse(await PeerProcess.RunAsync(Path.GetFullPath(program), [], Absent, stop), Path.GetFileName(program));

    /// <summary>Reads what such a program printed.</summary>
    /// <exception cref="PeerMissingException">It is not in the format above; the message names the line.</exception>
    public static IReadOnlyList<Timing> Parse(string output, string program)
    {
        var timings = new List<Timing>();
        foreach (string line in output.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.StartsWith(Start, StringComparison.Ordinal)))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length % 2 == 0 || !int.TryParse(words[0].AsSpan(Start.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int degree))
            {
                throw new PeerMissingException($"{program} printed a line that is not \"N=4096 ntt 40.4 intt 26.2 …\": {line}");
            }

            for (int i = 1; i < words.Length; i += 2)
            {
                timings.Add(new Timing(NameOf(words[i], program), degree, MicrosecondsOf(words[i + 1], line, program), $"what {program} printed"));
            }
        }

        return timings.Count > 0 ? timings : throw new PeerMissingException($"{program} printed no line of figures that begins with \"N=\".");
    }

    private string Absent => $"There is no {program} to run: --native names a program that prints the figures of native SEAL.";

    private static string NameOf(string key, string program) =>
        SealOperation.All.FirstOrDefault(operation => operation.Key == key)?.Name
        ?? throw new PeerMissingException($"{program} printed \"{key}\", which is no operation: those are {string.Join(", ", SealOperation.All.Select(operation => operation.Key))}.");

    private static double MicrosecondsOf(string word, string line, string program) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double microseconds) && microseconds > 0 && double.IsFinite(microseconds)
            ? microseconds
            : throw new PeerMissingException($"{program} printed \"{word}\" where microseconds were expected: {line}");
}
