using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Lookups;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Functions;

/// <summary>
/// Functions of positive numbers, by bringing them to a mantissa in [1, 2) and an exponent: the reciprocal, roots, the logarithm, powers.
/// </summary>
/// <remarks>
/// One opening serves the comparisons with all powers of two; one bit for each exponent, opened masked, then gives the mantissa and any
/// public function of the exponent. Numbers from 2^−8 (or the least of x's range) to the greatest of x's range, 2^15 at most, are
/// within the domain. Below it, so also for zero and negative numbers, the result is that of the domain's low end; above it that of its high
/// end.
/// </remarks>
public static class Normalising
{
    private const int MantissaBits = 31;
    private const int LeastExponent = -8;
    private const int GreatestExponent = 15;

    /// <summary>1 / x. Eight rounds by tree.</summary>
    /// <param name="x">The tensor; positive.</param>
    /// <param name="fractionBits">Fraction bits of the result; x's if null. Small results of large x want more.</param>
    public static Wire Reciprocal(this Wire x, int? fractionBits = null) =>
        Power(x, LookupFunctions.Reciprocal(MantissaBits), exponent => Math.ScaleB(1, -exponent), (0.5, 1), fractionBits);

    /// <summary>x / y for positive y, with x's fraction bits. Ten rounds by tree.</summary>
    public static Wire Divide(this Wire x, Wire y)
    {
        Circuit circuit = Linear.Of(x);
        circuit.Own(y);
        (int least, int greatest) = Exponents(y);
        // As many fraction bits of the reciprocal as fit its greatest value times x.
        int bits = Math.Clamp(61 - x.Range.Bits + least, 1, 30 + greatest);
        return Linear.Product(x, y.Reciprocal(Math.Min(bits, 62 - x.FractionBits))).Rescale(x.FractionBits);
    }

    /// <summary>√x. Eight rounds by tree.</summary>
    public static Wire Sqrt(this Wire x) =>
        Power(x, LookupFunctions.Sqrt(MantissaBits), HalfPower, (1, 1.4143), null);

    /// <summary>1 / √x. Eight rounds by tree.</summary>
    /// <param name="x">The tensor; positive.</param>
    /// <param name="fractionBits">Fraction bits of the result; x's if null.</param>
    public static Wire ReciprocalSqrt(this Wire x, int? fractionBits = null) =>
        Power(x, LookupFunctions.ReciprocalSqrt(MantissaBits), exponent => HalfPower(-exponent), (0.7071, 1), fractionBits);

    /// <summary>ln x. Six rounds by tree.</summary>
    public static Wire Log(this Wire x)
    {
        Normalised parts = Normalise(x);
        Wire mantissa = parts.Mantissa.Lookup(LookupFunctions.Log(MantissaBits), (0, 0.6932)).Rescale(x.FractionBits);
        return mantissa.Add(parts.Weigh(exponent => exponent * DeterministicMath.Log(2), x.FractionBits));
    }

    /// <summary>x to a whole power, by squaring and multiplying: two rounds for each. Negative powers by the reciprocal.</summary>
    public static Wire Power(this Wire x, int exponent)
    {
        Circuit circuit = Linear.Of(x);
        if (exponent < 0)
        {
            return Power(x.Reciprocal(), -exponent);
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

        return result ?? x.Product(PublicTensor.Of(0, 0)).Add(1.0);
    }

    /// <summary>x to a public real power for positive x, e^(p ln x): 0 below e^−16.</summary>
    public static Wire Power(this Wire x, double exponent) =>
        double.IsInteger(exponent) && Math.Abs(exponent) <= 64 ? Power(x, (int)exponent) : x.Log().Multiply(exponent).Exp();

    /// <summary>2^(e/2).</summary>
    private static double HalfPower(int exponent) => Math.ScaleB((exponent & 1) == 0 ? 1 : Math.Sqrt(2), exponent >> 1);

    // f(m) · g(e) for x = m · 2^e.
    private static Wire Power(Wire x, LookupFunction function, Func<int, double> scale, (double Low, double High) values, int? fractionBits)
    {
        Normalised parts = Normalise(x);
        int result = fractionBits ?? x.FractionBits;
        // The scale gets as many fraction bits as it takes for its least value to be right to 2^−24, the mantissa's part the rest of 61.
        double least = parts.Exponents.Min(scale);
        double greatest = parts.Exponents.Max(scale);
        bool exact = parts.Exponents.All(e => double.IsInteger(Math.Log2(scale(e))));
        int scaleBits = Math.Max(0, (exact ? 0 : 24) - (int)Math.Floor(Math.Log2(least)));
        int room = 61 - scaleBits - (int)Math.Ceiling(Math.Log2(greatest) + 1e-9);
        int valueBits = Math.Min(function.OutputFractionBits, Math.Clamp(room, 8, 30));
        Wire value = parts.Mantissa.Lookup(function, values).Rescale(valueBits);
        Wire product = Linear.Product(value, parts.Weigh(scale, scaleBits));
        WordRange range = new(0, Tabulated.Integer(values.High * greatest * 1.001, product.FractionBits));
        Wire narrowed = product.Narrow(new(Int128.Max(product.Range.Low, range.Low), Int128.Min(product.Range.High, range.High)));
        return narrowed.Rescale(result);
    }

    // The exponents of the domain's ends.
    private static (int Least, int Greatest) Exponents(Wire x)
    {
        int bits = x.FractionBits;
        if (x.Range.High < 1)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"A function of positive numbers was asked of the {x}, whose greatest is {x.Range.High}: shift or bound it first.");
        }

