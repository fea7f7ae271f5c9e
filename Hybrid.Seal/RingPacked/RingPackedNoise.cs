namespace Hybrid.Seal.RingPacked;

/// <summary>
/// Bounds on the noise of ring-packed results, before anything is run. A result is right, modulo 2^64, if its noise is below Q / 2^65.
/// </summary>
/// <remarks>
/// A weight polynomial w multiplies a fresh error into sum w_i e_i, of deviation ||w||_2 sigma, and roundings of at most 1/2, of the
/// owner's share and of the evaluator's, into at most ||w||_1 both together. Errors are bounded by ten deviations, which one of theirs
/// passes with a chance below 2^-70; see <see cref="NoiseBound"/>. Norms are over all weights that meet in a result's polynomial.
/// </remarks>
internal sealed class RingPackedNoise
{
    // What a switched reply keeps between noise and limit, so that a share's last bit is wrong for one in 2^9 results at most.
    private const double SpareBits = 8;

    private readonly CkksParameters _parameters;
    private readonly double _product;
    private readonly int _revealBits;

    /// <summary>Bounds the noise of a layer.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="norm1">The sum of the weights' magnitudes.</param>
    /// <param name="norm2">The root of the sum of their squares.</param>
    /// <param name="revealBits">Statistical security if results are revealed, or 0.</param>
    public RingPackedNoise(CkksParameters parameters, double norm1, double norm2, int revealBits)
    {
        _parameters = parameters;
        _revealBits = revealBits;
        _product = (NoiseBound.Deviations * Math.Sqrt(NoiseBound.ErrorVariance) * norm2) + norm1;
        ReplyLevel = parameters.MaximumLevel;
        for (int level = 0; level < parameters.MaximumLevel; level++)
        {
            if (BitsAt(level) + SpareBits <= LimitBitsAt(level))
            {
                ReplyLevel = level;
                break;
            }
        }
    }

    /// <summary>The lowest level that still has room for a result and its noise.</summary>
    public int ReplyLevel { get; }

    /// <summary>log2 of the bound on the noise of what is sent.</summary>
    public double Bits => BitsAt(ReplyLevel);

    /// <summary>log2 of what noise must stay below, Q / 2^65.</summary>
    public double LimitBits => LimitBitsAt(ReplyLevel);

    /// <summary>Whether results are right, before and after switching down.</summary>
    public bool Fits => Bits < LimitBits && FullBits < LimitBitsAt(_parameters.MaximumLevel);

    /// <summary>log2 of the bound at the highest level, flooding included.</summary>
    public double FullBits => BitsAt(_parameters.MaximumLevel);

    /// <summary>log2 of the noise that drowns a revealed result's own: uniform in (-2^bits, 2^bits).</summary>
    public int FloodingBits => (int)Math.Ceiling(Math.Log2(_product + Zero() + 1)) + _revealBits;

    private double BitsAt(int level)
    {
        double dropped = Math.Pow(2, LogQ(_parameters.MaximumLevel) - LogQ(level));
        double switching = level == _parameters.MaximumLevel ? 0 : Rounding();
        double noise = _revealBits > 0
            ? ((_product + Zero() + 1 + Math.Pow(2, FloodingBits)) / dropped) + switching
            : (_product / dropped) + switching + Zero() + 1;
        return Math.Log2(noise);
    }

    private double LimitBitsAt(int level) => LogQ(level) - 65;

    private double LogQ(int level)
    {
        double bits = 0;
        for (int i = 0; i <= level; i++)
        {
            bits += Math.Log2(_parameters.Primes[i].Value);
        }

        return bits;
    }

    // Of an encryption of zero under the public key: e u + e_0 + e_1 s, which a special prime divides down to its rounding.
    private double Zero()
    {
        double direct = NoiseBound.ErrorVariance * (1 + (2 * _parameters.Degree * NoiseBound.TernaryVariance));
        if (!_parameters.HasSpecialPrime)
        {
            return NoiseBound.Deviations * Math.Sqrt(direct);
        }

        double special = _parameters.Primes[^1].Value;
        return (NoiseBound.Deviations * Math.Sqrt(direct) / special) + Rounding();
    }

    // Of dividing by a prime: both polynomials rounded, the second times the secret. Of further primes, what they leave is divided in turn.
    private double Rounding() =>
        2 * NoiseBound.Deviations * Math.Sqrt(NoiseBound.RoundingVariance * (1 + (_parameters.Degree * NoiseBound.TernaryVariance)));
}
