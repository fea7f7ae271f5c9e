using System.Diagnostics;
using System.Runtime.Intrinsics;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Lookups;

/// <summary>
/// A sum of harmonics and a line: f(x) = slope · x + a0 + Σ a_i cos(2π n_i x / P) + b_i sin(2π n_i x / P), n_i = 1 + stride · i.
/// </summary>
/// <remarks>
/// The period P is 2^K steps of X, so the masked word wraps where the function does: one segment, the whole circle. The dealer's words
/// are cos and sin of n_i times the mask's angle and, where a0 is not 0, the constant 1: 2 H + 1 words for H harmonics.
/// <para>
/// Step-like functions take few harmonics. The sigmoid on [-16, 16] goes on, turned over, to a wave of period 64; it is analytic within π
/// of the real axis, so its n-th coefficient falls like e^(-2π² n / 64), and the even ones are zero: 24 harmonics leave 2.4e-7. Functions
/// like the ramp max(0, x) are x/2, which is linear in X, and a triangular wave.
/// </para>
/// </remarks>
internal sealed class HarmonicFunction : LookupFunction
{
    private const int Block = 8;
    private const int MostHarmonics = 64;

    // A quarter of it, 2^9 points, already resolves 64 harmonics to the last bit; a kink of height 1e-6 at the seam wants more.
    private const int FitPoints = 4096;

    // Twenty for each wave of the highest harmonic, where the domain is half a period.
    private const int GridPoints = 1024;

    private readonly int _harmonics;
    private readonly int _stride;
    private readonly int _blocks;
    private readonly int _digitBits;
    private readonly double _constant;

    // a_i 2^g, b_i 2^g and -b_i 2^g, each filled up with zeros to whole blocks.
    private readonly double[] _cosines;
    private readonly double[] _sines;
    private readonly double[] _negatedSines;
    private readonly double[] _digits;

    private HarmonicFunction(LookupShape shape, int stride, double[] cosines, double[] sines, double[] digits, double constant)
        : base(shape, $"circle{stride}", cosines, sines, digits, [constant])
    {
        _stride = stride;
        _harmonics = shape.BasisWords / 2;
        _blocks = cosines.Length / Block;
        _digitBits = DigitTables.DigitBits(shape.LowBits);
        _cosines = cosines;
        _sines = sines;
        _negatedSines = [.. sines.Select(b => -b)];
        _digits = digits;
        _constant = constant;
    }

    /// <summary>sin(2π x) or cos(2π x) of x in turns, with K fraction bits; its domain is every x.</summary>
    /// <param name="label">What it is called.</param>
    /// <param name="turnBits">K, 1 to 46: the fraction bits of X.</param>
    /// <param name="cosine">The factor of the cosine, at most one in magnitude.</param>
    /// <param name="sine">The factor of the sine, at most one in magnitude.</param>
    public static HarmonicFunction Circle(string label, int turnBits, double cosine, double sine)
    {
        double reach = DeterministicMath.PowerOfTwo(63 - turnBits);
        return Create(
            label, turnBits, turnBits, stride: 1, 0, 0, [cosine], [sine], -reach, reach, Math.Abs(cosine) + Math.Abs(sine), error: 0);
    }

