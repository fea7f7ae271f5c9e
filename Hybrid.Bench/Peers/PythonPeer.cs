using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hybrid.Bench.Peers;

/// <summary>Nothing to compare with: Python, or a module it needs, is not there.</summary>
internal sealed class PeerMissingException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>Runs paillier_peer.py, which times python-paillier or bare GMP.</summary>
internal sealed class PythonPeer(string python, string engine)
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    /// <summary>One round.</summary>
    /// <exception cref="PeerMissingException">There is no such Python, or its answer is an error.</exception>
    public async Task<IReadOnlyList<Timing>> MeasureAsync(int[] keySizes, double seconds, CancellationToken stop)
    {
        var start = new ProcessStartInfo(python) { RedirectStandardOutput = true, RedirectStandardError = true };
        string script = Path.Combine(AppContext.BaseDirectory, "Peers", "paillier_peer.py");
        string[] sizes = [.. keySizes.Select(size => size.ToString(CultureInfo.InvariantCulture))];
        foreach (string argument in (string[])[script, "--engine", engine, "--seconds", seconds.ToString(CultureInfo.InvariantCulture), "--bits", .. sizes])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Start(start);
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(stop);
            string output = await process.StandardOutput.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            if (process.ExitCode != 0)
            {
                throw new PeerMissingException($"{python} ended with {process.ExitCode} instead of figures. {(await error).Trim()}");
            }

            return JsonSerializer.Deserialize<Timing[]>(output, CamelCase)!;
        }
        catch (JsonException error)
        {
            throw new PeerMissingException($"{python} answered something else than figures: is it Python?", error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new PeerMissingException($"There is no {python} to compare with: install Python 3 and its module gmpy2, or name another with --python.", error);
        }
    }
}
