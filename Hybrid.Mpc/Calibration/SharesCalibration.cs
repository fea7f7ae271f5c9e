using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Mpc.Calibration;

/// <summary>
/// Measures what shares take on this machine: runs steps of many kinds, both parties in this process over a link as slow as a local network, and
/// finds times of primitives that explain them. Without a link's waits, caches would be warmer than they are in use.
/// </summary>
public static class SharesCalibration
{
    // The first runs are slow, while code is compiled, and compiled again for what is called often.
    private const int ColdRuns = 12;
    private const int Runs = 9;

    /// <summary>Measures. Takes some seconds.</summary>
    /// <param name="progress">Told how much is done, from 0 to 1.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Seconds of each primitive, by name.</returns>
    public static async Task<IReadOnlyDictionary<string, double>> MeasureAsync(IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var counts = new List<double[]>();
        var seconds = new List<double>();
        (CalibrationStep Step, ComparisonMethod Method)[] steps =
        [
            .. CalibrationStep.All.SelectMany(step => step.Compares
                ? new[] { (step, ComparisonMethod.Tree), (step, ComparisonMethod.FunctionSharing) }
                : [(step, ComparisonMethod.Tree)]),
        ];
        // Once over all of them first: by then everything is compiled as it stays.
        for (int i = 0; i < 2 * steps.Length; i++)
        {
            (CalibrationStep step, ComparisonMethod method) = steps[i % steps.Length];
            foreach ((double[] work, double time) in await MeasureAsync(step, method, cancellation).ConfigureAwait(false))
            {
                if (i >= steps.Length)
                {
                    counts.Add(work);
                    seconds.Add(time);
                }
            }

            progress?.Report((i + 1.0) / (2 * steps.Length));
        }

        double[] times = ProfileFit.Of(counts, seconds);
        return SharesPrimitives.All.Select((primitive, index) => (primitive.Name, times[index])).ToDictionary(pair => pair.Name, pair => pair.Item2);
    }

    /// <summary>Work, and the median of what it took, of a step and of opening what it gives.</summary>
    internal static async Task<(double[] Work, double Seconds)[]> MeasureAsync(CalibrationStep step, ComparisonMethod method, CancellationToken cancellation)
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, step.Shape);
        step.Result(program, x).Reveal(Party.Client);
        // The client could do some of it by itself.
        foreach (Node node in program.Graph.Nodes.Where(node => node.Op is not (InputOp or ConstantOp or RevealOp)).ToArray())
            program.Graph.Pin(node, Scheme.Shares);
        var options = new SharesOptions { Dealer = new InProcessDealer(), Comparison = method, Link = LinkProfile.Loopback };
        var session = new SessionOptions { Schemes = schemes => schemes.UseShares(options), Link = LinkProfile.Loopback };
        LocalProgram local = await LocalProgram.StartAsync(program, session, session, ShapedLink.CreatePair(LinkProfile.Lan), cancellation).ConfigureAwait(false);
        await using (local.ConfigureAwait(false))
        {
            PlanStep block = local.Plan.Steps.First(one => one is { To: Scheme.Shares, IsConversion: false });
            using var registry = new SchemeRegistry(Party.Client);
            registry.UseShares(options);
            CircuitWork work = ((SharesBackend)registry.Backend(Scheme.Shares)!).RequireBlock(block.Stretch).Circuit.Cost.Work;
            PlanStep opening = local.Plan.Steps[^1];
            CircuitWork opened = ((SharesToPlain)registry.Conversion(Scheme.Shares, Scheme.Plain)!).Work(opening.Node);
            var values = new double[step.Shape.ElementCount];
            for (int i = 0; i < values.Length; i++)
                values[i] = 0.5 + (i % 97 / 25.0);
            var inputs = new Dictionary<string, Tensor<double>> { ["x"] = Tensor.Create(values, [.. step.Shape.Lengths.Select(length => (nint)length)]) };
            var runs = new List<ProgramRun>();
            for (int run = 0; run < ColdRuns + Runs; run++)
                runs.Add((await local.RunAsync(inputs, null, cancellation).ConfigureAwait(false)).Client);
            return [(work.Counts, Median(runs, block)), (opened.Counts, Median(runs, opening))];
        }
    }

    private static double Median(List<ProgramRun> runs, PlanStep step)
    {
        double[] warm = [.. runs.Skip(ColdRuns).Select(run => run.Steps.First(one => one.Step == step).Seconds).Order()];
        return warm[warm.Length / 2];
    }
}
