using Hybrid.Numerics;

namespace Hybrid.Mpc.Lookups;

/// <summary>e^x on an interval, by e^(a + b) = e^a e^b: exact up to roundings, with one word a segment.</summary>
/// <remarks>
/// The word of the mask's segment is 2^h e^(-r_low w / 2^L), w being a segment's width in x; its coefficient is
/// 2^g e^(lowest + u w + c_low w / 2^L), whose third summand may make it e^w times as large as the result. Wide segments are few, and
/// pay w log2 e bits: h + g is what the largest result leaves of 62 bits, split so that e^w 2^-h and 2^-g, the relative and the
/// absolute error's parts, come out alike.
/// </remarks>
internal sealed class ExponentialFunction : LookupFunction
{
    private const int ResultBits = 62;
    private const int MostTableBits = 7;
    private const int RoundedBits = 50;

    private readonly int _digitBits;

    // 2^g e^(lowest + u w) for u = 0, -1, -2, … mod 2^k, twice over: from 2^k - c_top on, entry j is that of u = c_top - j.
    private readonly double[] _segments;
    private readonly double[] _digits;

    private ExponentialFunction(LookupShape shape, double[] segments, double[] digits)
        : base(shape, $"e^{-shape.InputFractionBits}", segments, digits)
    {
        _segments = segments;
        _digits = digits;
        _digitBits = DigitTables.DigitBits(shape.LowBits);
    }

