using System.Diagnostics;
using System.Runtime;

namespace Hybrid.Bench.Peers;

/// <summary>Our side of a comparison: operations, on one thread, to be timed in rounds.</summary>
internal sealed class TimedCases : IDisposable
{
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(5);

    // The runtime compiles again, with care, what turns out to run often; it waits 0.1 s for other compilation to end.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(0.2);

    private readonly List<(string Name, int Size, int Count, Func<TimeSpan> Run)> _cases = [];
    private readonly List<IDisposable> _owned = [];

    /// <summary>Keeps what cases use, to be disposed of with them.</summary>
    public T Own<T>(T resource)
        where T : IDisposable
    {
        _owned.Add(resource);
        return resource;
    }

    /// <summary>Adds a case.</summary>
    /// <param name="name">As the table is to call it.</param>
    /// <param name="size">Bits of n, or the degree N.</param>
    /// <param name="count">How many operations a call does.</param>
    /// <param name="run">Does them.</param>
    public void Add(string name, int size, int count, Action run) => _cases.Add((name, size, count, () => WallTime(run)));

    /// <summary>Adds one that takes processor time on several threads: the sum is what it would take on one.</summary>
    public void AddProcessorTime(string name, int size, Action run) => _cases.Add((name, size, 1, () => ProcessorTime(run)));

    /// <summary>Runs every operation until the runtime has compiled it for good.</summary>
    public void WarmUp(CancellationToken stop)
    {
        foreach ((_, _, _, Func<TimeSpan> run) in _cases)
        {
            long start = Stopwatch.GetTimestamp();
            long lastCompilation = start;
            long compiled = -1;
            while (Stopwatch.GetElapsedTime(lastCompilation) < Quiet && Stopwatch.GetElapsedTime(start) < LongestWarmUp)
            {
                stop.ThrowIfCancellationRequested();
                run();
                if (JitInfo.GetCompiledMethodCount() is var now && now != compiled)
                {
                    compiled = now;
                    lastCompilation = Stopwatch.GetTimestamp();
                }
            }
        }
    }

    /// <summary>One round: every operation over and over for the given time, twice at least.</summary>
    public IReadOnlyList<Timing> Measure(TimeSpan time, CancellationToken stop)
    {
        var timings = new List<Timing>(_cases.Count);
        foreach ((string name, int size, int count, Func<TimeSpan> run) in _cases)
        {
            var samples = new List<double>();
            long start = Stopwatch.GetTimestamp();
            while (samples.Count < 2 || Stopwatch.GetElapsedTime(start) < time)
            {
                stop.ThrowIfCancellationRequested();
                samples.Add(run().TotalMicroseconds / count);
            }

            timings.Add(new Timing(name, size, Timing.Median(samples)));
        }

        return timings;
    }

    public void Dispose() => _owned.ForEach(resource => resource.Dispose());

    private static TimeSpan WallTime(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start);
    }

    private static TimeSpan ProcessorTime(Action run)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime;
        run();
        return Environment.CpuUsage.TotalTime - start;
    }
}
