namespace Hybrid.Seal.RingPacked;

/// <summary>A product of matrices A B: A of m × k numbers encrypted, B of k × l weights, the result of m × l.</summary>
/// <param name="Rows">m.</param>
/// <param name="Inner">k.</param>
/// <param name="Columns">l.</param>
public sealed record MatMulShape(int Rows, int Inner, int Columns) : RingPackedShape
{
    /// <inheritdoc/>
    public override int InputLength => Length("inputs", Rows, Inner);

    /// <inheritdoc/>
    public override int WeightLength => Length("weights", Inner, Columns);

    /// <inheritdoc/>
    public override int OutputLength => Length("results", Rows, Columns);

    /// <summary>As in MatMul 1 × 784 × 128.</summary>
    public override string ToString() => $"MatMul {Rows} × {Inner} × {Columns}";

    // All columns in one polynomial, or one.
    private protected override void TryTiles(CkksParameters parameters, RingPackedOptions options, bool fullest) =>
        _ = new MatMulPacking(this with { Rows = 1 }, parameters, options, new MatMulTile(1, 1, fullest ? Math.Min(Columns, parameters.Degree) : 1));

    // About as many as noise leaves room for: their weights meet in a polynomial.
    private int MostColumns(CkksParameters parameters, RingPackedOptions options)
    {
        int most = Math.Min(Columns, parameters.Degree);
        while (!options.IsExact && most > 1 && !MatMulPacking.Fits(this, parameters, options, new MatMulTile(1, 1, most)))
            most = Math.Min(most - 1, most * 3 / 4);
        return most;
    }

    private protected override RingPacking Packed(CkksParameters parameters, RingPackedOptions options)
    {
        _ = (InputLength, WeightLength, OutputLength);
        MatMulTile? best = null;
        double least = double.PositiveInfinity;
        int most = MostColumns(parameters, options);
        foreach (int rows in BlockSizes(Rows))
        {
            foreach (int inner in BlockSizes(Inner))
            {
                int columns = (int)Math.Min(most, parameters.Degree / ((long)rows * inner));
                if (columns == 0)
                {
                    continue;
                }

                Consider(new MatMulTile(rows, inner, Blocks(Columns, Blocks(Columns, columns))));
            }

            if (options.Merging is not null && parameters.HasSpecialPrime)
            {
                ConsiderMerging(rows);
            }
        }

        // Where no tile does for noise, the emptiest says so.
        return new MatMulPacking(this, parameters, options, best ?? new MatMulTile(1, 1, 1));

        void Consider(MatMulTile tile)
        {
            double seconds = MatMulPacking.SecondsOf(this, parameters, options, tile, least);
            if (seconds < least)
            {
                (best, least) = (tile, seconds);
            }
        }

        // Only powers of two leave results where they can be merged; merging beyond one ciphertext helps nobody.
        void ConsiderMerging(int rows)
        {
            for (int inner = 2; inner / 2 < Inner && (long)rows * inner <= parameters.Degree; inner *= 2)
            {
                int columns = Blocks(Columns, Blocks(Columns, Math.Min(most, parameters.Degree / (rows * inner))));
                long sums = (long)Blocks(Rows, rows) * Blocks(Columns, columns);
                for (int levels = 1; 1 << levels <= inner && sums > 1 << (levels - 1); levels++)
                    Consider(new MatMulTile(rows, inner, columns) { MergeLevels = levels });
            }
        }
    }
}
