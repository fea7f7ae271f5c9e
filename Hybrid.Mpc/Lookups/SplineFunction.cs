using System.Runtime.Intrinsics;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Lookups;

/// <summary>A function by one polynomial for each of 2^k segments of equal width.</summary>
/// <remarks>
/// In segment u, f is P_u(t / 2^L), t in (-2^L, 2^L) reckoned from where the segment begins; the first polynomial is used for t ≥ 0
/// alone and the last for t ≤ 0, so with k = 1 both describe f on the same interval of the width of one segment.
/// With z = c_low / 2^L - 1/2 and y = r_low / 2^L - 1/2, P(z - y) = Σ_m (2y)^m (-1/2)^m P^(m)(z) / m!: the dealer's words are
/// 2^h (2y)^m, at most 2^h in magnitude, and measured from the middle the coefficients stay small as well. Word m of segment j is
/// number m 2^k + j.
/// </remarks>
internal sealed class SplineFunction : LookupFunction
{
    private const int MostDegree = 15;
    private const int MostTableBits = 8;
    private const int GridPoints = 64;

    private readonly int _degree;

    // As LookupKernel.Expand wants it; a row runs over u = 0, -1, -2, … mod 2^k, twice.
    private readonly double[] _table;

    private SplineFunction(LookupShape shape, int degree, double[] table)
        : base(shape, $"spline{degree}", table)
    {
        _degree = degree;
        _table = table;
    }

