using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Hybrid.Tests.Cli;

/// <summary>A serve process, and where it listens. Killed when disposed, if it still runs.</summary>
internal sealed class ServedModel : IDisposable
{
    private ServedModel(CliProcess process, JsonElement report)
    {
        Process = process;
        Report = report;
    }

    public CliProcess Process { get; }

    /// <summary>What serve told.</summary>
    public JsonElement Report { get; }

    public string Address => Report.GetProperty("address").GetString()!;

    public string Pin => Report.GetProperty("pin").GetString()!;

    /// <summary>Starts serve and waits until it listens.</summary>
    public static ServedModel Start(params string[] arguments)
    {
        CliProcess process = CliProcess.Start(["serve", "--json", .. arguments]);
        try
        {
            string line = process.ReadLine() ?? throw new AssertFailedException(process.WaitForExit().Error);
            using JsonDocument report = JsonDocument.Parse(line);
            return new ServedModel(process, report.RootElement.Clone());
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>A connection that says nothing of its own.</summary>
    public TcpClient Connect()
    {
        IPEndPoint address = IPEndPoint.Parse(Address);
        return new TcpClient(address.Address.ToString(), address.Port);
    }

    /// <summary>Starts a query of it.</summary>
    public CliProcess StartQuery(params string[] arguments) => CliProcess.Start(["query", "--server", Address, .. arguments]);

    /// <summary>Queries it.</summary>
    public CliResult Query(params string[] arguments) => CliProcess.Run(["query", "--server", Address, .. arguments]);

    /// <summary>Stops it as a service manager does; it ends well, and reported no bug.</summary>
    /// <returns>What it said to standard error.</returns>
    public string Stop(string signal = "TERM")
    {
        Process.Signal(signal);
        CliResult result = Process.WaitForExit();
        Assert.AreEqual(0, result.ExitCode, result.Error);
        Assert.AreEqual(string.Empty, result.Output);
        Assert.EndsWith("hybrid: stopped.\n", result.Error);
        Assert.DoesNotContain("bug", result.Error);
        return result.Error;
    }

    public void Dispose() => Process.Dispose();
}
