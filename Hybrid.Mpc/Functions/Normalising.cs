using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Lookups;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Functions;

/// <summary>
/// Functions of positive numbers, by bringing them to a mantissa in [1, 2) and an exponent: the reciprocal, roots, the logarithm, powers.
/// </summary>
/// <remarks>
/// One opening serves the comparisons with all powers of two; one bit for each exponent, opened masked, then gives the mantissa and any
/// public function of the exponent. The domain reaches from 2^−8, or the least of x's range if that is more, to 2^15, or the greatest
/// of its range. Below it, so also for zero and negative numbers, the result is that of the domain's low end; above it that of its high
/// end.
/// </remarks>
public static class Normalising
{
    private const int MantissaBits = 31;
    private const int LeastExponent = -8;
    private const int GreatestExponent = 14;

    // Sixteen bits of result and a few to spare.
    private const int Precision = 24;

    /// <summary>1 / x, with an error of 2^−20 of it and one unit. Eight rounds by tree.</summary>
    /// <param name="x">The tensor; positive.</param>
    /// <param name="fractionBits">Fraction bits of the result; x's if null. Small results of large x want more.</param>
    public static Wire Reciprocal(this Wire x, int? fractionBits = null) =>
        Scaled(x, LookupName.Reciprocal, exponent => Math.ScaleB(1, -exponent), (0.5, 1), fractionBits);

    /// <summary>√x, with an error of 2^−20 of it and one unit. Eight rounds by tree.</summary>
    /// <param name="x">The tensor; positive.</param>
    /// <param name="fractionBits">Fraction bits of the result; x's if null.</param>
    public static Wire Sqrt(this Wire x, int? fractionBits = null) =>
        Scaled(x, LookupName.Sqrt, HalfPower, (1, 1.4143), fractionBits);

    /// <summary>1 / √x, with an error of 2^−20 of it and one unit. Eight rounds by tree.</summary>
    /// <param name="x">The tensor; positive.</param>
    /// <param name="fractionBits">Fraction bits of the result; x's if null.</param>
    public static Wire ReciprocalSqrt(this Wire x, int? fractionBits = null) =>
        Scaled(x, LookupName.ReciprocalSqrt, exponent => HalfPower(-exponent), (0.7071, 1), fractionBits);

    /// <summary>x / y for positive y, with x's fraction bits. Ten rounds by tree.</summary>
    public static Wire Divide(this Wire x, Wire y)
    {
        Linear.Of(x).Own(y);
        (int least, int greatest) = Domain(y);
        // As many fraction bits of the reciprocal as leave room for its greatest value times x.
        int bits = Math.Clamp(61 - x.Range.Bits + least, 1, Precision + greatest);
        return x.Product(y.Reciprocal(Math.Min(bits, 62 - x.FractionBits))).Rescale(x.FractionBits);
    }

    /// <summary>ln x, with an error of 2^−16 and one unit. Six rounds by tree.</summary>
    public static Wire Log(this Wire x)
    {
        ImmutableArray<Wire> parts = Normalise(x, [exponent => exponent * DeterministicMath.Log(2)], [x.FractionBits]);
        return parts[0].Lookup(new LookupRecipe(LookupName.Log, MantissaBits), (0, 0.6932)).Rescale(x.FractionBits).Add(parts[1]);
    }

    /// <summary>x to a whole power, by squaring and multiplying: two rounds for each. Negative powers by the reciprocal.</summary>
    public static Wire Power(this Wire x, int exponent)
    {
        Circuit circuit = Linear.Of(x);
        if (exponent < 0)
        {
            return x.Reciprocal().Power(checked(-exponent));
        }

        Wire? result = null;
        for (Wire power = x; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
            {
                result = result is null ? power : result.Multiply(power);
            }

            if (exponent > 1)
            {
                power = power.Square();
            }
        }

        return result ?? x.Product(PublicTensor.Of(0, 0)).Add(PublicTensor.Of(1, circuit.WireBits(x)));
    }

    /// <summary>x to a public real power, e^(p ln x), for positive x: 0 where the result is below e^−16, and e^10 at most.</summary>
    public static Wire Power(this Wire x, double exponent) =>
        double.IsInteger(exponent) && Math.Abs(exponent) <= 64 ? x.Power((int)exponent) : x.Log().Multiply(exponent).Exp();

