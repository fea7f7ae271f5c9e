namespace Hybrid.Seal.RingPacked;

/// <summary>
/// Bounds on the noise of ring-packed results, before anything is run. A result is right, modulo 2^64, if its noise is below Q / 2^65, and off
/// by less than <see cref="RingPackedOptions.Allowance"/> units if it is below so many times Q / 2^64.
/// </summary>
/// <remarks>
/// A weight polynomial w multiplies a fresh error into sum w_i e_i, of deviation ||w||_2 sigma, and roundings of at most 1/2, of what the
/// owner encrypts and of a share that the evaluator adds, into at most ||w||_1 both together. Errors are bounded by ten deviations, which
/// one of theirs passes with a chance below 2^-70; see <see cref="NoiseBound"/>. Low bits that fresh ciphertexts are sent without are errors
/// like theirs, and half a unit more, each to the same side. Norms are over all weights that meet in a result's polynomial. Primes that the
/// noise does not need are dropped, then low bits. Ways to pack are compared by what is then sent, so it is cheap.
/// Merging leaves noise as it is, of a result's own polynomial, and adds that of key switches, doubled at every level that follows.
/// </remarks>
internal sealed class RingPackedNoise
{
    // What a switched or shortened reply keeps between noise and limit, so that a share's last bit is wrong for one in 2^9 results at most.
    // What is revealed is right below the limit, and keeps a bit for what bounds leave out.
    private const double SpareBitsOfShares = 8;
    private const double SpareBitsOfRevealed = 1;

    // Where results need not be exact, what is dropped takes a quarter of what they may be off.
    private const double ShareOfDropped = 0.25;

    private readonly double _full;          // the bound at the highest level
    private readonly double _sent;          // the bound at the reply's level, dropped bits included

    /// <summary>Bounds the noise of a layer.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="options">The level, how far results may be off, and with how much statistical security they are revealed, if they are.</param>
    /// <param name="norm1">The sum of the weights' magnitudes.</param>
    /// <param name="norm2">The root of the sum of their squares.</param>
    /// <param name="merge">How results are merged; not at all unless given.</param>
    public RingPackedNoise(CkksParameters parameters, RingPackedOptions options, double norm1, double norm2, ResultMerge? merge = null)
    {
        int highest = options.LevelOf(parameters);
        bool isRevealed = options.RevealBits > 0;
        bool isExact = options.IsExact;
        double fixedPart = (options.InputsAreShared ? norm1 : norm1 / 2)
            + (merge is { Levels: > 0 } merged ? OfMerging(parameters, highest, merged, options.Merging ?? default) : 0);
        double product = OfErrors(norm1, norm2, 0) + fixedPart;
        double zero = Zero(parameters) + 1;
        FloodingBits = (int)Math.Ceiling(Math.Log2(product + zero)) + options.RevealBits;

        // An encryption of zero is added before primes are dropped if results are revealed, and its noise divided; after, if not.
        (double divided, double added) = isRevealed ? (product + zero + Math.ScaleB(1, FloodingBits), 0.0) : (product, zero);
        double spare = isRevealed ? SpareBitsOfRevealed : isExact ? SpareBitsOfShares : 0;
        double resultBits = isExact ? 65 : 64 - Math.Log2(options.Allowance);
        _full = divided + added;
        _sent = _full;
        double all = parameters.DataBits(highest);
        FullLimitBits = all - resultBits;
        LimitBits = FullLimitBits;
        ReplyLevel = highest;
        double bits = 0;
        for (int level = 0; level < highest; level++)
        {
            bits += Math.Log2(parameters.Primes[level].Value);
            double switched = (divided / Math.Pow(2, all - bits)) + Rounding(parameters) + added;
            if (Math.Log2(switched) + spare <= bits - resultBits)
            {
                (ReplyLevel, LimitBits, _sent) = (level, bits - resultBits, switched);
                break;
            }
        }

        double limit = Math.Pow(2, LimitBits - spare);
        if (!isRevealed && limit > _sent)
        {
            // Half of the room is for inputs' bits, of which one costs as much as one of the reply's.
            double scale = Math.Pow(2, FullLimitBits - LimitBits);
            double most = OfErrors(norm1, norm2, 0) + (scale * (limit - _sent) / 2);
            int dropped = 0;
            while (dropped < ShortResidues.MostDropped(parameters, highest) && OfErrors(norm1, norm2, dropped + 1) <= most)
                dropped++;
            double more = OfErrors(norm1, norm2, dropped) - OfErrors(norm1, norm2, 0);
            InputDroppedBits = dropped;
            _full += more;
            _sent += more / scale;
        }

        MostDroppedBits = DroppedWithin(isExact ? limit : ShareOfDropped * limit, parameters);
        double room = isExact ? limit - _sent : Math.Min(limit - _sent, ShareOfDropped * limit);
        if (room > 0)
        {
            DroppedBits = DroppedWithin(room, parameters);
            _sent += NoiseBound.Deviations * ShortResidues.Deviation(DroppedBits, parameters.Degree);
        }
    }

