using System.Diagnostics;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Planning;

namespace Hybrid.Cli.Plans;

/// <summary>Runs plans with both parties in this process, over a link like the one they were made for.</summary>
internal static class PlanTrial
{
    // Loops are compiled anew after 30 calls: what a party takes settles after so many runs.
    private const int WarmRuns = 30;

    private static readonly TimeSpan WarmTime = TimeSpan.FromSeconds(5);

    /// <summary>Runs every plan of a comparison that is not the same as an earlier one: to warm up, then so often.</summary>
    /// <param name="subject">What was planned.</param>
    /// <param name="comparison">The plans.</param>
    /// <param name="runs">How often each runs.</param>
    /// <param name="longest">Seconds: plans that are expected to take longer are left out.</param>
    /// <param name="progress">Told how far along it is.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>What they did cost, by their names.</returns>
    public static async Task<Dictionary<string, Measurement>> RunAsync(
        PlanSubject subject, SchemeComparison comparison, int runs, double longest, IProgressReport progress, CancellationToken stop)
    {
        double[] rows = TrialRows.Of(subject);
        double[] expected = TrialRows.Results(subject.Program, rows);
        PlanVariant[] variants = [.. comparison.Variants.Where(variant => variant is { Plan: { } plan, SameAs: null } && plan.Seconds(subject.Request.Link) <= longest)];
        var measured = new Dictionary<string, Measurement>();
        foreach (PlanVariant variant in variants)
        {
            progress.Report((double)measured.Count / variants.Length, $"Running {variant.Name}");
            measured.Add(variant.Name, await RunAsync(subject, variant.Plan!, rows, expected, runs, stop));
        }

        return measured;
    }

    private static async Task<Measurement> RunAsync(PlanSubject subject, Plan plan, double[] rows, double[] expected, int runs, CancellationToken stop)
    {
        LinkProfile link = subject.Request.Link;
        (Stream, Stream) streams = link == LinkProfile.Loopback ? InProcessTransport.CreatePair() : ShapedLink.CreatePair(link);
        await using PlanRehearsal rehearsal = await PlanRehearsal.StartAsync(subject.Program, plan.Assignment, subject.Schemes, streams, stop);
        await WarmAsync(rehearsal, rows, stop);
        var all = new List<RehearsalRun>();
        for (int i = 0; i < runs; i++)
            all.Add(await rehearsal.RunAsync(rows, stop));
        RehearsalRun last = all[^1];
        double[] results = last.Results[subject.Program.Result.Id];
        var total = new MeasuredReport(
            runs,
            Median(all, run => run.WallSeconds),
            Median(all, run => run.ClientSeconds),
            Median(all, run => run.ServerSeconds),
            last.BytesUp,
            last.BytesDown,
            last.BytesDealt,
            rehearsal.SetUpSeconds,
            Median(all, run => run.PreparationSeconds),
            results.Zip(expected, (got, real) => Math.Abs(got - real)).Max());
        return new Measurement(
            total,
            [.. plan.Steps.Select(step => new MeasuredStepReport(
                Median(all, run => run.Client[step.Index].Seconds),
                Median(all, run => run.Server[step.Index].Seconds),
                last.Client[step.Index].BytesSent,
                last.Server[step.Index].BytesSent))]);
    }

    private static async Task WarmAsync(PlanRehearsal rehearsal, double[] rows, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        for (int run = 0; run < WarmRuns && (run == 0 || Stopwatch.GetElapsedTime(started) < WarmTime); run++)
            _ = await rehearsal.RunAsync(rows, stop);
    }

    private static double Median(List<RehearsalRun> runs, Func<RehearsalRun, double> figure)
    {
        double[] sorted = [.. runs.Select(figure).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
