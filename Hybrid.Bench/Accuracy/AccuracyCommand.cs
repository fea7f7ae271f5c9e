using System.CommandLine;
using System.Globalization;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Functions;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Bench.Accuracy;

/// <summary>"accuracy": the errors of functions on shares over their domains, as a table in Markdown.</summary>
internal sealed class AccuracyCommand : RootCommand
{
    private const int Batch = 1 << 17;
    private const int FractionBits = 16;

    private readonly Option<int> _points = new("--points") { Description = "Random inputs of each function", DefaultValueFactory = _ => 1_000_000 };
    private readonly Option<long> _products = new("--products") { Description = "Random products and truncations over the whole range", DefaultValueFactory = _ => 10_000_000 };
    private readonly Option<ComparisonMethod> _comparison = new("--comparison") { Description = "How secrets are compared", DefaultValueFactory = _ => ComparisonMethod.Tree };

    /// <summary>Makes the command.</summary>
    public AccuracyCommand()
        : base("Measures the errors of functions on shares over their domains, and prints a table in Markdown.")
    {
        Options.Add(_points);
        Options.Add(_products);
        Options.Add(_comparison);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        await using LocalParties parties = await LocalParties.OpenAsync(random: null, cancellationToken: stop);
        var options = new CircuitOptions { Comparison = parsed.GetValue(_comparison) };
        var random = new Random(4);
        Console.WriteLine("| function | inputs | greatest error | at | mean error | kind |");
        Console.WriteLine("|---|---|---:|---:|---:|---|");
        foreach (AccuracyCase one in AccuracyCase.All)
            await MeasureAsync(one, parties, options, parsed.GetValue(_points), random, stop);
        await MultiplyAsync(parties, options, parsed.GetValue(_products), random, stop);
        return 0;
    }

    private static async Task MeasureAsync(
        AccuracyCase one, LocalParties parties, CircuitOptions options, int points, Random random, CancellationToken stop)
    {
        double greatest = 0;
        double at = 0;
        double sum = 0;
        for (int done = 0; done < points; done += Batch)
        {
            int count = Math.Min(Batch, points - done);
            long[] inputs = [.. Enumerable.Range(0, count).Select(_ => Input(one, random))];
            double[] results = await RunAsync(one.Apply, inputs, parties, options, stop);
            for (int i = 0; i < count; i++)
            {
                double x = Math.ScaleB(inputs[i], -FractionBits);
                double exact = one.Exact(x);
                double error = Math.Abs(results[i] - exact) / (one.IsRelative ? Math.Abs(exact) : 1);
                sum += error;
                (greatest, at) = error > greatest ? (error, x) : (greatest, at);
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {one.Name} | {one.Lowest:g6} to {one.Highest:g6} | {greatest:0.0e+0} | {at:g6} | {sum / points:0.0e+0} | {(one.IsRelative ? "relative" : "absolute")} |"));
    }

    private static long Input(AccuracyCase one, Random random)
    {
        double part = random.NextDouble();
        double x = one.Lowest > 0
            ? Math.Exp(Math.Log(one.Lowest) + (part * Math.Log(one.Highest / one.Lowest)))
            : one.Lowest + (part * (one.Highest - one.Lowest));
        return (long)Math.Clamp(Math.Round(Math.ScaleB(x, FractionBits)), Math.ScaleB(one.Lowest, FractionBits), Math.ScaleB(one.Highest, FractionBits) - 1);
    }

    private static async Task<double[]> RunAsync(
        Func<Wire, Wire> apply, long[] inputs, LocalParties parties, CircuitOptions options, CancellationToken stop)
    {
        var circuit = new Circuit(options);
        Wire x = circuit.Input(0, new Shape(inputs.Length), FractionBits, WordRange.OfBits(31));
        Opening opening = circuit.Open(apply(x));
        IReadOnlyList<CircuitResults> results = await parties.RunAsync(circuit, [new CircuitInputs().Set(x, inputs), new CircuitInputs()], stop);
        var numbers = new double[inputs.Length];
        ReadOnlySpan<long> integers = results[0].Integers(opening);
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = Math.ScaleB(integers[i], -opening.Value.FractionBits);
        foreach (CircuitResults result in results)
            result.Dispose();
        return numbers;
    }

    // Products of integers of 31 bits reach the whole range of a truncation.
    private static async Task MultiplyAsync(LocalParties parties, CircuitOptions options, long products, Random random, CancellationToken stop)
    {
        long wraps = 0;
        long beyond = 0;
        double sum = 0;
        for (long done = 0; done < products; done += 1 << 20)
        {
            int count = (int)Math.Min(1 << 20, products - done);
            var circuit = new Circuit(options);
            var range = new WordRange(-(1L << 31) + 1, (1L << 31) - 1);
            Wire x = circuit.Input(0, new Shape(count), FractionBits, range);
            Wire y = circuit.Input(1, new Shape(count), FractionBits, range);
            Opening opening = circuit.Open(x.Multiply(y));
            long[] xs = [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(-(1L << 31) + 1, 1L << 31))];
            long[] ys = [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(-(1L << 31) + 1, 1L << 31))];
            IReadOnlyList<CircuitResults> results = await parties.RunAsync(circuit, [new CircuitInputs().Set(x, xs), new CircuitInputs().Set(y, ys)], stop);
            Count(results[0].Integers(opening), xs, ys, ref wraps, ref beyond, ref sum);
            foreach (CircuitResults result in results)
                result.Dispose();
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.NewLine}{products:N0} products of random numbers in (-32768, 32768), truncated: {beyond} off by more than one unit of 2^-16, {wraps} wrapped; mean error {sum / products:0.000} units."));
    }

    private static void Count(ReadOnlySpan<long> results, long[] xs, long[] ys, ref long wraps, ref long beyond, ref double sum)
    {
        for (int i = 0; i < results.Length; i++)
        {
            Int128 exact = (Int128)xs[i] * ys[i];
            double error = Math.Abs((double)(((Int128)results[i] << FractionBits) - exact)) / (1 << FractionBits);
            beyond += error > 1 ? 1 : 0;
            wraps += error > 1000 ? 1 : 0;
            sum += error;
        }
    }
}
