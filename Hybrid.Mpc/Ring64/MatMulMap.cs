using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Ring64;

/// <summary>The matrix product (…, m, k) · (…, k, n) = (…, m, n), the dimensions before repeated by NumPy's rule.</summary>
/// <remarks>
/// Many matrices by one on the right are a single product; all else is one product for each pair, over <see cref="MatrixProduct"/>.
/// </remarks>
public sealed record MatMulMap : BilinearMap
{
    /// <summary>The map for two shapes.</summary>
    /// <exception cref="ParameterException">
    /// An operand has fewer than two dimensions, the inner sizes differ, the dimensions before do not fit each other, or the result
    /// is too large for a tensor.
    /// </exception>
    public MatMulMap(Shape left, Shape right)
        : base(left, right, Fit(left, right))
    {
    }

    /// <inheritdoc/>
    public override string Name => $"matrix product of {Left} by {Right}";

    /// <inheritdoc/>
    public override long Products => (long)Result.ElementCount * K;

    private int M => Left.Lengths[^2];

    private int K => Left.Lengths[^1];

    private int N => Right.Lengths[^1];

    private protected override unsafe void Accumulate(
        ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> result, KernelWidth width, int threads)
    {
        (int m, int k, int n) = (M, K, N);
        if (right.Length == k * n)
        {
            // Every row of every matrix on the left meets the same matrix: they are the rows of one tall matrix.
            MatrixProduct.Compute(left, right, result, result.Length / n, k, n, accumulate: true, width, threads);
            return;
        }

        (int[] lefts, int[] rights) = Pairs();
        if (threads == 1 || lefts.Length < threads || Products < MatrixProduct.ParallelProducts)
        {
            for (int pair = 0; pair < lefts.Length; pair++)
            {
                MatrixProduct.Compute(
                    left.Slice(lefts[pair], m * k), right.Slice(rights[pair], k * n), result.Slice(pair * m * n, m * n),
                    m, k, n, accumulate: true, width, threads);
            }

            return;
        }

        fixed (ulong* startLeft = left, startRight = right, startResult = result)
        {
            // The compiler lets no lambda capture a pinned pointer itself.
            ulong* x = startLeft;
            ulong* y = startRight;
            ulong* z = startResult;
            Parallel.For(0, lefts.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, pair => MatrixProduct.Compute(
                new ReadOnlySpan<ulong>(x + lefts[pair], m * k),
                new ReadOnlySpan<ulong>(y + rights[pair], k * n),
                new Span<ulong>(z + ((nint)pair * m * n), m * n),
                m, k, n, accumulate: true, width, threads: 1));
        }
    }

    // Where the two matrices of each matrix of the result begin.
    private (int[] Lefts, int[] Rights) Pairs()
    {
        int rank = Result.Rank - 2;
        int[] x = Broadcasting.Strides(Left.Lengths.AsSpan()[..^2], rank);
        int[] y = Broadcasting.Strides(Right.Lengths.AsSpan()[..^2], rank);
        var walk = new StridedWalk(Result.Lengths.AsSpan()[..^2], x, y, new int[rank]);
        var lefts = new int[walk.Runs * walk.Run];
        var rights = new int[lefts.Length];
        StridedWalk.Position at = walk.Start();
        int pair = 0;
        for (int run = 0; run < walk.Runs; run++, at.Next())
        {
            for (int i = 0; i < walk.Run; i++, pair++)
            {
                lefts[pair] = (at.X + (i * walk.RunStrides.X)) * M * K;
                rights[pair] = (at.Y + (i * walk.RunStrides.Y)) * K * N;
            }
        }

        return (lefts, rights);
    }

    private static Shape Fit(Shape left, Shape right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Rank < 2 || right.Rank < 2 || left.Lengths[^1] != right.Lengths[^2])
        {
            throw new ParameterException(ParameterFault.Mismatch, $"MatMul takes (…, m, k) by (…, k, n); it was given {left} by {right}.");
        }

        int[] batch = Broadcasting.Join(left.Lengths.AsSpan()[..^2], right.Lengths.AsSpan()[..^2], $"matrix product of {left} by {right}");
        return new Shape([.. batch, left.Lengths[^2], right.Lengths[^1]]);
    }
}
