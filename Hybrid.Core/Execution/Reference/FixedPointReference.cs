using Hybrid.Graph;
using Hybrid.Numerics;

namespace Hybrid.Execution;

/// <summary>Ops in the clear, in exact fixed point: integers that stand for themselves over 2^f.</summary>
/// <remarks>
/// Linear ops, moves, comparisons and extremes are exact. Truncation and means round to the nearest integer, and halves up. Other functions
/// are <see cref="RealReference"/>'s, rounded to the nearest integer: right to that but where integers have more than 53 bits, of which
/// those are right, and what that loses takes no result out of its range.
/// </remarks>
public static class FixedPointReference
{
    private const int DoubleBits = 53;

    /// <summary>The integers of an op's value, row-major.</summary>
    /// <param name="op">The op; no input and no constant.</param>
    /// <param name="inputs">The integers of its inputs, row-major and within their ranges; the result may be one of these arrays.</param>
    /// <exception cref="ArgumentException">The op is a source, or the inputs do not have its shapes.</exception>
    public static Int128[] Evaluate(Node op, IReadOnlyList<Int128[]> inputs)
    {
        ReferenceInputs.Check(op, inputs);
        return op.Op switch
        {
            MatMulOp or Conv2dOp when FitsLong(op.Range) => InLongs(op, inputs),
            ScaleUpOp up => ReferenceOps.Each(inputs[0], x => x == 0 ? 0 : x << up.Bits),
            TruncateOp down => ReferenceOps.Each(inputs[0], x => Rounded(x, down.Bits)),
            ReduceMeanOp mean => Mean(op, inputs[0], values =>
                Folding.Sum(values, op.Inputs[0].Shape, Reduction.Resolve(op.Inputs[0].Shape, mean.Axes), op.Shape.ElementCount)),
            AveragePoolOp pool => Mean(op, inputs[0], values => ReferenceOps.SumWindows(op, pool, values)),
            LeakyReluOp leaky => ReferenceOps.Each(inputs[0], x => x > 0 ? x : Within(op.Range, (Int128)Math.Round((double)x * leaky.Slope))),
            _ => ReferenceOps.Evaluate(op, inputs, number => FixedNumber.Bound(number, op.FractionBits)) ?? InReals(op, inputs),
        };
    }

    /// <summary>Integers as the numbers they stand for.</summary>
    public static double[] ToReal(Int128[] integers, int fractionBits)
    {
        ArgumentNullException.ThrowIfNull(integers);
        return ReferenceOps.Each(integers, x => Math.ScaleB((double)x, -fractionBits));
    }

    /// <summary>Numbers as the nearest integers.</summary>
    public static Int128[] FromReal(double[] numbers, int fractionBits)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        return ReferenceOps.Each(numbers, x => (Int128)Math.Round(Math.ScaleB(x, fractionBits)));
    }

    /// <summary>⌊x / 2^bits + 1/2⌋.</summary>
    internal static Int128 Rounded(Int128 x, int bits) => bits switch
    {
        0 => x,
        <= OpGraph.MaximumBits => (x >> bits) + ((x >> (bits - 1)) & 1),
        _ => 0,
    };

    private static bool FitsLong(WordRange range) => range.Low >= long.MinValue && range.High <= long.MaxValue;

    // Sums that fit longs in the end may wrap on the way, and so may their terms.
    private static Int128[] InLongs(Node op, IReadOnlyList<Int128[]> inputs)
    {
        var longs = new long[inputs.Count][];
        for (int i = 0; i < longs.Length; i++)
            longs[i] = ReferenceOps.Each(inputs[i], x => unchecked((long)x));
        return ReferenceOps.Each(ReferenceOps.Evaluate(op, longs, _ => 0L)!, x => (Int128)x);
    }

    private static Int128[] InReals(Node op, IReadOnlyList<Int128[]> inputs)
    {
        var reals = new double[inputs.Count][];
        for (int i = 0; i < reals.Length; i++)
            reals[i] = ToReal(inputs[i], op.Inputs[i].FractionBits);
        Int128[] result = FromReal(RealReference.Evaluate(op, reals), op.FractionBits);
        return op.Magnitude >> DoubleBits == 0 ? result : ReferenceOps.Each(result, x => Within(op.Range, x));
    }

    // What lies outside by no more than doubles lose is at the end.
    private static Int128 Within(WordRange range, Int128 x)
    {
        Int128 inside = Int128.Clamp(x, range.Low, range.High);
        return Int128.Abs(x - inside) <= range.Magnitude >> (DoubleBits - 3) ? inside : x;
    }

    private static Int128[] Mean(Node op, Int128[] values, Func<Int128[], Int128[]> sum)
    {
        Int128 terms = ReferenceOps.Terms(op);
        if (op.Inputs[0].Range.Times((long)terms).Magnitude < Int128.MaxValue)
        {
            return ReferenceOps.Each(sum(values), x => Quotient(x, terms, isRounded: true));
        }

        // The sum would not fit: quotients and remainders are added up apart.
        Int128[] wholes = sum(ReferenceOps.Each(values, x => Quotient(x, terms, isRounded: false)));
        Int128[] rests = sum(ReferenceOps.Each(values, x => x - (Quotient(x, terms, isRounded: false) * terms)));
        for (int i = 0; i < wholes.Length; i++)
            wholes[i] += Quotient(rests[i], terms, isRounded: true);
        return wholes;
    }

    // ⌊x / n⌋, or ⌊x / n + 1/2⌋.
    private static Int128 Quotient(Int128 x, Int128 n, bool isRounded)
    {
        (Int128 quotient, Int128 rest) = Int128.DivRem(x, n);
        if (rest < 0)
        {
            (quotient, rest) = (quotient - 1, rest + n);
        }

        return isRounded && 2 * rest >= n ? quotient + 1 : quotient;
    }
}
