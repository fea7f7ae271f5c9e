namespace Hybrid.Seal.Evaluation;

/// <summary>The diagonals of a matrix that are not zero: diagonal d has W[i, (i + d) mod n] for each row i, 0 beyond the columns.</summary>
internal static class MatrixDiagonals
{
    /// <summary>Those of a matrix.</summary>
    /// <param name="matrix">Row by row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="period">n, at least the columns.</param>
    public static SortedDictionary<int, double[]> Of(ReadOnlySpan<double> matrix, int rows, int columns, int period)
    {
        var diagonals = new double[period][];
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<double> row = matrix.Slice(i * columns, columns);
            for (int column = 0; column < columns; column++)
            {
                if (row[column] != 0)
                {
                    int d = (((column - i) % period) + period) % period;
                    (diagonals[d] ??= new double[rows])[i] = row[column];
                }
            }
        }

        var result = new SortedDictionary<int, double[]>();
        for (int d = 0; d < period; d++)
        {
            if (diagonals[d] is not null)
            {
                result.Add(d, diagonals[d]);
            }
        }

        return result;
    }
}
