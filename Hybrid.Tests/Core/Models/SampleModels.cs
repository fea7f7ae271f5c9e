using Hybrid.Models;

namespace Hybrid.Tests.Core.Models;

/// <summary>The models in the samples folder, and random ones.</summary>
internal static class SampleModels
{
    public static string[] Names => ["breast-cancer", "diabetes", "digits"];

    public static LinearModel Load(string name) => LinearModel.Load(Repository.Sample($"{name}.json"));

    public static DataTable Rows(string name) => DataTable.Load(Repository.Sample($"{name}-test.csv"));

    /// <summary>A model of random numbers of the given sizes.</summary>
    public static LinearModel Random(Random random, int features, int outputs, double mean = 10, double scale = 3, double weight = 1, double bias = 5) => new(
        "random",
        [.. Enumerable.Range(0, features).Select(k => $"f{k}")],
        [],
        Activation.None,
        [.. Enumerable.Range(0, features).Select(_ => Signed(random, mean))],
        [.. Enumerable.Range(0, features).Select(_ => scale * (0.1 + random.NextDouble()))],
        [.. Enumerable.Range(0, outputs).Select(_ => Enumerable.Range(0, features).Select(_ => Signed(random, weight)).ToArray())],
        [.. Enumerable.Range(0, outputs).Select(_ => Signed(random, bias))]);

    /// <summary>An input within so many scales of the means.</summary>
    public static double[] Input(Random random, LinearModel model, double scales)
    {
        var row = new double[model.Features.Count];
        for (int k = 0; k < row.Length; k++)
        {
            row[k] = model.Mean[k] + (Signed(random, scales) * model.Scale[k]);
        }

        return row;
    }

    /// <summary>The integers W x + c of a row, exactly.</summary>
    public static Int128[] Exact(FoldedModel folded, ReadOnlySpan<double> row)
    {
        int outputs = folded.Card.Outputs;
        var scores = new Int128[outputs];
        for (int j = 0; j < outputs; j++)
        {
            scores[j] = folded.Bias[j];
            for (int k = 0; k < row.Length; k++)
            {
                Assert.IsTrue(folded.Card.Input.TryEncode(row[k], out long encoded), $"feature {k}: {row[k]:r} is out of range");
                scores[j] += (Int128)encoded * folded.Weights[(k * outputs) + j];
            }
        }

        return scores;
    }

    private static double Signed(Random random, double size) => ((random.NextDouble() * 2) - 1) * size;
}
