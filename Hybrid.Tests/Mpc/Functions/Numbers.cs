using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc.Circuits;

namespace Hybrid.Tests.Mpc.Functions;

/// <summary>Functions on numbers of sixteen fraction bits, beside the same in double.</summary>
internal static class Numbers
{
    public const int FractionBits = 16;

    public const double Unit = 1.0 / (1 << FractionBits);

    /// <summary>Both ways to compare.</summary>
    public static CircuitOptions[] Methods { get; } =
        [new() { Comparison = ComparisonMethod.Tree }, new() { Comparison = ComparisonMethod.FunctionSharing }];

    /// <summary>Numbers as integers.</summary>
    public static long[] Encode(params double[] numbers) => [.. numbers.Select(x => (long)Math.Round(Math.ScaleB(x, FractionBits)))];

    /// <summary>Random integers of numbers in an interval, its ends among them.</summary>
    public static long[] Spread(double lowest, double highest, int count, int seed)
    {
        var random = new Random(seed);
        long[] integers = Encode([.. Enumerable.Range(0, count).Select(_ => lowest + (random.NextDouble() * (highest - lowest)))]);
        (integers[0], integers[1]) = (Encode(lowest)[0], Encode(highest)[0]);
        return integers;
    }

    /// <summary>The same, spread evenly by their logarithm.</summary>
    public static long[] SpreadByLogarithm(double lowest, double highest, int count, int seed)
    {
        var random = new Random(seed);
        long[] integers = Encode([.. Enumerable.Range(0, count).Select(_ => lowest * Math.Pow(highest / lowest, random.NextDouble()))]);
        (integers[0], integers[1]) = (Encode(lowest)[0], Encode(highest)[0]);
        return integers;
    }

    /// <summary>A function of one number on shares, in double.</summary>
    /// <param name="options">How to compare.</param>
    /// <param name="function">The function.</param>
    /// <param name="integers">The inputs.</param>
    /// <param name="range">Their range; what they span if null.</param>
    public static async Task<double[]> ApplyAsync(CircuitOptions options, Func<Wire, Wire> function, long[] integers, WordRange? range = null)
    {
        int bits = 0;
        long[] results = await Parties.ComputeAsync(
            options,
            wires =>
            {
                Wire result = function(wires[0]);
                bits = result.FractionBits;
                return result;
            },
            Feed.Of(1, new Shape(integers.Length), FractionBits, integers, range));
        return [.. results.Select(integer => Math.ScaleB(integer, -bits))];
    }

    /// <summary>Fails where a result is off by more than the tolerance, relative if it is asked for.</summary>
    public static void AreClose(Func<double, double> exact, long[] integers, double[] results, double tolerance, bool relative = false)
    {
        for (int i = 0; i < integers.Length; i++)
        {
            double x = integers[i] * Unit;
            double error = Math.Abs(results[i] - exact(x)) / (relative ? Math.Abs(exact(x)) : 1);
            Assert.IsTrue(error <= tolerance, $"f({x}) came out as {results[i]} instead of {exact(x)}: off by {error}");
        }
    }
}
