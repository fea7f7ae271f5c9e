namespace Hybrid.Seal.RingPacked;

/// <summary>The part of a product of matrices that one product of polynomials computes; d_0 d_1 d_2 is at most N.</summary>
/// <param name="Rows">d_0, rows of A.</param>
/// <param name="Inner">d_1, columns of A and rows of B.</param>
/// <param name="Columns">d_2, columns of B.</param>
public readonly record struct MatMulTile(int Rows, int Inner, int Columns)
{
    /// <summary>How often result polynomials are merged two by two before they are sent; d_1 is then a power of two, 2^levels or more.</summary>
    public int MergeLevels { get; init; }
}
