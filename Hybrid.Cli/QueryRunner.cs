using System.Numerics.Tensors;
using Hybrid.Execution;
using Hybrid.Models;

namespace Hybrid.Cli;

/// <summary>Puts a table's rows to a connected client and reports.</summary>
internal static class QueryRunner
{
    public static async Task<PredictionReport> RunAsync(ModelClient client, DataTable data, LinearModel? plaintext, bool withLedger, IProgressReport progress, CancellationToken stop)
    {
        Tensor<double> rows = data.Select(client.Card.Features);
        Prediction prediction = await client.PredictAsync(rows, new RowsDone(progress, data.Rows), stop);
        return PredictionReport.Of(client, prediction, data, plaintext, withLedger);
    }

    private sealed class RowsDone(IProgressReport progress, int rows) : IProgress<int>
    {
        public void Report(int value) => progress.Report(value / (double)rows);
    }
}
