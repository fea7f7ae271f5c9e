using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hybrid.Bench.Peers;
using Hybrid.Mpc.Circuits;

namespace Hybrid.Bench.Mpc;

/// <summary>Our side of the comparison with CrypTen: this process and another one it starts.</summary>
internal sealed class TwoPartyTimings : IMpcTimings
{
    // The runtime compiles with care what has run often, in the background: until that is over, times say little.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(2);
    private const int LeastWarmUps = 3;
    private const int LeastRuns = 5;

    private readonly Process _other;
    private readonly BenchParty _party;
    private readonly Dictionary<MpcOperation, ShareRun> _medians = [];

    private TwoPartyTimings(Process other, BenchParty party)
    {
        _other = other;
        _party = party;
    }

    /// <summary>Starts the other party.</summary>
    public static TwoPartyTimings Start(CircuitOptions options)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        string program = typeof(TwoPartyTimings).Assembly.Location;
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { program, "party", port.ToString(CultureInfo.InvariantCulture), options.Comparison.ToString() },
        };
        // The host may be this very program rather than dotnet.
        if (!Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.RemoveAt(0);
        }

        Process other = Process.Start(start) ?? throw new InvalidOperationException("The other party's process did not start.");
        return new TwoPartyTimings(other, BenchParty.AcceptAsync(listener, options).GetAwaiter().GetResult());
    }

    public bool Has(MpcOperation operation) => ShareOperation.Has(operation);

    public double Seconds(MpcOperation operation)
    {
        ShareRun median = Measure(operation);
        return median.Seconds + median.DealingSeconds;
    }

    /// <summary>The run of median time, after some to warm up.</summary>
    public ShareRun Measure(MpcOperation operation)
    {
        long start = Stopwatch.GetTimestamp();
        for (int run = 0; run < LeastWarmUps || Stopwatch.GetElapsedTime(start) < WarmUp; run++)
            _party.RunAsync(operation).GetAwaiter().GetResult();
        var runs = new List<ShareRun>();
        start = Stopwatch.GetTimestamp();
        while (runs.Count < LeastRuns || Stopwatch.GetElapsedTime(start) < LongEnough)
            runs.Add(_party.RunAsync(operation).GetAwaiter().GetResult());
        runs.Sort((x, y) => x.Seconds.CompareTo(y.Seconds));
        return _medians[operation] = runs[runs.Count / 2];
    }

    public double? DealingSeconds(MpcOperation operation) => _medians[operation].DealingSeconds;

    public int Rounds(MpcOperation operation) => _medians[operation].Rounds;

    public long Bytes(MpcOperation operation) => _medians[operation].Bytes;

    public void Dispose()
    {
        _party.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _other.WaitForExit();
        _other.Dispose();
    }
}