    /// <summary>Fits a function on [lowest, lowest + (2^k - 1) w], w = 2^(L - f).</summary>
    /// <param name="label">What it is called.</param>
    /// <param name="function">The function; it must give the same bits on every machine, as <see cref="DeterministicMath"/> does.</param>
    /// <param name="lowest">Where the domain begins, a multiple of 2^-f.</param>
    /// <param name="inputFractionBits">f: fraction bits of X.</param>
    /// <param name="lowBits">L, 1 to 50.</param>
    /// <param name="tableBits">k, 1 to 8.</param>
    /// <param name="degree">The polynomials' degree, 1 to 15.</param>
    public static SplineFunction Fit(
        string label, Func<double, double> function, double lowest, int inputFractionBits, int lowBits, int tableBits, int degree)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lowBits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lowBits, 50);
        ArgumentOutOfRangeException.ThrowIfLessThan(tableBits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tableBits, MostTableBits);
        ArgumentOutOfRangeException.ThrowIfLessThan(degree, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(degree, MostDegree);
        const int basisBits = 28;
        int segments = 1 << tableBits;
        double width = DeterministicMath.PowerOfTwo(lowBits - inputFractionBits);
        var polynomials = new double[segments][];
        double magnitude = 0;
        double error = 0;
        for (int u = 0; u < segments; u++)
        {
            double start = lowest + u * width;
            double Local(double t) => function(start + t * width);
            double low = u == 0 ? 0 : -1;
            double high = u == segments - 1 ? 0 : 1;
            double[] polynomial = Polynomial.Interpolate(Local, low, high, degree);
            polynomials[u] = polynomial;
            for (int point = 0; point <= 2 * GridPoints; point++)
            {
                double t = low + (high - low) * point / (2 * GridPoints);
                double exact = Local(t);
                magnitude = Math.Max(magnitude, Math.Abs(exact));
                error = Math.Max(error, Math.Abs(Polynomial.Value(polynomial, t) - exact));
            }
        }

        var table = new double[(degree + 1) * (degree + 2) * segments];
        double[] bounds = Tabulate(polynomials, degree, table);
        int coefficientBits = CoefficientBits.Fitting(bounds.Max());
        double scale = DeterministicMath.PowerOfTwo(coefficientBits);
        for (int i = 0; i < table.Length; i++)
            table[i] *= scale;
        double rounding = ((degree + 1) / scale + bounds.Sum() / DeterministicMath.PowerOfTwo(basisBits)) / 2;
        var shape = new LookupShape
        {
            Label = label,
            InputFractionBits = inputFractionBits,
            Offset = DeterministicMath.Round(lowest * DeterministicMath.PowerOfTwo(inputFractionBits)),
            TableBits = tableBits,
            LowBits = lowBits,
            BasisWords = (degree + 1) * segments,
            BasisFractionBits = basisBits,
            CoefficientFractionBits = coefficientBits,
            Lowest = lowest,
            Highest = lowest + (segments - 1) * width,
            MaximumMagnitude = magnitude,
            MaximumError = error * 1.05 + rounding + 1e-13,
        };
        return new SplineFunction(shape, degree, table);
    }

    /// <inheritdoc/>
    protected override void DealCore(ReadOnlySpan<ulong> r, Span<ulong> basis, KernelWidth width)
    {
        switch (Narrowed(width))
        {
            case KernelWidth.Vector512:
                Deal<LookupLanes512, Vector512<double>, LookupLanes512.Sum>(r, basis);
                break;
            case KernelWidth.Vector256:
                Deal<LookupLanes256, Vector256<double>, LookupLanes256.Sum>(r, basis);
                break;
            default:
                Deal<LookupLanes64, double, ulong>(r, basis);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void EvaluateCore(ReadOnlySpan<ulong> opened, ReadOnlySpan<ulong> basisShares, Span<ulong> result, KernelWidth width)
    {
        switch (Narrowed(width))
        {
            case KernelWidth.Vector512:
                Evaluate<LookupLanes512, Vector512<double>, LookupLanes512.Sum>(opened, basisShares, result);
                break;
            case KernelWidth.Vector256:
                Evaluate<LookupLanes256, Vector256<double>, LookupLanes256.Sum>(opened, basisShares, result);
                break;
            default:
                Evaluate<LookupLanes64, double, ulong>(opened, basisShares, result);
                break;
        }
    }

    // table[m][n][i] = (-1/2)^m binom(n + m, m) a_{-i mod 2^k, n + m}; returns the most that each m's sum over z^n, |z| ≤ 1/2, can be.
    private static double[] Tabulate(double[][] polynomials, int degree, Span<double> table)
    {
        int segments = polynomials.Length;
        var bounds = new double[degree + 1];
        int row = 0;
        double sign = 1;
        for (int m = 0; m <= degree; m++, sign *= -0.5)
        {
            var bound = new double[segments];
            double binomial = 1;
            double half = 1;
            for (int n = 0; n <= degree - m; n++, row++, half *= 0.5)
            {
                for (int i = 0; i < 2 * segments; i++)
                    table[row * 2 * segments + i] = sign * binomial * polynomials[-i & (segments - 1)][n + m];
                for (int u = 0; u < segments; u++)
                    bound[u] += Math.Abs(sign * binomial * polynomials[u][n + m]) * half;
                // Exact: the product is divisible.
                binomial = binomial * (n + m + 1) / (n + 1);
            }

            bounds[m] = bound.Max();
        }

        return bounds;
    }

    // A vector runs over segments, so there must be as many.
    private KernelWidth Narrowed(KernelWidth width) => TableBits switch
    {
        >= 3 => width,
        2 when width != KernelWidth.Portable => KernelWidth.Vector256,
        _ => KernelWidth.Portable,
    };

    private unsafe void Deal<TLanes, TReal, TSum>(ReadOnlySpan<ulong> r, Span<ulong> basis)
        where TLanes : struct, ILookupLanes<TReal, TSum>
        where TReal : struct
        where TSum : struct
    {
        int segments = 1 << TableBits;
        int count = _degree + 1;
        Span<ulong> values = stackalloc ulong[MostDegree + 1];
        ulong lowMask = (1UL << LowBits) - 1;
        double step = DeterministicMath.PowerOfTwo(1 - LowBits);
        double scale = DeterministicMath.PowerOfTwo(BasisFractionBits);
        fixed (ulong* pinned = values, start = basis)
        {
            ulong* words = start;
            for (int i = 0; i < r.Length; i++, words += BasisWords)
            {
                double y = (long)(r[i] & lowMask) * step - 1;
                double power = scale;
                for (int m = 0; m < count; m++, power *= y)
                    LookupLanes64.StoreRounded(power, pinned + m);
                ulong chosen = (r[i] >> LowBits) & (ulong)(segments - 1);
                LookupKernel<TLanes, TReal, TSum>.Place(pinned, count, segments, chosen, words);
            }
        }

        values.Clear();
    }

    private unsafe void Evaluate<TLanes, TReal, TSum>(ReadOnlySpan<ulong> opened, ReadOnlySpan<ulong> basisShares, Span<ulong> result)
        where TLanes : struct, ILookupLanes<TReal, TSum>
        where TReal : struct
        where TSum : struct
    {
        int segments = 1 << TableBits;
        ulong lowMask = (1UL << LowBits) - 1;
        double step = DeterministicMath.PowerOfTwo(-LowBits);
        double* coefficients = stackalloc double[BasisWords];
        fixed (double* table = _table)
        {
            fixed (ulong* start = basisShares)
            {
                ulong* words = start;
                for (int i = 0; i < result.Length; i++, words += BasisWords)
                {
                    double z = (long)(opened[i] & lowMask) * step - 0.5;
                    int top = (int)(opened[i] >> LowBits) & (segments - 1);
                    LookupKernel<TLanes, TReal, TSum>.Expand(table, segments, _degree, segments - top, z, coefficients);
                    result[i] = LookupKernel<TLanes, TReal, TSum>.Contract(coefficients, words, BasisWords);
                }
            }
        }
    }
}