    /// <summary>Fits odd harmonics to a function that is, less its slope, a rounded step or a rounded triangle on half a period.</summary>
    /// <param name="label">What it is called.</param>
    /// <param name="function">
    /// f, known on [-P/4, P/4] and on the domain. Less the slope it must be flat at ±P/4, or have the same tangent at P/4 as its
    /// turned-over copy; what that misses shows in <see cref="LookupFunction.MaximumError"/>.
    /// </param>
    /// <param name="slope">The slope of the line.</param>
    /// <param name="inputFractionBits">Fraction bits of X.</param>
    /// <param name="periodBits">P = 2^periodBits, in x.</param>
    /// <param name="harmonics">H, 1 to 64.</param>
    /// <param name="lowest">Where the domain begins.</param>
    /// <param name="highest">Where it ends.</param>
    public static HarmonicFunction Fit(
        string label, Func<double, double> function, double slope, int inputFractionBits, int periodBits, int harmonics, double lowest,
        double highest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(harmonics, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(harmonics, MostHarmonics);
        double period = DeterministicMath.PowerOfTwo(periodBits);
        double Rest(double x) => function(x) - slope * x;
        double constant = (Rest(period / 4) + Rest(-period / 4)) / 2;
        var circle = new (double Sin, double Cos)[FitPoints];
        for (int i = 0; i < FitPoints; i++)
            circle[i] = DeterministicMath.SinCosTurns((double)i / FitPoints);

        // Half the period is enough: the other half is the same turned over, and odd harmonics turn over too.
        var cosines = new double[harmonics];
        var sines = new double[harmonics];
        for (int point = -FitPoints / 4; point <= FitPoints / 4; point++)
        {
            double weight = Math.Abs(point) == FitPoints / 4 ? 0.5 : 1;
            double value = weight * 4 / FitPoints * (Rest(point * (period / FitPoints)) - constant);
            for (int i = 0; i < harmonics; i++)
            {
                (double sin, double cos) = circle[point * (1 + 2 * i) & (FitPoints - 1)];
                cosines[i] += value * cos;
                sines[i] += value * sin;
            }
        }

        double magnitude = 0;
        double error = 0;
        for (int point = 0; point <= GridPoints; point++)
        {
            double x = lowest + (highest - lowest) * ((double)point / GridPoints);
            double sum = constant + slope * x;
            for (int i = 0; i < harmonics; i++)
            {
                (double sin, double cos) = DeterministicMath.SinCosTurns(x / period * (1 + 2 * i));
                sum += cosines[i] * cos + sines[i] * sin;
            }

            double exact = function(x);
            magnitude = Math.Max(magnitude, Math.Abs(exact));
            error = Math.Max(error, Math.Abs(sum - exact));
        }

        return Create(
            label, inputFractionBits, inputFractionBits + periodBits, stride: 2, slope, constant, cosines, sines, lowest, highest,
            magnitude, error * 1.05);
    }

    /// <inheritdoc/>
    protected override void DealCore(ReadOnlySpan<ulong> r, Span<ulong> basis, KernelWidth width)
    {
        switch (width)
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
        switch (width)
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

    private static HarmonicFunction Create(
        string label, int inputFractionBits, int turnBits, int stride, double slope, double constant, double[] cosines, double[] sines,
        double lowest, double highest, double magnitude, double error)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(turnBits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(turnBits, 46);
        int words = 2 * cosines.Length + (constant == 0 ? 0 : 1);
        const int basisBits = 28;
        double amplitude = cosines.Zip(sines, (a, b) => Math.Abs(a) + Math.Abs(b)).Append(Math.Abs(constant)).Max();
        int coefficientBits = CoefficientBits.Fitting(amplitude);
        double scale = DeterministicMath.PowerOfTwo(coefficientBits);
        double sum = Math.Abs(constant) + cosines.Zip(sines, (a, b) => Math.Abs(a) + Math.Abs(b)).Sum();
        double rounding = (words / scale + 2 * sum / DeterministicMath.PowerOfTwo(basisBits)) / 2;
        int padded = (cosines.Length + Block - 1) / Block * Block;
        double step = DeterministicMath.PowerOfTwo(-turnBits);
        double[] digits = DigitTables.Build(turnBits, 2, (value, pair) => (pair[1], pair[0]) = DeterministicMath.SinCosTurns(value * step));
        var shape = new LookupShape
        {
            Label = label,
            InputFractionBits = inputFractionBits,
            LowBits = turnBits,
            BasisWords = words,
            BasisFractionBits = basisBits,
            CoefficientFractionBits = coefficientBits,
            Slope = slope,
            Lowest = lowest,
            Highest = highest,
            MaximumMagnitude = magnitude,
            MaximumError = error + rounding + 1e-13,
        };
        return new HarmonicFunction(shape, stride, Scaled(cosines, scale, padded), Scaled(sines, scale, padded), digits, constant * scale);
    }

    private static double[] Scaled(double[] values, double scale, int length)
    {
        var scaled = new double[length];
        for (int i = 0; i < values.Length; i++)
            scaled[i] = values[i] * scale;
        return scaled;
    }

    private unsafe void Deal<TLanes, TReal, TSum>(ReadOnlySpan<ulong> r, Span<ulong> basis)
        where TLanes : struct, ILookupLanes<TReal, TSum>
        where TReal : struct
        where TSum : struct
    {
        int padded = _blocks * Block;
        Span<double> powers = stackalloc double[2 * MostHarmonics];
        double scale = DeterministicMath.PowerOfTwo(BasisFractionBits);
        double step = DeterministicMath.PowerOfTwo(-LowBits);
        ulong mask = (1UL << LowBits) - 1;
        fixed (double* cosines = powers)
        {
            fixed (ulong* start = basis)
            {
                ulong* words = start;
                double* sines = cosines + padded;
                for (int i = 0; i < r.Length; i++, words += BasisWords)
                {
                    (double sin, double cos) = DeterministicMath.SinCosTurns((long)(r[i] & mask) * step);
                    LookupKernel<TLanes, TReal, TSum>.Powers(cos, sin, _stride, _blocks, cosines, sines);
                    LookupKernel<TLanes, TReal, TSum>.RoundScaled(cosines, scale, _harmonics, words);
                    LookupKernel<TLanes, TReal, TSum>.RoundScaled(sines, scale, _harmonics, words + _harmonics);
                    if (BasisWords != 2 * _harmonics)
                    {
                        words[2 * _harmonics] = 1UL << BasisFractionBits;
                    }
                }
            }
        }

        powers.Clear();
    }

    // With C, S of the opened angle and c, s of the mask's, cos and sin of their difference are C c + S s and S c - C s: the
    // coefficient of c is a C + b S, that of s is a S - b C.
    private unsafe void Evaluate<TLanes, TReal, TSum>(ReadOnlySpan<ulong> opened, ReadOnlySpan<ulong> basisShares, Span<ulong> result)
        where TLanes : struct, ILookupLanes<TReal, TSum>
        where TReal : struct
        where TSum : struct
    {
        Debug.Assert(_blocks * Block <= MostHarmonics, "The buffers hold that many.");
        int padded = _blocks * Block;
        double* cosines = stackalloc double[4 * MostHarmonics + Block + 1];
        double* sines = cosines + padded;
        double* coefficients = sines + padded;
        int digitBits = _digitBits;
        ulong digitMask = (1UL << digitBits) - 1;
        int places = (LowBits + digitBits - 1) / digitBits;
        fixed (double* digits = _digits, a = _cosines, b = _sines, negatedB = _negatedSines)
        {
            fixed (ulong* start = basisShares)
            {
                ulong* words = start;
                for (int i = 0; i < result.Length; i++, words += BasisWords)
                {
                    ulong c = opened[i] & ((1UL << LowBits) - 1);
                    double* place = digits;
                    double re = place[2 * (c & digitMask)];
                    double im = place[2 * (c & digitMask) + 1];
                    for (int digit = 1; digit < places; digit++)
                    {
                        c >>= digitBits;
                        place += 2 << digitBits;
                        double factorRe = place[2 * (c & digitMask)];
                        double factorIm = place[2 * (c & digitMask) + 1];
                        (re, im) = (re * factorRe - im * factorIm, re * factorIm + im * factorRe);
                    }

                    LookupKernel<TLanes, TReal, TSum>.Powers(re, im, _stride, _blocks, cosines, sines);
                    // The first call spills zeros over the place of what the second writes.
                    LookupKernel<TLanes, TReal, TSum>.Combine(cosines, a, sines, b, padded, coefficients);
                    LookupKernel<TLanes, TReal, TSum>.Combine(sines, a, cosines, negatedB, padded, coefficients + _harmonics);
                    coefficients[2 * _harmonics] = _constant;
                    result[i] = LookupKernel<TLanes, TReal, TSum>.Contract(coefficients, words, BasisWords);
                }
            }
        }
    }
}
