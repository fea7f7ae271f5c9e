using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Hybrid.Seal.RingPacked;

/// <summary>A product of matrices A B: A of m × k numbers encrypted, B of k × l weights, the result of m × l.</summary>
/// <param name="Rows">m.</param>
/// <param name="Inner">k.</param>
/// <param name="Columns">l.</param>
public sealed record MatMulShape(int Rows, int Inner, int Columns) : RingPackedShape
{
    // Tiles that are looked at before the others, one by one.
    private const int Promising = 8;

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
        while (!options.IsExact && most > 1 && !RingPackedNoise.Of(parameters, options, MatMulPacking.CountsOf(this, new MatMulTile(1, 1, most))).Fits)
            most = Math.Min(most - 1, most * 3 / 4);
        return most;
    }

    private protected override RingPacking Packed(CkksParameters parameters, RingPackedOptions options)
    {
        _ = (InputLength, WeightLength, OutputLength);
        var prices = new PackingPrices(this, parameters, options, Inner);
        int most = MostColumns(parameters, options);
        (List<int> allRows, List<int> inners) = (BlockSizes(Rows), BlockSizes(Inner));
        var tiles = new List<MatMulTile>();
        var bounds = new List<double>();
        foreach (int rows in allRows)
        {
            foreach (int inner in inners)
            {
                int columns = (int)Math.Min(most, parameters.Degree / ((long)rows * inner));
                if (columns == 0)
                {
                    continue;
                }

                Add(new MatMulTile(rows, inner, Blocks(Columns, Blocks(Columns, columns))));
            }

            if (options.Merging is not null && parameters.HasSpecialPrime)
            {
                AddMerging(rows);
            }
        }

        // The most promising ones first: after these few others need a closer look.
        (MatMulTile? best, double least) = (null, double.PositiveInfinity);
        for (int i = 0; i < Promising; i++)
            Consider(TensorPrimitives.IndexOfMin<double>(CollectionsMarshal.AsSpan(bounds)));
        for (int i = 0; i < bounds.Count; i++)
            Consider(i);
        // Where no tile does for noise, the emptiest says so.
        return new MatMulPacking(this, parameters, options, best ?? new MatMulTile(1, 1, 1));

        void Consider(int i)
        {
            if (bounds[i] < least && prices.Seconds(MatMulPacking.CountsOf(this, tiles[i])) is var seconds && seconds < least)
            {
                (best, least) = (tiles[i], seconds);
            }

            bounds[i] = double.PositiveInfinity;
        }

        void Add(MatMulTile tile)
        {
            tiles.Add(tile);
            bounds.Add(prices.Least(MatMulPacking.CountsOf(this, tile)));
        }

        // Only powers of two leave results where they can be merged; merging beyond one ciphertext helps nobody.
        void AddMerging(int rows)
        {
            for (int inner = 2; inner / 2 < Inner && (long)rows * inner <= parameters.Degree; inner *= 2)
            {
                int columns = Blocks(Columns, Blocks(Columns, Math.Min(most, parameters.Degree / (rows * inner))));
                long sums = (long)Blocks(Rows, rows) * Blocks(Columns, columns);
                for (int levels = 1; 1 << levels <= inner && sums > 1 << (levels - 1); levels++)
                    Add(new MatMulTile(rows, inner, columns) { MergeLevels = levels });
            }
        }
    }
}