    // f(m) · g(e) for x = m · 2^e.
    private static Wire Scaled(
        Wire x, LookupName name, Func<int, double> scale, (double Low, double High) values, int? fractionBits)
    {
        (int least, int greatest) = Domain(x);
        double[] scales = [.. Enumerable.Range(least, greatest - least + 1).Select(scale)];
        // Powers of two are exact from the least one on; others are right to the precision.
        bool exact = scales.All(one => double.IsInteger(Math.Log2(one)));
        int scaleBits = Math.Max(0, (exact ? 0 : Precision) - (int)Math.Floor(Math.Log2(scales.Min())));
        int room = 60 - scaleBits - (int)Math.Ceiling(Math.Log2(scales.Max()));
        ImmutableArray<Wire> parts = Normalise(x, [scale], [scaleBits]);
        Wire value = parts[0].Lookup(new LookupRecipe(name, MantissaBits), values).Rescale(Math.Clamp(room, 8, 30));
        Wire product = value.Product(parts[1]);
        WordRange range = new(0, Tabulated.Integer(values.High * scales.Max() * 1.001, product.FractionBits));
        return product.Narrow(new(Int128.Max(product.Range.Low, range.Low), Int128.Min(product.Range.High, range.High)))
            .Rescale(fractionBits ?? x.FractionBits);
    }

    // 2^(e/2).
    private static double HalfPower(int exponent) => Math.ScaleB((exponent & 1) == 0 ? 1 : Math.Sqrt(2), exponent >> 1);

    // The exponents at the domain's ends.
    private static (int Least, int Greatest) Domain(Wire x)
    {
        ArgumentNullException.ThrowIfNull(x);
        int bits = x.FractionBits;
        if (x.Range.High < 1)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"A function of positive numbers was asked of the {x}, whose greatest is {x.Range.High}: shift or bound it first.");
        }

        int greatest = Math.Min(GreatestExponent, Log2(x.Range.High) - bits);
        int least = Math.Max(Math.Max(LeastExponent, -bits), x.Range.Low < 1 ? -bits : Log2(x.Range.Low) - bits);
        return (Math.Min(least, greatest), greatest);
    }

    private static int Log2(Int128 integer) => 127 - (int)Int128.LeadingZeroCount(integer);

    // The mantissa, and public functions of the exponent with so many fraction bits.
    private static ImmutableArray<Wire> Normalise(Wire x, Func<int, double>[] functions, int[] fractionBits)
    {
        Circuit circuit = Linear.Of(x);
        (int least, int greatest) = Domain(x);
        int count = greatest - least + 1;
        // Below 2^e for every exponent of the domain, and for one more.
        Int128[] thresholds = [.. Enumerable.Range(0, count + 1).Select(i => Int128.One << (least + i + x.FractionBits))];
        ImmutableArray<BitWire> below = Comparing.Compare(x, thresholds, 0).Bits;
        WordRange one = new(1L << MantissaBits, (1L << (MantissaBits + 1)) - 1);
        long[][] weights =
        [
            .. Enumerable.Range(least, count).Select(exponent => functions.Zip(fractionBits, (function, bits) =>
                (long)DeterministicMath.Round(Math.ScaleB(function(exponent), bits))).ToArray()),
        ];
        ImmutableArray<BitWire> bits = [.. Enumerable.Range(0, count).Select(i => below[i].Xor(below[i + 1])), below[0], below[^1].Not()];
        ImmutableArray<ExponentTerm> terms =
        [
            .. Enumerable.Range(0, count).Select(i => new ExponentTerm(MantissaBits - (least + i + x.FractionBits), 0, [.. weights[i]])),
            new ExponentTerm(-1, (long)one.Low, [.. weights[0]]),
            new ExponentTerm(-1, (long)one.High, [.. weights[^1]]),
        ];
        ImmutableArray<Wire> results =
        [
            circuit.NewWire("mantissa", x.Shape, MantissaBits, one),
            .. functions.Select((_, index) => circuit.NewWire(
                "exponent", x.Shape, fractionBits[index], new WordRange(weights.Min(row => row[index]), weights.Max(row => row[index])))),
        ];
        return x.Count == 0
            ? [.. results.Select(circuit.Empty)]
            : circuit.Add(new ExponentGate(x, bits, terms, results), results);
    }
}
