using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Mpc;
using Hybrid.Mpc.Dealing;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Bench.Planning;

/// <summary>"overhead": what the front end adds to the same computation with the schemes called by hand, in turns, from inputs to results.</summary>
internal sealed class OverheadCommand : RootCommand
{
    private const int Features = 784;
    private const int Width = 128;
    private const int Classes = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    private readonly Option<int> _runs = new("--runs") { Description = "Runs of each, in turns", DefaultValueFactory = _ => 60 };
    private readonly Option<int> _rows = new("--rows") { Description = "Rows of a run", DefaultValueFactory = _ => 128 };

    /// <summary>Makes the command.</summary>
    public OverheadCommand()
        : base("Compares programs with the same schemes called by hand.")
    {
        Options.Add(_runs);
        Options.Add(_rows);
        SetAction(async (parsed, _) =>
        {
            (int runs, int rows) = (parsed.GetValue(_runs), parsed.GetValue(_rows));
            Console.WriteLine("| computation | by hand | by the front end | more |");
            Console.WriteLine("|---|---:|---:|---:|");
            await SharesAsync(rows, runs);
            await CkksAsync(rows, runs);
            return 0;
        });
    }

    // Two layers with ReLU between, all on shares.
    private static async Task SharesAsync(int rows, int runs)
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(rows, Features), 1);
        SecretTensor hidden = (x.MatMul(IrregularWeights.Of(program, Features, Width)) + IrregularWeights.Of(program, Width)).Relu();
        (hidden.MatMul(IrregularWeights.Of(program, Width, Classes)) + IrregularWeights.Of(program, Classes)).On(Scheme.Shares).Reveal(Party.Client);
        var dealer = new InProcessDealer();
        var options = new SharesOptions { Dealer = dealer, Link = LinkProfile.Loopback };
        double[] values = Values(rows * Features);
        var given = new Dictionary<string, Tensor<double>> { ["x"] = Tensor.Create(values, [rows, Features]) };
        var session = new SessionOptions { Schemes = schemes => schemes.UseShares(options), Link = LinkProfile.Loopback };
        await using LocalProgram local = await LocalProgram.StartAsync(program, session, session, InProcessTransport.CreatePair());
        MeetingId meeting = MeetingId.Create(OsRandom.Instance);
        (Stream Client, Stream Server) streams = InProcessTransport.CreatePair();
        using SchemeRegistry client = Registry(Party.Client, options);
        using SchemeRegistry server = Registry(Party.Server, options);
        Task<SharesByHand> serving = SharesByHand.StartAsync(Party.Server, streams.Server, program, local.Plan, (SharesBackend)server.Backend(Scheme.Shares)!, dealer, meeting);
        await using SharesByHand here = await SharesByHand.StartAsync(Party.Client, streams.Client, program, local.Plan, (SharesBackend)client.Backend(Scheme.Shares)!, dealer, meeting);
        await using SharesByHand there = await serving;
        await CompareAsync(
            $"{Features}-{Width}-{Classes} on shares, {rows} rows",
            runs,
            async () =>
            {
                Task<double[]> asking = Task.Run(() => here.RunAsync(values));
                await Task.WhenAll(asking, Task.Run(() => there.RunAsync(values)));
                return await asking;
            },
            async () => [.. (await local.RunAsync(given)).Client.Results.Values.Single()]);
    }

    // One layer in CKKS.
    private static async Task CkksAsync(int rows, int runs)
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(rows, Features), 1);
        SecretTensor weights = IrregularWeights.Of(program, Features, Width);
        SecretTensor result = x.MatMul(weights).On(Scheme.Ckks);
        result.Reveal(Party.Client);
        double[] values = Values(rows * Features);
        var given = new Dictionary<string, Tensor<double>> { ["x"] = Tensor.Create(values, [rows, Features]) };
        await using LocalProgram local = await LocalProgram.StartAsync(program, schemes => schemes.UseCkks());
        Stretch stretch = local.Plan.Steps.First(step => step.To == Scheme.Ckks).Stretch;
        using var registry = new SchemeRegistry(Party.Client);
        registry.UseCkks();
        RingPacking packing = ((CkksBackend)registry.Backend(Scheme.Ckks)!).RequireLayout(stretch).Packing;
        await using CkksByHand byHand = await CkksByHand.StartAsync(packing, program.Bindings[((ConstantOp)weights.Node.Op).Number].Integers.ToArray());
        await CompareAsync(
            $"{Features}-{Width} in CKKS, {rows} rows",
            runs,
            () => byHand.RunAsync(values, x.Node.FractionBits, stretch.Last.FractionBits),
            async () => [.. (await local.RunAsync(given)).Client.Results.Values.Single()]);
    }

    private static SchemeRegistry Registry(Party role, SharesOptions options)
    {
        var registry = new SchemeRegistry(role);
        registry.UseShares(options);
        return registry;
    }

    private static async Task CompareAsync(string name, int runs, Func<Task<double[]>> byHand, Func<Task<double[]>> byFrontEnd)
    {
        var hand = new List<double>();
        var front = new List<double>();
        // Twice as many runs more, which do not count, until code is compiled as it stays.
        for (int run = -2 * runs; run < runs; run++)
        {
            // Either goes first every other time.
            bool handFirst = run % 2 == 0;
            (double first, double[] one) = await TimeAsync(handFirst ? byHand : byFrontEnd);
            (double second, double[] other) = await TimeAsync(handFirst ? byFrontEnd : byHand);
            (double handSeconds, double frontSeconds) = handFirst ? (first, second) : (second, first);
            // Times of wrong results are worth nothing.
            if (!one.Zip(other, (left, right) => Math.Abs(left - right) < 1e-3).All(isNear => isNear))
            {
                throw new InvalidOperationException($"{name}: the results differ.");
            }

            if (run >= 0)
            {
                hand.Add(handSeconds);
                front.Add(frontSeconds);
            }
        }

        double ratio = Median(front.Zip(hand, (left, right) => left / right));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {name} | {Median(hand) * 1e3:0.00} ms | {Median(front) * 1e3:0.00} ms | {(ratio - 1) * 100:0.0} % |"));
    }

    private static async Task<(double Seconds, double[] Results)> TimeAsync(Func<Task<double[]>> run)
    {
        // What the dealer makes ahead of the next run is done before.
        await Task.Delay(Pause);
        long started = Stopwatch.GetTimestamp();
        double[] results = await run();
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, results);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static double[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => i % 17 / 17.0)];
}
