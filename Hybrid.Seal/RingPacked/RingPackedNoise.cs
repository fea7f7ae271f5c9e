namespace Hybrid.Seal.RingPacked;

/// <summary>
/// Bounds on the noise of ring-packed results, before anything is run. A result is right, modulo 2^64, if its noise is below Q / 2^65.
/// </summary>
/// <remarks>
/// A weight polynomial w multiplies a fresh error into sum w_i e_i, of deviation ||w||_2 sigma, and roundings of at most 1/2, of the
/// owner's share and of the evaluator's, into at most ||w||_1 both together. Errors are bounded by ten deviations, which one of theirs
/// passes with a chance below 2^-70; see <see cref="NoiseBound"/>. Norms are over all weights that meet in a result's polynomial. Primes
/// that the noise does not need are dropped, then low bits. Ways to pack are compared by what is then sent, so it is cheap.
/// Merging doubles noise at every level, adds that of key switches, which is small beside it, and starts from a scale that is as much smaller
/// as results grow: so many bits fewer are left.
/// </remarks>
internal sealed class RingPackedNoise
{
    // What a switched or shortened reply keeps between noise and limit, so that a share's last bit is wrong for one in 2^9 results at most.
    // What is revealed is right below the limit, and keeps a bit for what bounds leave out.
    private const double SpareBitsOfShares = 8;
    private const double SpareBitsOfRevealed = 1;

    // What a merged share keeps: one in 2^5 last bits are wrong at most, and some one in 400, for ten deviations are in the bound.
    private const double SpareBitsOfMerged = 4;

    private const double ResultBits = 65;

    // Of logarithms, where bits have been dropped until none is left to spare.
    private const double Tolerance = 1e-9;

    private readonly double _full;          // the bound at the highest level
    private readonly double _fullLimitBits; // log2 of what it must stay below
    private readonly double _sent;          // the bound at the reply's level, dropped bits included
    private readonly double _needed;        // bits that must be left between it and the limit

    /// <summary>Bounds the noise of a layer.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="norm1">The sum of the weights' magnitudes.</param>
    /// <param name="norm2">The root of the sum of their squares.</param>
    /// <param name="revealBits">Statistical security if results are revealed, or 0.</param>
    /// <param name="merge">How results are merged; not at all unless given.</param>
    /// <param name="keys">What they are merged with.</param>
    public RingPackedNoise(CkksParameters parameters, double norm1, double norm2, int revealBits, ResultMerge? merge = null, MergeKeys keys = default)
    {
        double product = (NoiseBound.Deviations * Math.Sqrt(NoiseBound.ErrorVariance) * norm2) + norm1;
        if (merge is { Levels: > 0 } merged)
        {
            product = Merged(parameters, product + (norm1 / 2), merged, keys);
        }

        double zero = Zero(parameters) + 1;
        FloodingBits = (int)Math.Ceiling(Math.Log2(product + zero)) + revealBits;

        // An encryption of zero is added before primes are dropped if results are revealed, and its noise divided; after, if not.
        (double divided, double added) = revealBits > 0 ? (product + zero + Math.ScaleB(1, FloodingBits), 0.0) : (product, zero);
        double spare = revealBits > 0 ? SpareBitsOfRevealed : merge is { Levels: > 0 } ? SpareBitsOfMerged : SpareBitsOfShares;
        _needed = merge is { Levels: > 0 } ? spare : 0;
        _full = divided + added;
        _sent = _full;
        double all = parameters.DataBits();
        _fullLimitBits = all - ResultBits;
        LimitBits = _fullLimitBits;
        ReplyLevel = parameters.MaximumLevel;
        double bits = 0;
        for (int level = 0; level < parameters.MaximumLevel; level++)
        {
            bits += Math.Log2(parameters.Primes[level].Value);
            double switched = (divided / Math.Pow(2, all - bits)) + Rounding(parameters) + added;
            if (Math.Log2(switched) + spare <= bits - ResultBits)
            {
                (ReplyLevel, LimitBits, _sent) = (level, bits - ResultBits, switched);
                break;
            }
        }

        double room = Math.Pow(2, LimitBits - spare) - _sent;
        if (room > 0)
        {
            DroppedBits = Math.Min(
                ShortResidues.DroppedWithin(room / NoiseBound.Deviations, parameters.Degree), ShortResidues.MostDropped(parameters, ReplyLevel));
            _sent += NoiseBound.Deviations * ShortResidues.Deviation(DroppedBits, parameters.Degree);
        }
    }

    /// <summary>The lowest level that still has room for a result and its noise.</summary>
    public int ReplyLevel { get; }

    /// <summary>Low bits of coefficients that are not sent, as many as there is room for.</summary>
    public int DroppedBits { get; }

    /// <summary>log2 of the bound on the noise of what is sent, dropped bits included.</summary>
    public double Bits => Math.Log2(_sent);

    /// <summary>log2 of what noise must stay below, Q / 2^65.</summary>
    public double LimitBits { get; }

    /// <summary>Whether results are right, before and after switching down.</summary>
    public bool Fits => (_needed > 0 ? Bits + _needed <= LimitBits + Tolerance : Bits < LimitBits) && FullBits < _fullLimitBits;

    /// <summary>log2 of the bound at the highest level, flooding included.</summary>
    public double FullBits => Math.Log2(_full);

    /// <summary>log2 of the noise that drowns a revealed result's own: uniform in (-2^bits, 2^bits).</summary>
    public int FloodingBits { get; }

    // Roundings of an input are up to 3/4, since they are to a smaller scale in two steps.
    private static double Merged(CkksParameters parameters, double product, ResultMerge merge, MergeKeys keys)
    {
        double ofSwitch = (NoiseBound.Deviations * Math.Sqrt(NoiseBound.DigitVariance(parameters, parameters.MaximumLevel))) + Rounding(parameters);
        for (int level = 0; level < merge.Levels; level++)
        {
            product = (2 * product) + ((merge.MapsAt(level, parameters.Degree, keys) ?? 1) * ofSwitch);
        }

        return product;
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
