using System.Numerics.Tensors;
using Hybrid.Execution;
using Hybrid.Models;

namespace Hybrid.Cli;

/// <summary>Puts a table's rows to a connected client and reports.</summary>
/// <param name="data">The rows.</param>
/// <param name="divisor">What their numbers are divided by.</param>
/// <param name="plaintext">The model in the clear, to compare with; null to compare with nothing.</param>
/// <param name="parts">What the report is to hold besides results and costs.</param>
/// <param name="asked">How often to ask; the last answer is reported, for the first ones are slow, while code is compiled.</param>
internal sealed class QueryRunner(DataTable data, double divisor, LoadedModel? plaintext, ReportParts parts, int asked = 1)
{
    /// <summary>Asks, and reports.</summary>
    public async Task<PredictionReport> RunAsync(ModelClient client, IProgressReport progress, CancellationToken stop)
    {
        double[] rows = PredictionReport.Flat(data.Select(client.Card));
        if (divisor != 1)
        {
            TensorPrimitives.Divide(rows, divisor, rows);
        }

        Tensor<double> table = Tensor.Create(rows, [data.Rows, client.Card.FeatureCount]);
        for (int time = 1; time < asked; time++)
            await client.PredictAsync(table, cancellation: stop);
        Prediction prediction = await client.PredictAsync(table, new RowsDone(progress, data.Rows), stop);
        Agreement? agreement = plaintext is null ? null : Agreement.Of(plaintext, rows, prediction, client.Revealed);
        return PredictionReport.Of(client, prediction, data.Labels(client.Card), agreement, parts);
    }

    private sealed class RowsDone(IProgressReport progress, int rows) : IProgress<int>
    {
        public void Report(int value) => progress.Report(value / (double)rows);
    }
}

/// <summary>What a report holds only if asked for.</summary>
/// <param name="Ledger">What each party learnt.</param>
/// <param name="Steps">What each step did cost.</param>
internal readonly record struct ReportParts(bool Ledger, bool Steps);
