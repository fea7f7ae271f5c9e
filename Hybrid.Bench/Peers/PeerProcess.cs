using System.ComponentModel;
using System.Diagnostics;

namespace Hybrid.Bench.Peers;

/// <summary>A peer's process: started, read to its end, and killed if nobody waits for it any more.</summary>
internal static class PeerProcess
{
    /// <summary>What it wrote on standard output.</summary>
    /// <param name="program">What to run.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="absent">The sentence for when there is no such program.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="PeerMissingException">There is no such program, or it failed; then with what it wrote on standard error.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string absent, CancellationToken stop)
    {
        using Process process = Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }, absent);
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(stop);
            string output = await process.StandardOutput.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            return process.ExitCode == 0
                ? output
                : throw new PeerMissingException($"{program} ended with {process.ExitCode} instead of figures. {(await error).Trim()}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static Process Start(ProcessStartInfo start, string absent)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new PeerMissingException(absent, error);
        }
    }
}
