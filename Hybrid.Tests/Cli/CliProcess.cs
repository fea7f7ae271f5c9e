using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hybrid.Tests.Cli;

/// <summary>What a run of the command line ended with.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error)
{
    /// <summary>Expects success and one JSON document on standard output.</summary>
    public JsonElement Json()
    {
        Assert.AreEqual(0, ExitCode, Error);
        using JsonDocument document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }

    /// <summary>Expects an exit code, nothing on standard output, and one sentence with these words on standard error.</summary>
    public void ExpectError(int exitCode, params string[] words)
    {
        Assert.AreEqual(exitCode, ExitCode, Error);
        Assert.AreEqual(string.Empty, Output);
        Assert.StartsWith("hybrid: ", Error);
        Assert.HasCount(2, Error.Split('\n'), Error);
        foreach (string word in words)
        {
            Assert.Contains(word, Error);
        }
    }
}

/// <summary>The command line as a process of its own, built beside the tests. Killed when disposed, if it still runs.</summary>
internal sealed class CliProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _error;

    private CliProcess(IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "hybrid.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("HYBRID_TRACE");
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The most memory it has held so far, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Runs a command line to its end.</summary>
    public static CliResult Run(params string[] arguments)
    {
        using CliProcess process = Start(arguments);
        return process.WaitForExit();
    }

    /// <summary>Starts a command line that goes on until it is told to end.</summary>
    public static CliProcess Start(params string[] arguments) => new(arguments, []);

    /// <summary>The same with environment variables.</summary>
    public static CliProcess StartWith(IEnumerable<(string Name, string Value)> environment, params string[] arguments) => new(arguments, environment);

    /// <summary>The next line of standard output; null at its end.</summary>
    /// <exception cref="TimeoutException">None came.</exception>
    public string? ReadLine() => _process.StandardOutput.ReadLineAsync().WaitAsync(Patience).GetAwaiter().GetResult();

    /// <summary>Waits until the process has worked for so long, however busy the machine is.</summary>
    public void WaitForWork(TimeSpan processorTime)
    {
        for (long start = Stopwatch.GetTimestamp(); _process.TotalProcessorTime < processorTime; _process.Refresh())
        {
            Assert.IsTrue(Stopwatch.GetElapsedTime(start) < Patience, "The process does not work.");
            Assert.IsFalse(_process.WaitForExit(20), "The process ended before it had worked.");
        }
    }

    /// <summary>Sends a POSIX signal: "INT", "TERM".</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit(Patience);
    }

    /// <summary>Waits for the end; gives what is left of standard output and all of standard error, which holds no stack trace.</summary>
    /// <exception cref="TimeoutException">It did not end.</exception>
    public CliResult WaitForExit()
    {
        string output = _process.StandardOutput.ReadToEndAsync().WaitAsync(Patience).GetAwaiter().GetResult();
        string error = _error.WaitAsync(Patience).GetAwaiter().GetResult();
        Assert.IsTrue(_process.WaitForExit(Patience), "The process closed its output and went on.");
        Assert.DoesNotContain("   at ", error);
        return new CliResult(_process.ExitCode, output, error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit(Patience);
        }

        _process.Dispose();
    }
}
