using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Dealing;

/// <summary>What dealing a demand would take, worked out before any room is made for it.</summary>
/// <param name="DealtBytes">Bytes sent to all parties together, headers included.</param>
/// <param name="Work">Words of all vectors, and products of words.</param>
/// <param name="MemoryBytes">The most that is held at a time, without masks of weights.</param>
/// <param name="MaskBytes">Masks of weights, which are remembered.</param>
internal readonly record struct DemandCost(Int128 DealtBytes, Int128 Work, Int128 MemoryBytes, Int128 MaskBytes)
{
    /// <summary>The cost of a demand, for any sizes that can be read from the wire.</summary>
    public static DemandCost Of(CorrelationDemand demand, int parties)
    {
        var sum = default(DemandCost);
        DemandCost one = default;
        CorrelationDraw? last = null;
        foreach (CorrelationDraw draw in demand.Draws)
        {
            // Runs of draws share one object.
            one = ReferenceEquals(draw, last) ? one : Of(draw, parties);
            last = draw;
            sum = new DemandCost(
                sum.DealtBytes + one.DealtBytes,
                sum.Work + one.Work,
                Int128.Max(sum.MemoryBytes, one.MemoryBytes),
                sum.MaskBytes + one.MaskBytes);
        }

        return sum;
    }

    /// <summary>Refuses what a dealer does not want to do.</summary>
    /// <param name="options">The dealer's limits.</param>
    /// <param name="remembered">Bytes of the masks dealt before.</param>
    /// <exception cref="ParameterException">The demand is over a limit.</exception>
    public void Require(DealerOptions options, Int128 remembered)
    {
        Require(DealtBytes, options.MaximumDealtBytes, "bytes to be dealt");
        Require(Work, options.MaximumWork, "steps of work");
        Require(MemoryBytes + MaskBytes + remembered, options.MaximumMemoryBytes, "bytes of memory");
    }

    private static void Require(Int128 value, long limit, string what)
    {
        if (value > limit)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"The demand takes {value} {what}, where this dealer allows {limit}: work in smaller batches, or raise its limit.");
        }
    }

    private static DemandCost Of(CorrelationDraw draw, int parties)
    {
        CorrelationKind kind = draw.Kind;
        int elements = Math.Min(kind.ChunkElements, draw.Count);
        Int128 chunks = ((Int128)draw.Count + kind.ChunkElements - 1) / kind.ChunkElements;
        Int128 words = 0;
        Int128 largest = 0;
        Int128 sent = 0;
        foreach (DealtVector vector in kind.Vectors)
        {
            Int128 length = (Int128)vector.Words * vector.Form switch
            {
                VectorForm.Words => elements,
                VectorForm.Planes => (elements + 63) / 64,
                _ => 1,
            };
            words += length;
            largest = Int128.Max(largest, length);
            sent += length * vector.Dealing switch
            {
                Correlations.Dealing.Derived => 1,
                Correlations.Dealing.Common => parties,
                _ => 0,
            };
        }

        // Every chunk is counted as a whole one.
        Int128 header = sent > 0 ? CorrectionMessage.HeaderBytes * parties : 0;
        Int128 products = kind switch
        {
            BilinearTriple triple => triple.Map.Products,
            WeightedProduct product => product.Map.Products,
            SelectedProduct product => 2 * (Int128)product.Weights.Words,
            _ => 0,
        };
        return new DemandCost(
            chunks * ((sent * sizeof(ulong)) + header),
            (chunks * words * parties) + (products * draw.Count),
            // Values, a share, and each party's message: as it is made, in the batch that grows and in the one that is sent.
            sizeof(ulong) * (words + largest + (3 * sent)),
            kind is WeightMask mask ? (Int128)mask.Words * sizeof(ulong) : 0);
    }
}
