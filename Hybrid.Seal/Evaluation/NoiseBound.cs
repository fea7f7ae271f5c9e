namespace Hybrid.Seal;

/// <summary>
/// Bounds on the noise of a ciphertext's coefficients, in units of the encoded integers: divide by the scale for an error of a
/// coefficient, and multiply by sqrt(N) more for one of a slot.
/// </summary>
/// <remarks>
/// Bounds are ten standard deviations of sums of independent terms, so a coefficient exceeds one with a chance far below 2^-64
/// (the heuristic of Gentry, Halevi and Smart, "Homomorphic Evaluation of the AES Circuit", 2012, appendix A.5: products of independent
/// polynomials have coefficients of variance N times the factors').
/// They follow a computation by calling one method for each operation, before anything is run. Immutable.
/// </remarks>
public sealed class NoiseBound
{
    internal const double Deviations = 10;
    internal const double ErrorVariance = 10.5;        // of the centred binomial distribution
    internal const double TernaryVariance = 2.0 / 3;   // of secret coefficients
    internal const double RoundingVariance = 1.0 / 12;

    private readonly CkksContext _context;

    private NoiseBound(CkksContext context, double variance)
    {
        _context = context;
        Variance = variance;
    }

    /// <summary>The variance of a coefficient's noise.</summary>
    public double Variance { get; }

    /// <summary>The bound: ten standard deviations.</summary>
    public double Coefficient => Deviations * Math.Sqrt(Variance);

    /// <summary>log2 of the bound.</summary>
    public double Bits => Math.Log2(Coefficient);

    /// <summary>A bound on a slot's error at a scale: ten standard deviations of a sum of N coefficients' noises.</summary>
    public double Slot(double scale) => Deviations * Math.Sqrt(Variance * _context.Degree) / scale;

    /// <summary>Of a ciphertext fresh from the secret key, the rounding of the encoding included.</summary>
    public static NoiseBound FreshSymmetric(CkksContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(context, ErrorVariance + RoundingVariance);
    }

    /// <summary>Of a ciphertext fresh from the public key, the rounding of the encoding included.</summary>
    public static NoiseBound FreshPublic(CkksContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        // e u + e_0 + e_1 s before the division by P, and its rounding after; without a special prime all of it stays.
        double direct = ErrorVariance * (1 + (2 * context.Degree * TernaryVariance));
        if (!context.Parameters.HasSpecialPrime)
        {
            return new(context, direct + RoundingVariance);
        }

        double special = context.Parameters.Primes[context.SpecialPrime].Value;
        return new(context, (direct / special / special) + Rounding(context) + RoundingVariance);
    }

    /// <summary>Of a sum or difference of ciphertexts whose noises are independent: that come from different encryptions.</summary>
    public NoiseBound Add(NoiseBound other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(_context, Variance + other.Variance);
    }

    /// <summary>Of any sum or difference, as of a ciphertext and its own rotation: deviations add up, not variances.</summary>
    public NoiseBound AddDependent(NoiseBound other)
    {
        ArgumentNullException.ThrowIfNull(other);
        double deviation = Math.Sqrt(Variance) + Math.Sqrt(other.Variance);
        return new(_context, deviation * deviation);
    }

    /// <summary>Of a sum over slots at a level: coefficient 0 of the noise, which every rotation leaves in its place, adds to itself.</summary>
    /// <param name="count">How many slots are added up, a power of two.</param>
    /// <param name="level">The level.</param>
    public NoiseBound SumSlots(int count, int level)
    {
        NoiseBound bound = this;
        for (long steps = 1; steps < count; steps *= 2)
        {
            bound = bound.AddDependent(bound.SwitchKey(level));
        }

        return bound;
    }

    /// <summary>Of a product with a plaintext.</summary>
    /// <param name="norm">The root of the sum of squares of the plaintext's integer coefficients, or a bound on it.</param>
    /// <param name="message">The same of what is encrypted, for the rounding of the plaintext; 0 if it is exact.</param>
    public NoiseBound MultiplyPlain(double norm, double message = 0) => new(_context, (Variance * norm * norm) + (RoundingVariance * message * message));

    /// <summary>Of a product of two ciphertexts whose noises are independent.</summary>
    /// <param name="norm">The root of the sum of squares of this one's encrypted integer coefficients, or a bound on it.</param>
    /// <param name="other">The other's noise.</param>
    /// <param name="otherNorm">The root of the sum of squares of the other's encrypted integer coefficients, or a bound on it.</param>
    public NoiseBound Multiply(double norm, NoiseBound other, double otherNorm)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(_context, (Variance * otherNorm * otherNorm) + (other.Variance * norm * norm) + (Variance * other.Variance * _context.Degree));
    }

    /// <summary>Of a ciphertext's product with itself: 2 m e + e² for the noise e and what is encrypted, m.</summary>
    /// <param name="norm">The root of the sum of squares of the encrypted integer coefficients, or a bound on it.</param>
    public NoiseBound Square(double norm) => new(_context, (4 * Variance * norm * norm) + (2 * Variance * Variance * _context.Degree));

    /// <summary>Of a relinearisation, rotation or conjugation at a level.</summary>
    public NoiseBound SwitchKey(int level)
    {
        _context.RequireLevel(level, nameof(level));
        _ = _context.SpecialPrime; // refuses where there is none
        return new(_context, Variance + DigitVariance(_context.Parameters, level) + Rounding(_context));
    }

    /// <summary>The variance that the digits of a key switch at a level leave, divided by the special prime, without its rounding.</summary>
    internal static double DigitVariance(CkksParameters parameters, int level)
    {
        double special = parameters.Primes[^1].Value;
        double digits = 0;
        for (int i = 0; i <= level; i++)
        {
            // A digit is about uniform within half its prime of zero.
            double prime = parameters.Primes[i].Value;
            digits += prime * prime * RoundingVariance * parameters.Degree * ErrorVariance;
        }

        return digits / special / special;
    }

    /// <summary>Of a rescaling that divides by the last prime of a level.</summary>
    /// <param name="level">The level before the division.</param>
    /// <param name="size">How many polynomials the ciphertext has: 3 before relinearisation, which makes it much noisier.</param>
    public NoiseBound Rescale(int level, int size = 2)
    {
        _context.RequireLevel(level, nameof(level));
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Ciphertext.MaximumSize);
        double prime = _context.Parameters.Primes[level].Value;
        return new(_context, (Variance / prime / prime) + Rounding(_context, size));
    }

    /// <summary>What one rescaling of two polynomials adds by itself.</summary>
    internal static NoiseBound OfRescaling(CkksContext context) => new(context, Rounding(context));

    // Each polynomial rounded, polynomial i times the secret's power i; that has a sum of squares of i! times the i-th power of the secret's.
    private static double Rounding(CkksContext context, int size = 2)
    {
        double sum = 0;
        double power = 1;
        for (int i = 0; i < size; i++)
        {
            sum += power;
            power *= (i + 1) * context.Degree * TernaryVariance;
        }

        return RoundingVariance * sum;
    }
}