    /// <summary>e^x on [lowest, highest], with the fewest segments that keep the error, or else with those that make it least.</summary>
    /// <remarks>
    /// One step above <paramref name="highest"/> the segments begin anew and the result is wrong: where roundings may take X there, leave
    /// them room.
    /// </remarks>
    /// <param name="lowest">Where the domain must begin, below highest; it may begin lower. At least -600.</param>
    /// <param name="highest">Where it ends, at most 30; rounded to a step of X.</param>
    /// <param name="inputFractionBits">Fraction bits of X, 0 to 40.</param>
    /// <param name="tolerance">The error wanted, relative to max(1, e^x).</param>
    public static ExponentialFunction Create(double lowest, double highest, int inputFractionBits, double tolerance)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputFractionBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputFractionBits, 40);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(highest, 30);
        ArgumentOutOfRangeException.ThrowIfLessThan(lowest, -600);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(lowest, highest);
        LookupShape? best = null;
        for (int tableBits = 1; tableBits <= MostTableBits && !(best?.MaximumError <= tolerance); tableBits++)
        {
            LookupShape? shape = Shape(lowest, highest, inputFractionBits, tableBits);
            if (shape is not null && !(best?.MaximumError <= shape.MaximumError))
            {
                best = shape;
            }
        }

        return Build(best ?? throw new ArgumentOutOfRangeException(nameof(lowest), lowest, "No number of segments has room for the results."));
    }

    /// <inheritdoc/>
    protected override void DealCore(ReadOnlySpan<ulong> r, Span<ulong> basis, KernelWidth width)
    {
        int segments = 1 << TableBits;
        ulong lowMask = (1UL << LowBits) - 1;
        double step = -DeterministicMath.PowerOfTwo(-InputFractionBits);
        double scale = DeterministicMath.PowerOfTwo(BasisFractionBits);
        for (int i = 0; i < r.Length; i++)
        {
            ulong value = unchecked((ulong)DeterministicMath.Round(DeterministicMath.Exp((long)(r[i] & lowMask) * step) * scale));
            ulong chosen = (r[i] >> LowBits) & (ulong)(segments - 1);
            Span<ulong> words = basis.Slice(i * segments, segments);
            for (int j = 0; j < words.Length; j++)
                words[j] = unchecked(value & (0 - ((((ulong)j ^ chosen) - 1) >> 63)));
        }
    }

    // The coefficients have up to 51 bits and the words are few: whole products, one after the other, are quicker than vectors of halves.
    /// <inheritdoc/>
    protected override void EvaluateCore(ReadOnlySpan<ulong> opened, ReadOnlySpan<ulong> basisShares, Span<ulong> result, KernelWidth width)
    {
        int segments = 1 << TableBits;
        int digitMask = (1 << _digitBits) - 1;
        ReadOnlySpan<double> digits = _digits;
        for (int i = 0; i < result.Length; i++)
        {
            ulong rest = opened[i] & ((1UL << LowBits) - 1);
            double low = digits[(int)rest & digitMask];
            for (int place = digitMask + 1; place < digits.Length; place += digitMask + 1)
            {
                rest >>= _digitBits;
                low *= digits[place + ((int)rest & digitMask)];
            }

            int top = (int)(opened[i] >> LowBits) & (segments - 1);
            ReadOnlySpan<ulong> words = basisShares.Slice(i * segments, segments);
            ReadOnlySpan<double> factors = _segments.AsSpan(segments - top, segments);
            ulong sum = 0;
            for (int j = 0; j < words.Length; j++)
                sum = unchecked(sum + ((ulong)DeterministicMath.Round(low * factors[j]) * words[j]));
            result[i] = sum;
        }
    }

    // The smallest width, a power of two of steps, with which 2^k - 1 segments cover the interval; the domain grows downwards.
    private static LookupShape? Shape(double lowest, double highest, int inputFractionBits, int tableBits)
    {
        double steps = DeterministicMath.PowerOfTwo(inputFractionBits);
        long last = DeterministicMath.Round(highest * steps);
        long needed = last - DeterministicMath.Round(lowest * steps);
        int lowBits = 0;
        while (((1L << tableBits) - 1) << lowBits < needed)
            lowBits++;
        double width = DeterministicMath.PowerOfTwo(lowBits) / steps;
        long offset = last - (((1L << tableBits) - 1) << lowBits);
        int lost = (int)(width * 1.4426950408889634 + 0.5);
        // A thousandth leaves the largest result room for its error.
        int total = ResultBits - Math.Max(0, (int)((highest + 0.001) * 1.4426950408889634) + 1);
        int basisBits = Math.Min(RoundedBits, (total + lost) / 2);
        // A coefficient has to be rounded as a double, too.
        int coefficientBits = Math.Min(total - basisBits, RoundedBits - Math.Max(0, (int)((highest + width) * 1.4426950408889634) + 1));
        if (coefficientBits < 1 || offset / steps < -600 || highest + width > 600)
        {
            return null;
        }

        double relative = DeterministicMath.Exp(width) * DeterministicMath.PowerOfTwo(-basisBits - 1);
        double absolute = (1 + DeterministicMath.PowerOfTwo(-basisBits)) * DeterministicMath.PowerOfTwo(-coefficientBits - 1);
        return new LookupShape
        {
            Label = "exp",
            InputFractionBits = inputFractionBits,
            Offset = offset,
            TableBits = tableBits,
            LowBits = lowBits,
            BasisWords = 1 << tableBits,
            BasisFractionBits = basisBits,
            CoefficientFractionBits = coefficientBits,
            Lowest = offset / steps,
            Highest = last / steps,
            MaximumMagnitude = DeterministicMath.Exp(last / steps),
            MaximumError = relative + absolute + 1e-13,
        };
    }

    private static ExponentialFunction Build(LookupShape shape)
    {
        int segments = 1 << shape.TableBits;
        double step = DeterministicMath.PowerOfTwo(-shape.InputFractionBits);
        double width = DeterministicMath.PowerOfTwo(shape.LowBits) * step;
        double scale = DeterministicMath.PowerOfTwo(shape.CoefficientFractionBits);
        var factors = new double[2 * segments];
        for (int i = 0; i < factors.Length; i++)
            factors[i] = scale * DeterministicMath.Exp(shape.Lowest + (-i & (segments - 1)) * width);
        double[] digits = DigitTables.Build(shape.LowBits, 1, (value, entry) => entry[0] = DeterministicMath.Exp(value * step));
        return new ExponentialFunction(shape, factors, digits);
    }
}
