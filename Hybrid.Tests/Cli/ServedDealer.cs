using System.Text.Json;

namespace Hybrid.Tests.Cli;

/// <summary>A dealer process, and where it listens. Killed when disposed, if it still runs.</summary>
internal sealed class ServedDealer : IDisposable
{
    private readonly CliProcess _process;
    private readonly JsonElement _report;

    private ServedDealer(CliProcess process, JsonElement report)
    {
        _process = process;
        _report = report;
    }

    /// <summary>Where it listens.</summary>
    public string Address => _report.GetProperty("address").GetString()!;

    /// <summary>The options by which parties come to it.</summary>
    public string Connect => _report.GetProperty("connect").GetString()!;

    /// <summary>Starts one and waits until it listens.</summary>
    public static ServedDealer Start(params string[] arguments)
    {
        CliProcess process = CliProcess.Start(["dealer", "--json", .. arguments]);
        try
        {
            string line = process.ReadLine() ?? throw new AssertFailedException(process.WaitForExit().Error);
            using JsonDocument report = JsonDocument.Parse(line);
            return new ServedDealer(process, report.RootElement.Clone());
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Ends it without a word.</summary>
    public void Kill()
    {
        _process.Signal("KILL");
        _process.WaitForExit();
    }

    public void Dispose() => _process.Dispose();
}
