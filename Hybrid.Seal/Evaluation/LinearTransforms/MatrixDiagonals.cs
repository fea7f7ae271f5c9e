namespace Hybrid.Seal.Evaluation;

/// <summary>
/// The diagonals of a matrix that are not zero, for a period n of its operands: diagonal d, in [0, n), has W[i, (i + d) mod n] for each row
/// i, 0 beyond the columns.
/// </summary>
internal sealed class MatrixDiagonals
{
    private readonly SortedDictionary<int, double[]> _diagonals = [];

    /// <summary>Those of a matrix, given row by row.</summary>
    public MatrixDiagonals(ReadOnlySpan<double> matrix, int rows, int columns, int period)
    {
        Period = period;
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<double> row = matrix.Slice(i * columns, columns);
            for (int column = 0; column < columns; column++)
            {
                if (row[column] != 0)
                {
                    int d = (((column - i) % period) + period) % period;
                    if (!_diagonals.TryGetValue(d, out double[]? diagonal))
                    {
                        diagonal = new double[rows];
                        _diagonals.Add(d, diagonal);
                    }

                    diagonal[i] = row[column];
                }
            }
        }
    }

    /// <summary>Those of a square matrix, given by d in (-n, n).</summary>
    /// <exception cref="ArgumentException">A diagonal is out of range, has not n numbers or is there twice.</exception>
    public MatrixDiagonals(IReadOnlyDictionary<int, double[]> diagonals, int period)
    {
        Period = period;
        foreach ((int d, double[] diagonal) in diagonals)
        {
            if (Math.Abs((long)d) >= period || diagonal is null || diagonal.Length != period)
            {
                throw new ArgumentException(
                    $"Diagonal {d} has {diagonal?.Length ?? 0} numbers; diagonals of a {period} x {period} matrix go from {1 - period} to {period - 1} and have {period} numbers each.",
                    nameof(diagonals));
            }

            if (diagonal.AsSpan().ContainsAnyExcept(0.0) && !_diagonals.TryAdd((d + period) % period, [.. diagonal]))
            {
                throw new ArgumentException($"Diagonals {d} and {(d > 0 ? d - period : d + period)} are the same one; give it once.", nameof(diagonals));
            }
        }
    }

    /// <summary>n.</summary>
    public int Period { get; }

    /// <summary>Which diagonals there are, in rising order.</summary>
    public IReadOnlyCollection<int> Numbers => _diagonals.Keys;

    /// <summary>A diagonal, a number a row.</summary>
    public double[] this[int d] => _diagonals[d];
}
