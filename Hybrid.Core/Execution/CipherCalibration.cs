using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Execution;

/// <summary>
/// Measures what a scheme of ciphertexts takes on this machine: runs networks of two layers in it, both parties in this process over a link as slow
/// as a local network, and finds times of primitives that explain the steps. Without a link's waits, caches would be warmer than they are in use.
/// What would be laid out otherwise for a slower link is run so, too: some primitives have a part there only.
/// </summary>
public static class CipherCalibration
{
    // The first run fills tables, and code is compiled again once it was called often and nothing new came for a while: until then runs are slow.
    private const int ColdRuns = 30;
    private const int Runs = 9;
    private const int LeastRuns = 3;
    private const double LongestSeconds = 3;
    private const int Seed = 5;

    private static readonly TimeSpan LeastColdTime = TimeSpan.FromSeconds(0.4);
    private static readonly TimeSpan MostColdTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(2);

    // Rows, inputs, hidden values and outputs.
    private static ImmutableArray<(int Rows, int Inputs, int Hidden, int Outputs)> Layers =>
        [(1, 30, 2, 1), (1, 64, 32, 10), (1, 784, 128, 10), (16, 256, 64, 16), (100, 64, 32, 10), (128, 784, 64, 10), (128, 784, 128, 10)];

    // Rows, and channels of 24 by 24.
    private static ImmutableArray<(int Rows, int Channels)> Convolutions => [(1, 4), (8, 4), (16, 8), (1, 32)];

    /// <summary>Measures a scheme. Takes seconds.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="schemes">Adds it and shares, at either end.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Seconds of each primitive, by name.</returns>
    public static async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Scheme scheme, Action<SchemeRegistry> schemes, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(schemes);
        using var registry = new SchemeRegistry(Party.Client);
        schemes(registry);
        var cipher = (IAdditiveCipher)registry.Backend(scheme)!;
        var steps = new List<(Work Work, double Seconds)>();
        foreach (TensorProgram program in Programs(scheme).Where(program => IsWithin(program, scheme, cipher)))
        {
            (long, long)? bytes = null;
            foreach (LinkProfile planned in new[] { LinkProfile.Lan, LinkProfile.Wan })
            {
                var session = new SessionOptions { Schemes = schemes, Link = planned };
                LocalProgram local = await LocalProgram.StartAsync(program, session, session, ShapedLink.CreatePair(LinkProfile.Lan), cancellation).ConfigureAwait(false);
                await using (local.ConfigureAwait(false))
                {
                    // What takes long says nothing new, and what sends as much as before is laid out as before.
                    Quote quote = Steps(local.Plan, scheme).Aggregate(Quote.Free, (sum, step) => sum + step.Quote);
                    if (local.Plan.Seconds(LinkProfile.Lan) > LongestSeconds || bytes == (quote.BytesUp, quote.BytesDown))
                    {
                        continue;
                    }

                    bytes = (quote.BytesUp, quote.BytesDown);
                    registry.PlansFor = PlanRequest.Over(planned);
                    steps.AddRange(await MeasureAsync(local, program, scheme, cipher, cancellation).ConfigureAwait(false));
                }
            }
        }

        return WorkFit.Of(cipher.Units, steps);
    }

    // Each party's work of each step in ciphertexts, and the median of what it took.
    private static async Task<List<(Work Work, double Seconds)>> MeasureAsync(
        LocalProgram local, TensorProgram program, Scheme scheme, IAdditiveCipher cipher, CancellationToken cancellation)
    {
        var inputs = new Dictionary<string, Tensor<double>> { ["x"] = Filled(1, program.Graph.Inputs.Single().Shape) };
        List<(ProgramRun Client, ProgramRun Server)> runs = await RunAsync(local, inputs, cancellation).ConfigureAwait(false);
        var measured = new List<(Work, double)>();
        // What is quoted depends on what the steps have in common, as it does in the plan.
        cipher.Consider([.. local.Plan.Steps.Where(step => step.From == scheme && step.To == scheme).Select(step => step.Stretch)]);
        foreach (PlanStep step in Steps(local.Plan, scheme))
        {
            PartiesWork work = cipher.Work(step);
            Note(measured, work.Client, runs.Select(run => run.Client.Steps[step.Index].Seconds));
            Note(measured, work.Server, runs.Select(run => run.Server.Steps[step.Index].Seconds));
        }

        return measured;
    }

    private static IEnumerable<PlanStep> Steps(Plan plan, Scheme scheme) => plan.Steps.Where(step => step.From == scheme || step.To == scheme);

    // Cold runs, and then those that count.
    private static async Task<List<(ProgramRun Client, ProgramRun Server)>> RunAsync(
        LocalProgram local, Dictionary<string, Tensor<double>> inputs, CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        for (int cold = 0; IsCold(cold, Stopwatch.GetElapsedTime(started)); cold++)
            await local.RunAsync(inputs, null, cancellation).ConfigureAwait(false);
        var runs = new List<(ProgramRun Client, ProgramRun Server)>();
        started = Stopwatch.GetTimestamp();
        while (runs.Count < LeastRuns || (runs.Count < Runs && Stopwatch.GetElapsedTime(started) < MostTime))
            runs.Add(await local.RunAsync(inputs, null, cancellation).ConfigureAwait(false));
        return runs;
    }

    private static bool IsCold(int runs, TimeSpan time) => runs == 0 || ((runs < ColdRuns || time < LeastColdTime) && time < MostColdTime);

    private static IEnumerable<TensorProgram> Programs(Scheme scheme)
    {
        foreach ((int rows, int inputs, int hidden, int outputs) in Layers)
        {
            var program = new TensorProgram();
            SecretTensor x = program.Input("x", Party.Client, new Shape(rows, inputs), 1);
            SecretTensor first = x.MatMul(Weights(program, inputs, hidden)).On(scheme).Relu();
            first.MatMul(Weights(program, hidden, outputs)).On(scheme).Reveal(Party.Client);
            yield return program;
        }

        foreach ((int rows, int channels) in Convolutions)
        {
            var program = new TensorProgram();
            SecretTensor x = program.Input("x", Party.Client, new Shape(rows, 1, 24, 24), 1);
            SecretTensor first = x.Conv2d(Weights(program, channels, 1, 3, 3)).On(scheme).Relu();
            first.Conv2d(Weights(program, channels, channels, 3, 3)).On(scheme).Relu().Reveal(Party.Client);
            yield return program;
        }
    }

    private static bool IsWithin(TensorProgram program, Scheme scheme, IAdditiveCipher cipher) => program.Graph.Nodes
        .Where(node => program.Graph.Pins.TryGetValue(node.Id, out Scheme pin) && pin == scheme)
        .All(node => cipher.Quote(node, new Stretch([node.Inputs[0], node], Scheme.Shares, Scheme.Shares)) is not null);

    private static SecretTensor Weights(TensorProgram program, params ReadOnlySpan<int> lengths) => program.Private("weights", Party.Server, Filled(0.1, new Shape(lengths)));

    private static void Note(List<(Work, double)> measured, Work? work, IEnumerable<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        double median = sorted[sorted.Length / 2];
        if (work is not null && median > 0)
        {
            measured.Add((work, median));
        }
    }

    // As irregular as weights are: what repeats is multiplied by at less cost.
    private static Tensor<double> Filled(double scale, Shape shape)
    {
        var random = new Random(Seed);
        var values = new double[shape.ElementCount];
        for (int i = 0; i < values.Length; i++)
            values[i] = scale * ((2 * random.NextDouble()) - 1);
        return Tensor.Create(values, [.. shape.Lengths.Select(length => (nint)length)]);
    }
}
