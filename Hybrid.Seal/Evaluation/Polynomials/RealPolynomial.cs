using System.Numerics;

namespace Hybrid.Seal;

/// <summary>A polynomial with real coefficients, to be evaluated on the slots of ciphertexts. Immutable.</summary>
/// <remarks>
/// Chebyshev polynomials are the better basis above degree 5 or so: on the interval they stay within 1, so coefficients do not have to
/// cancel each other out.
/// </remarks>
public sealed class RealPolynomial
{
    /// <summary>The highest degree.</summary>
    public const int MaximumDegree = 1023;

    private readonly double[] _coefficients;

    private RealPolynomial(PolynomialBasis basis, ReadOnlySpan<double> coefficients, double lower, double upper)
    {
        int length = coefficients.LastIndexOfAnyExcept(0.0) + 1;
        if (length is < 2 or > MaximumDegree + 1)
        {
            throw new ArgumentException(
                $"The polynomial has degree {Math.Max(0, length - 1)}; give one of degree 1 to {MaximumDegree} (a constant needs no ciphertext).", nameof(coefficients));
        }

        foreach (double coefficient in coefficients)
        {
            if (!double.IsFinite(coefficient))
            {
                throw new ArgumentException("A coefficient is not a finite number.", nameof(coefficients));
            }
        }

        if (!double.IsFinite(lower) || !double.IsFinite(upper) || !(lower < upper))
        {
            throw new ArgumentException($"An interval goes from a finite number to a larger one, not from {lower} to {upper}.", nameof(upper));
        }

        Basis = basis;
        Lower = lower;
        Upper = upper;
        _coefficients = coefficients[..length].ToArray();
    }

    /// <summary>c_0 + c_1 x + c_2 x² + …</summary>
    /// <param name="coefficients">c_0, c_1, …: finite, not all zero but the first; zeros at the end are left out.</param>
    /// <exception cref="ArgumentException">The degree is 0 or above the maximum, or a coefficient is not finite.</exception>
    public static RealPolynomial Monomial(params ReadOnlySpan<double> coefficients) => new(PolynomialBasis.Monomial, coefficients, -1, 1);

    /// <summary>c_0 + c_1 T_1(u) + c_2 T_2(u) + …, for u = (2 x - lower - upper) / (upper - lower).</summary>
    /// <param name="coefficients">c_0, c_1, …: finite, not all zero but the first; zeros at the end are left out.</param>
    /// <param name="lower">Where the interval starts.</param>
    /// <param name="upper">Where it ends. An interval of length 2 saves a level.</param>
    /// <exception cref="ArgumentException">The degree is 0 or above the maximum, a number is not finite, or the interval is empty.</exception>
    public static RealPolynomial Chebyshev(ReadOnlySpan<double> coefficients, double lower = -1, double upper = 1) =>
        new(PolynomialBasis.Chebyshev, coefficients, lower, upper);

    /// <summary>The polynomial that agrees with a function at the Chebyshev nodes of an interval: close to the best one of its degree.</summary>
    /// <param name="function">Finite on the interval.</param>
    /// <param name="degree">1 to 1023.</param>
    /// <param name="lower">Where the interval starts.</param>
    /// <param name="upper">Where it ends.</param>
    /// <exception cref="ArgumentException">The function is not finite at a node, or the interpolant is constant.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The degree is out of range.</exception>
    public static RealPolynomial Interpolate(Func<double, double> function, int degree, double lower = -1, double upper = 1)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentOutOfRangeException.ThrowIfLessThan(degree, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(degree, MaximumDegree);
        int nodes = degree + 1;
        var values = new double[nodes];
        for (int k = 0; k < nodes; k++)
        {
            double u = Math.Cos(Math.PI * (k + 0.5) / nodes);
            values[k] = function(((upper - lower) * u / 2) + ((upper + lower) / 2));
        }

        var coefficients = new double[nodes];
        for (int j = 0; j < nodes; j++)
        {
            double sum = 0;
            for (int k = 0; k < nodes; k++)
            {
                sum += values[k] * Math.Cos(Math.PI * j * (k + 0.5) / nodes);
            }

            coefficients[j] = sum * (j == 0 ? 1.0 : 2.0) / nodes;
        }

        return Chebyshev(coefficients, lower, upper);
    }

    /// <summary>What the coefficients multiply.</summary>
    public PolynomialBasis Basis { get; }

    /// <summary>The coefficients, the constant one first, the last one not zero.</summary>
    public ReadOnlySpan<double> Coefficients => _coefficients;

    /// <summary>The degree.</summary>
    public int Degree => _coefficients.Length - 1;

    /// <summary>Where the interval starts; -1 for powers.</summary>
    public double Lower { get; }

    /// <summary>Where the interval ends; 1 for powers.</summary>
    public double Upper { get; }

    /// <summary>Levels that an evaluation takes: ceil(log2(degree + 1)), and one more to scale an interval of another length than 2.</summary>
    public int RequiredLevels => BitOperations.Log2((uint)Degree) + 1 + (NeedsScaling ? 1 : 0);

    /// <summary>Whether x must be multiplied to get u.</summary>
    internal bool NeedsScaling => Basis == PolynomialBasis.Chebyshev && Upper - Lower != 2;

    /// <summary>The value at a number, in doubles.</summary>
    public double Evaluate(double x)
    {
        if (Basis == PolynomialBasis.Monomial)
        {
            double value = 0;
            for (int i = Degree; i >= 0; i--)
            {
                value = (value * x) + _coefficients[i];
            }

            return value;
        }

        // Clenshaw's recurrence.
        double u = ((2 * x) - Lower - Upper) / (Upper - Lower);
        (double next, double afterNext) = (0, 0);
        for (int i = Degree; i > 0; i--)
        {
            (next, afterNext) = ((2 * u * next) - afterNext + _coefficients[i], next);
        }

        return (u * next) - afterNext + _coefficients[0];
    }
}
