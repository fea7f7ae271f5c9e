using Hybrid.Cli.Plans;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;

namespace Hybrid.Cli;

/// <summary>A model of this process's own: as it is served, and in the clear, which private prediction is held against.</summary>
/// <param name="Served">As it is served.</param>
/// <param name="Linear">The linear model that it is; null for a network.</param>
internal sealed record LoadedModel(IServedModel Served, LinearModel? Linear)
{
    // What a network computes of so many rows is in memory at once.
    private const int RowsAtOnce = 64;

    /// <summary>The scores of rows in double precision.</summary>
    /// <param name="rows">(rows, numbers), row-major.</param>
    /// <param name="count">How many rows.</param>
    /// <returns>(rows, outputs), row-major.</returns>
    public double[] Scores(double[] rows, int count)
    {
        ModelCard card = Served.Card;
        var scores = new double[count * card.Outputs];
        if (Linear is not null)
        {
            for (int row = 0; row < count; row++)
                Linear.Score(rows.AsSpan(row * card.FeatureCount, card.FeatureCount), scores.AsSpan(row * card.Outputs, card.Outputs));
            return scores;
        }

        for (int first = 0; first < count; first += RowsAtOnce)
        {
            int here = Math.Min(RowsAtOnce, count - first);
            ModelProgram program = Served.Program(here, Revealed.Scores);
            double[] input = rows[(first * card.FeatureCount)..((first + here) * card.FeatureCount)];
            double[] result = ReferenceRunner.Run(program.Graph, node => node.Op is InputOp ? input : TrialRows.Numbers(node, program.Bindings))[program.Result.Id];
            result.CopyTo(scores, first * card.Outputs);
        }

        return scores;
    }
}
