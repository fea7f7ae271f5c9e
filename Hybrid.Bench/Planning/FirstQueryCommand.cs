using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Mpc;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tensors;

namespace Hybrid.Bench.Planning;

/// <summary>
/// "first-query": what the first query of a session takes, from connecting to the result, of a network of two layers with its first layer in
/// CKKS or on shares, and the dealer beside the parties or as far away as they are from each other. The server has served others before: it has
/// its model's weights as polynomials. As a table in Markdown.
/// </summary>
internal sealed class FirstQueryCommand : RootCommand
{
    private const int Runs = 9;

    // Sessions before those that are measured: what a server does again and again is compiled for good.
    private const int WarmUp = 20;
    private const int Inputs = 784;
    private const int Outputs = 10;

    private readonly Option<string> _link = new("--link") { Description = "The link", DefaultValueFactory = _ => "wan" };
    private readonly Option<int[]> _rows = new("--rows") { Description = "Rows", DefaultValueFactory = _ => [1], AllowMultipleArgumentsPerToken = true };
    private readonly Option<int> _width = new("--width") { Description = "Numbers between the layers", DefaultValueFactory = _ => 128 };

    /// <summary>Makes the command.</summary>
    public FirstQueryCommand()
        : base("Times sessions of one query, with a layer in CKKS and on shares, and the dealer near and far.")
    {
        Options.Add(_link);
        Options.Add(_rows);
        Options.Add(_width);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        LinkProfile link = LinkProfile.Parse(parsed.GetValue(_link)!);
        int width = parsed.GetValue(_width);
        Console.WriteLine($"{Inputs}-{width}-{Outputs}, {link}: medians of {Runs} sessions");
        Console.WriteLine();
        Console.WriteLine("| rows | dealer | first layer | set-up | preparation | query | together | up | down |");
        Console.WriteLine("|---:|---|---|---:|---:|---:|---:|---:|---:|");
        foreach (int rows in parsed.GetValue(_rows)!)
        {
            foreach (bool isFar in new[] { false, true })
            {
                foreach (Scheme first in new[] { Scheme.Shares, Scheme.Ckks })
                    await MeasureAsync(rows, width, first, link, isFar, cancellation);
            }
        }

        return 0;
    }

    private static async Task MeasureAsync(int rows, int width, Scheme first, LinkProfile link, bool isFar, CancellationToken cancellation)
    {
        var sessions = new List<(double SetUp, ProgramRun Run)>();
        TensorProgram program = Program(rows, width, first);
        for (int i = 0; i < WarmUp + Runs; i++)
            sessions.Add(await RunAsync(program, rows, link, isFar, cancellation));
        (double setUp, ProgramRun run) = sessions.Skip(WarmUp).OrderBy(Whole).ElementAt(Runs / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {rows} | {(isFar ? "far" : "near")} | {first} | {setUp * 1e3:0} ms | {run.PreparationSeconds * 1e3:0} ms | {run.WallSeconds * 1e3:0} ms | {Whole((setUp, run)) * 1e3:0} ms | {run.BytesSent:N0} | {run.BytesReceived:N0} |"));
    }

    private static double Whole((double SetUp, ProgramRun Run) session) => session.SetUp + session.Run.PreparationSeconds + session.Run.WallSeconds;

    private static async Task<(double SetUp, ProgramRun Run)> RunAsync(TensorProgram program, int rows, LinkProfile link, bool isFar, CancellationToken cancellation)
    {
        var shares = new SharesOptions { Dealer = new InProcessDealer(link: isFar ? link : null), Link = link };
        var options = new SessionOptions
        {
            Link = link,
            Objective = PlanObjective.Latency with { Queries = 1 },
            Schemes = schemes =>
            {
                schemes.UseCkks();
                schemes.UseShares(shares);
            },
        };
        long started = Stopwatch.GetTimestamp();
        await using LocalProgram session = await LocalProgram.StartAsync(program, options, options, ShapedLink.CreatePair(link), cancellation);
        double setUp = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double[] x = [.. Enumerable.Range(0, rows * Inputs).Select(i => i % 17 / 17.0)];
        (ProgramRun client, _) = await session.RunAsync(new Dictionary<string, Tensor<double>> { ["x"] = Tensor.Create(x, [rows, Inputs]) }, cancellation: cancellation);
        return (setUp, client);
    }

    private static TensorProgram Program(int rows, int width, Scheme first)
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(rows, Inputs), 1);
        SecretTensor hidden = (x.MatMul(IrregularWeights.Of(program, Inputs, width)) + IrregularWeights.Of(program, width)).On(first).Relu();
        (hidden.MatMul(IrregularWeights.Of(program, width, Outputs)) + IrregularWeights.Of(program, Outputs)).On(Scheme.Shares).Reveal(Party.Client);
        return program;
    }
}