    /// <summary>Bounds the noise of a way to pack.</summary>
    public static RingPackedNoise Of(CkksParameters parameters, RingPackedOptions options, in PackingCounts counts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LargestWeight, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.RevealBits, nameof(options));
        double largest = options.LargestWeight;
        double norm1 = Math.Min(largest * counts.WeightsMet, options.LargestNorm * counts.ResultsMet);
        // No more weights than there are, none larger than the largest, and a sum of squares that is at most the largest times the sum.
        double norm2 = Math.Min(Math.Min(largest * Math.Sqrt(counts.WeightsMet), Math.Sqrt(largest * norm1)), norm1);
        return new RingPackedNoise(parameters, options, norm1, norm2, counts.Merge);
    }

    /// <summary>The lowest level that still has room for a result and its noise.</summary>
    public int ReplyLevel { get; }

    /// <summary>Low bits of inputs' coefficients that are not sent.</summary>
    public int InputDroppedBits { get; }

    /// <summary>Low bits of results' coefficients that are not sent, as many as there is room for.</summary>
    public int DroppedBits { get; }

    /// <summary>What <see cref="DroppedBits"/> would be of results without noise.</summary>
    public int MostDroppedBits { get; }

    /// <summary>log2 of the bound on the noise of what is sent, dropped bits included.</summary>
    public double Bits => Math.Log2(_sent);

    /// <summary>log2 of what noise must stay below, Q / 2^65 where results are to be exact.</summary>
    public double LimitBits { get; }

    /// <summary>Whether results are right, before and after switching down.</summary>
    public bool Fits => Bits < LimitBits && FullBits < FullLimitBits;

    /// <summary>log2 of the bound at the highest level, flooding included.</summary>
    public double FullBits => Math.Log2(_full);

    /// <summary>log2 of what it must stay below.</summary>
    public double FullLimitBits { get; }

    /// <summary>log2 of the noise that drowns a revealed result's own: uniform in (-2^bits, 2^bits).</summary>
    public int FloodingBits { get; }

    private int DroppedWithin(double room, CkksParameters parameters) =>
        Math.Min(ShortResidues.DroppedWithin(room / NoiseBound.Deviations, parameters.Degree), ShortResidues.MostDropped(parameters, ReplyLevel));

    // Of fresh encryptions times weights, of whose first polynomials low bits have not been sent.
    private static double OfErrors(double norm1, double norm2, int dropped) =>
        (NoiseBound.Deviations * Math.Sqrt(NoiseBound.ErrorVariance + ShortResidues.Variance(dropped)) * norm2) + (dropped > 0 ? norm1 / 2 : 0);

    // A result's polynomial comes out as it went in, and whatever key switches add is doubled with it by the levels that follow.
    private static double OfMerging(CkksParameters parameters, int level, ResultMerge merge, MergeKeys keys)
    {
        double ofSwitch = (NoiseBound.Deviations * Math.Sqrt(NoiseBound.DigitVariance(parameters, level))) + Rounding(parameters);
        double sum = 0;
        for (int step = 0; step < merge.Levels; step++)
        {
            sum = (2 * sum) + ((merge.MapsAt(step, parameters.Degree, keys) ?? 1) * ofSwitch);
        }

        return sum;
    }

    // Of an encryption of zero under the public key: e u + e_0 + e_1 s, which a special prime divides down to its rounding.
    private static double Zero(CkksParameters parameters)
    {
        double direct = NoiseBound.ErrorVariance * (1 + (2 * parameters.Degree * NoiseBound.TernaryVariance));
        if (!parameters.HasSpecialPrime)
        {
            return NoiseBound.Deviations * Math.Sqrt(direct);
        }

        double special = parameters.Primes[^1].Value;
        return (NoiseBound.Deviations * Math.Sqrt(direct) / special) + Rounding(parameters);
    }

    // Of dividing by a prime: both polynomials rounded, the second times the secret. Of further primes, what they leave is divided in turn.
    private static double Rounding(CkksParameters parameters) =>
        2 * NoiseBound.Deviations * Math.Sqrt(NoiseBound.RoundingVariance * (1 + (parameters.Degree * NoiseBound.TernaryVariance)));
}
