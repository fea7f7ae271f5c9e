using System.Numerics;

namespace Hybrid.Seal.RingPacked;

/// <summary>A product of matrices in coefficients, a tile (d_0, d_1, d_2) at a time.</summary>
/// <remarks>
/// a = sum A[r,c] X^(r d_1 d_2 - c), where X^(-c) is -X^(N-c), and b = sum B[r,c] X^(c d_1 + r): the coefficient of X^(r d_1 d_2 + c d_1)
/// in a b is (A B)[r,c]. What else a b holds lies between multiples of d_1, or above all of them. Tiles along the inner dimension add up.
/// Where d_1 is a power of two, results of neighbouring tiles may be merged into one polynomial (<see cref="ResultMerge"/>).
/// Source: Huang et al. (2022), section 3.1.2, with the tile's columns as a third factor.
/// </remarks>
public sealed class MatMulPacking : RingPacking
{
    private readonly MatMulShape _shape;
    private readonly int _innerBlocks;
    private readonly int _columnBlocks;

    /// <summary>Packs a product by tiles of a size; <see cref="RingPackedShape.Pack"/> chooses the size itself.</summary>
    /// <param name="shape">The product.</param>
    /// <param name="parameters">Degree and primes.</param>
    /// <param name="options">What the layer must bear.</param>
    /// <param name="tile">The tile.</param>
    /// <exception cref="ParameterException">The tile does not fit the degree, or the noise does not fit below Q / 2^65.</exception>
    public MatMulPacking(MatMulShape shape, CkksParameters parameters, RingPackedOptions options, MatMulTile tile)
        : base(NotNull(shape), parameters, options, CountsOf(shape, Checked(tile, parameters)))
    {
        _shape = shape;
        Tile = tile;
        _innerBlocks = RingPackedShape.Blocks(shape.Inner, tile.Inner);
        _columnBlocks = RingPackedShape.Blocks(shape.Columns, tile.Columns);
    }

    /// <summary>The tile.</summary>
    public MatMulTile Tile { get; }

    /// <summary>The polynomials of a product's tiles.</summary>
    internal static PackingCounts CountsOf(MatMulShape shape, MatMulTile tile)
    {
        int rows = RingPackedShape.Blocks(shape.Rows, tile.Rows);
        int inner = RingPackedShape.Blocks(shape.Inner, tile.Inner);
        int columns = RingPackedShape.Blocks(shape.Columns, tile.Columns);
        return new PackingCounts(checked(rows * inner), checked(inner * columns), checked(rows * columns), inner, (long)shape.Inner * tile.Columns, tile.Columns,
            tile.MergeLevels == 0 ? ResultMerge.None : new ResultMerge(tile.Inner, tile.MergeLevels));
    }

    // The rows are the inputs' alone.
    internal override object WeightLayout => (Parameters, Options, _shape.Inner, _shape.Columns, Tile.Inner, Tile.Columns);

    internal override int WeightCoefficients => Tile.Inner * Tile.Columns;

    internal override (int Input, int Weight) FirstTermOf(int output) =>
        (output / _columnBlocks * _innerBlocks, output % _columnBlocks * _innerBlocks);

    internal override void PackInput(int input, ReadOnlySpan<ulong> values, Span<ulong> coefficients)
    {
        int firstRow = input / _innerBlocks * Tile.Rows;
        int firstInner = input % _innerBlocks * Tile.Inner;
        int inner = Math.Min(Tile.Inner, _shape.Inner - firstInner);
        for (int r = 0; r < Math.Min(Tile.Rows, _shape.Rows - firstRow); r++)
        {
            ReadOnlySpan<ulong> row = values.Slice(((firstRow + r) * _shape.Inner) + firstInner, inner);
            int at = r * Tile.Inner * Tile.Columns;
            for (int c = 0; c < inner; c++)
            {
                // Only the first row goes below X^0.
                if (at >= c)
                {
                    coefficients[at - c] = row[c];
                }
                else
                {
                    coefficients[coefficients.Length + at - c] = 0 - row[c];
                }
            }
        }
    }

    internal override void PackWeights(int weight, ReadOnlySpan<long> weights, Span<long> coefficients)
    {
        int firstColumn = weight / _innerBlocks * Tile.Columns;
        int firstInner = weight % _innerBlocks * Tile.Inner;
        int columns = Math.Min(Tile.Columns, _shape.Columns - firstColumn);
        for (int r = 0; r < Math.Min(Tile.Inner, _shape.Inner - firstInner); r++)
        {
            ReadOnlySpan<long> row = weights.Slice(((firstInner + r) * _shape.Columns) + firstColumn, columns);
            for (int c = 0; c < columns; c++)
            {
                coefficients[(c * Tile.Inner) + r] = row[c];
            }
        }
    }

    private protected override int PlacesOfSum(int output, Span<int> coefficients, Span<int> results)
    {
        int firstRow = output / _columnBlocks * Tile.Rows;
        int firstColumn = output % _columnBlocks * Tile.Columns;
        int rows = Math.Min(Tile.Rows, _shape.Rows - firstRow);
        int columns = Math.Min(Tile.Columns, _shape.Columns - firstColumn);
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                coefficients[(r * columns) + c] = ((r * Tile.Columns) + c) * Tile.Inner;
                results[(r * columns) + c] = ((firstRow + r) * _shape.Columns) + firstColumn + c;
            }
        }

        return rows * columns;
    }

    private static MatMulShape NotNull(MatMulShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        _ = (shape.InputLength, shape.WeightLength, shape.OutputLength);
        return shape;
    }

    private static MatMulTile Checked(MatMulTile tile, CkksParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (tile.Rows < 1 || tile.Inner < 1 || tile.Columns < 1 || (UInt128)tile.Rows * (uint)tile.Inner * (uint)tile.Columns > (uint)parameters.Degree)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"A tile of {tile.Rows} × {tile.Inner} × {tile.Columns} does not fit degree {parameters.Degree}; its dimensions are from 1 up and their product is at most the degree.");
        }

        if (tile.MergeLevels < 0 || (tile.MergeLevels > 0 && (!BitOperations.IsPow2(tile.Inner) || tile.MergeLevels > BitOperations.Log2((uint)tile.Inner))))
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"Results of a tile {tile.Inner} numbers wide cannot be merged {tile.MergeLevels} times: the width must be a power of two, and at least 2^levels.");
        }

        return tile;
    }
}
