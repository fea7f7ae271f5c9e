using Hybrid.Numerics;

namespace Hybrid.Mpc.Bits;

/// <summary>The dealer's side of a tail of <see cref="MaskedProducts{TLanes, TVector}"/>: its products, in the clear.</summary>
internal readonly unsafe struct TailProducts : IPlaneStep
{
    /// <summary>The most factors that can come before.</summary>
    public const int MostFactors = 3;

    private readonly ulong* _mask0;
    private readonly ulong* _mask1;
    private readonly ulong* _mask2;
    private readonly ulong* _tail;
    private readonly ulong* _products;
    private readonly nint _stride;
    private readonly int _depth;

    private TailProducts(ulong* mask0, ulong* mask1, ulong* mask2, ulong* tail, ulong* products, int stride, int depth)
    {
        _mask0 = mask0;
        _mask1 = mask1;
        _mask2 = mask2;
        _tail = tail;
        _products = products;
        _stride = stride;
        _depth = depth;
    }

    /// <summary>How many products a tail has that follows <paramref name="depth"/> factors: 2^depth − 1.</summary>
    public static int Count(int depth) => (1 << depth) - 1;

    /// <summary>Writes a tail's products.</summary>
    /// <param name="mask0">The first factor's mask.</param>
    /// <param name="mask1">The second one's, where there is one.</param>
    /// <param name="mask2">The third one's, where there is one.</param>
    /// <param name="depth">How many factors come before, in [1, 3].</param>
    /// <param name="tail">The tail's own mask.</param>
    /// <param name="products">Its <see cref="Count"/> products; overwritten.</param>
    /// <param name="planeWords">Words of a plane.</param>
    /// <param name="width">The vector width.</param>
    public static void Write(
        ulong* mask0, ulong* mask1, ulong* mask2, int depth, ulong* tail, ulong* products, int planeWords, KernelWidth width) =>
        PlaneLoop.Run(new TailProducts(mask0, mask1, mask2, tail, products, planeWords, depth), planeWords, width);

    /// <inheritdoc/>
    public void At<TLanes, TVector>(nint word)
        where TLanes : struct, IBitLanes<TVector>
        where TVector : struct
    {
        ulong* products = _products + word;
        TVector tail = TLanes.Load(_tail + word);
        TVector mask0 = TLanes.Load(_mask0 + word);
        TLanes.Store(TLanes.And(mask0, tail), products);
        if (_depth == 1)
            return;

        TVector mask1 = TLanes.Load(_mask1 + word);
        TVector both = TLanes.And(mask0, mask1);
        TLanes.Store(TLanes.And(mask1, tail), products + _stride);
        TLanes.Store(TLanes.And(both, tail), products + (2 * _stride));
        if (_depth == 2)
            return;

        TVector further = TLanes.And(TLanes.Load(_mask2 + word), tail);
        TLanes.Store(further, products + (3 * _stride));
        TLanes.Store(TLanes.And(mask0, further), products + (4 * _stride));
        TLanes.Store(TLanes.And(mask1, further), products + (5 * _stride));
        TLanes.Store(TLanes.And(both, further), products + (6 * _stride));
    }
}
