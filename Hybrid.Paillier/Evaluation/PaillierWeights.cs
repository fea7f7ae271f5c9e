using Hybrid.Paillier.Arithmetic;

namespace Hybrid.Paillier;

/// <summary>
/// An integer matrix that ciphertexts are multiplied by, compiled once: each row into a program of few products.
/// Belongs to the evaluator; the time a product takes depends on the weights.
/// </summary>
public sealed class PaillierWeights
{
    internal PaillierWeights(int rows, int columns, ExponentiationProgram[] programs, int[][] columnsUsed)
    {
        Rows = rows;
        Columns = columns;
        Programs = programs;
        ColumnsUsed = columnsUsed;
    }

    /// <summary>Outputs.</summary>
    public int Rows { get; }

    /// <summary>Inputs.</summary>
    public int Columns { get; }

    /// <summary>Products modulo n² that one column vector costs: what a quote is made of.</summary>
    public int Products => Programs.Sum(program => program.Products);

    internal ExponentiationProgram[] Programs { get; }

    // For each row, the columns with a weight that is not zero: the rest are not even read.
    internal int[][] ColumnsUsed { get; }

    /// <summary>Compiles a row-major matrix of magnitudes up to 2^63 - 1.</summary>
    /// <exception cref="ArgumentException">The matrix has not rows · columns elements, or holds <see cref="long.MinValue"/>.</exception>
    public static PaillierWeights Compile(ReadOnlySpan<long> matrix, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (matrix.Length != (long)rows * columns)
        {
            throw new ArgumentException($"A matrix of {rows} by {columns} has {(long)rows * columns} elements; this one has {matrix.Length}.", nameof(matrix));
        }

        var programs = new ExponentiationProgram[rows];
        var used = new int[rows][];
        var weights = new List<long>();
        var places = new List<int>();
        for (int row = 0; row < rows; row++)
        {
            weights.Clear();
            places.Clear();
            for (int column = 0; column < columns; column++)
            {
                long weight = matrix[(row * columns) + column];
                if (weight != 0)
                {
                    weights.Add(weight);
                    places.Add(column);
                }
            }

            programs[row] = ExponentiationProgram.Compile(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(weights));
            used[row] = [.. places];
        }

        return new PaillierWeights(rows, columns, programs, used);
    }
}
