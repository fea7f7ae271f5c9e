using System.Diagnostics;
using System.Runtime;

namespace Hybrid.Cli.Speed;

/// <summary>What was measured.</summary>
/// <param name="Name">"scheme/operation".</param>
/// <param name="Parameters">Sizes, threads.</param>
/// <param name="PerSecond">Operations in a second.</param>
/// <param name="Microseconds">Wall time of a batch over its operations.</param>
internal sealed record SpeedFigure(string Name, string Parameters, double PerSecond, double Microseconds);

/// <summary>Times cases: batches to warm up, then the median of as many as fit the time, three at least.</summary>
internal static class SpeedRunner
{
    private const int LeastBatches = 3;

    // The runtime first compiles in haste, and again with care what turns out to run often. It waits 0.1 s for haste to end.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(0.2);

    public static SpeedFigure Measure(SpeedCase speedCase, TimeSpan time, CancellationToken stop)
    {
        time *= speedCase.Share;
        using SpeedWork work = speedCase.Prepare();
        WarmUp(work, time, stop);
        long start = Stopwatch.GetTimestamp();
        var times = new List<double>();
        while (times.Count < LeastBatches || Stopwatch.GetElapsedTime(start) < time)
        {
            stop.ThrowIfCancellationRequested();
            long before = Stopwatch.GetTimestamp();
            work.RunBatch();
            times.Add(Stopwatch.GetElapsedTime(before).TotalMicroseconds / work.Operations);
        }

        times.Sort();
        double median = (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
        return new SpeedFigure(speedCase.Name, speedCase.Parameters, Round(1e6 / median), Round(median));
    }

    // Until nothing has been compiled for a while, but no longer than the measurement itself.
    private static void WarmUp(SpeedWork work, TimeSpan time, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        long lastCompilation = start;
        long compiled = -1;
        do
        {
            stop.ThrowIfCancellationRequested();
            work.RunBatch();
            if (JitInfo.GetCompiledMethodCount() is var now && now != compiled)
            {
                compiled = now;
                lastCompilation = Stopwatch.GetTimestamp();
            }
        }
        while (Stopwatch.GetElapsedTime(lastCompilation) < Quiet && Stopwatch.GetElapsedTime(start) < time);
    }

    // Four digits: more than a timing is good for.
    private static double Round(double value) => double.Parse($"{value:G4}");
}