        int lowest = x.Range.Low < 1 ? LeastExponent : Math.Max(LeastExponent, Log2(x.Range.Low) - bits);
        int highest = Math.Min(GreatestExponent - 1, Log2(x.Range.High) - bits);
        lowest = Math.Max(lowest, -bits);
        return (Math.Min(lowest, highest), highest);
    }

    private static int Log2(Int128 integer) => 127 - (int)Int128.LeadingZeroCount(integer);

    private static Normalised Normalise(Wire x)
    {
        Circuit circuit = Linear.Of(x);
        (int least, int greatest) = Exponents(x);
        int bits = x.FractionBits;
        int count = greatest - least + 1;
        // Below 2^e for every exponent of the domain, and one more for its high end.
        Int128[] thresholds = [.. Enumerable.Range(0, count + 1).Select(i => Int128.One << (least + i + bits))];
        (MaskedWire masked, ImmutableArray<BitWire> below) = Comparing.Compare(x, thresholds, count);
        var words = new List<Wire>();
        Wire? mantissa = null;
        for (int i = 0; i < count; i++)
        {
            (Wire product, Wire? word) = masked.Select(below[i].Xor(below[i + 1]), i, asWord: true);
            // x · 2^(F − position of its highest bit), for x of this exponent.
            int shift = MantissaBits - (least + i + bits);
            Wire scaled = Shift(product, shift);
            mantissa = mantissa is null ? scaled : mantissa.Add(scaled);
            words.Add(word!);
        }

        WordRange one = new(1L << MantissaBits, (1L << (MantissaBits + 1)) - 1);
        if (x.Range.Low < thresholds[0])
        {
            Wire isBelow = below[0].ToWire();
            mantissa = mantissa!.Add(isBelow.Scaled(one.Low, MantissaBits));
            words[0] = words[0].Add(isBelow);
        }

        if (x.Range.High >= thresholds[^1])
        {
            Wire isAbove = below[^1].Not().ToWire();
            mantissa = mantissa!.Add(isAbove.Scaled(one.High, MantissaBits));
            words[^1] = words[^1].Add(isAbove);
        }

        return new Normalised(mantissa!.Narrow(one), [.. words], [.. Enumerable.Range(least, count)]);
    }

    // product · 2^shift, exact, as an integer with the mantissa's fraction bits: one term of a sum of which one is not zero.
    private static Wire Shift(Wire product, int shift)
    {
        Circuit circuit = product.Circuit;
        Wire result = circuit.NewWire("normalise", product.Shape, MantissaBits, new WordRange(0, (1L << (MantissaBits + 1)) - 1));
        return circuit.AddLocal($"shift by {shift}", result, [product], values =>
        {
            ReadOnlySpan<ulong> source = values.Words(product.Id);
            Span<ulong> destination = values.New(result);
            for (int i = 0; i < destination.Length; i++)
                destination[i] = source[i] << shift;
        });
    }

    /// <summary>A mantissa in [1, 2), and for each exponent the word that is 1 where it is the number's.</summary>
    private sealed record Normalised(Wire Mantissa, ImmutableArray<Wire> Words, ImmutableArray<int> Exponents)
    {
        /// <summary>A public function of the exponent, with so many fraction bits. Local.</summary>
        public Wire Weigh(Func<int, double> function, int fractionBits)
        {
            Wire? sum = null;
            Int128 low = Int128.MaxValue;
            Int128 high = Int128.MinValue;
            for (int i = 0; i < Words.Length; i++)
            {
                var integer = (Int128)Math.Round(Math.ScaleB(function(Exponents[i]), fractionBits), MidpointRounding.ToEven);
                low = Int128.Min(low, integer);
                high = Int128.Max(high, integer);
                Wire term = Words[i].Narrow(new WordRange(0, 1)).Scaled(integer, fractionBits);
                sum = sum is null ? term : Narrowed(sum.Add(term), low, high);
            }

            return sum!;
        }

        // One word is 1 and the others are 0, so the sum is one of the integers, or on the way 0.
        private static Wire Narrowed(Wire sum, Int128 low, Int128 high) => sum.Narrow(new WordRange(Int128.Min(low, 0), Int128.Max(high, 0)));
    }
}
