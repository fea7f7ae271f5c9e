using System.Numerics.Tensors;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Ring64;

/// <summary>The product element by element, either side repeated to fit the other by NumPy's rule.</summary>
/// <remarks>
/// Equal shapes, a row for every row, one word for all and one for every channel are long vector steps; others are shorter ones.
/// </remarks>
public sealed record ElementwiseMap : BilinearMap
{
    /// <summary>The map for two shapes.</summary>
    /// <exception cref="ParameterException">The shapes do not fit each other, or the result is too large for a tensor.</exception>
    public ElementwiseMap(Shape left, Shape right)
        : base(left, right, Fit(left, right))
    {
    }

    /// <inheritdoc/>
    public override string Name => $"product of {Left} by {Right} element by element";

    /// <inheritdoc/>
    public override long Products => Result.ElementCount;

    private protected override void Accumulate(
        ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> result, KernelWidth width, int threads)
    {
        var walk = new StridedWalk(
            Result.Lengths.AsSpan(),
            Broadcasting.Strides(Left.Lengths.AsSpan(), Result.Rank),
            Broadcasting.Strides(Right.Lengths.AsSpan(), Result.Rank),
            Broadcasting.Strides(Result));
        // Along a run an operand either goes on with the result or stays at one word; were both to stay, the run would be of length 1.
        (int leftStep, int rightStep, _) = walk.RunStrides;
        StridedWalk.Position at = walk.Start();
        for (int run = 0; run < walk.Runs; run++, at.Next())
        {
            Span<ulong> sums = result.Slice(at.Z, walk.Run);
            if (leftStep == 0)
            {
                AddProducts(right.Slice(at.Y, walk.Run), left[at.X], sums);
            }
            else if (rightStep == 0)
            {
                AddProducts(left.Slice(at.X, walk.Run), right[at.Y], sums);
            }
            else
            {
                TensorPrimitives.MultiplyAdd(left.Slice(at.X, walk.Run), right.Slice(at.Y, walk.Run), sums, sums);
            }
        }
    }

    private static void AddProducts(ReadOnlySpan<ulong> words, ulong factor, Span<ulong> sums) =>
        TensorPrimitives.MultiplyAdd(words, factor, sums, sums);

    private static Shape Fit(Shape left, Shape right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new Shape(Broadcasting.Join(
            left.Lengths.AsSpan(), right.Lengths.AsSpan(), $"product of {left} by {right} element by element"));
    }
}
