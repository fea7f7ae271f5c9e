using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Lookups;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Functions;

/// <summary>
/// Smooth functions by one look-up, beside the comparisons that say where they saturate: four rounds in all by tree, three by function
/// sharing. The result has the input's fraction bits; its error is that of the look-up and one unit.
/// </summary>
public static class Tabulated
{
    /// <summary>1 / (1 + e^−x); 0 below −16 and 1 above 16.</summary>
    public static Wire Sigmoid(this Wire x) => Saturating(x, LookupName.Sigmoid, 0, 1, false, new(0, 1));

    /// <summary>tanh x; −1 below −8 and 1 above 8.</summary>
    public static Wire Tanh(this Wire x) => Saturating(x, LookupName.Tanh, -1, 1, false, new(-1, 1));

    /// <summary>The error function; −1 below −4 and 1 above 4.</summary>
    public static Wire Erf(this Wire x) => Saturating(x, LookupName.Erf, -1, 1, false, new(-1, 1));

    /// <summary>x Φ(x), exactly and not by tanh; 0 below −10 and x above 10.</summary>
    public static Wire Gelu(this Wire x) => Saturating(x, LookupName.Gelu, 0, 0, true, new(-1, 10));

    /// <summary>x / (1 + e^−x); 0 below −16 and x above 16.</summary>
    public static Wire Silu(this Wire x) => Saturating(x, LookupName.Silu, 0, 0, true, new(-1, 16));

    /// <summary>ln(1 + e^x); 0 below −16 and x above 16.</summary>
    public static Wire Softplus(this Wire x) => Saturating(x, LookupName.Softplus, 0, 0, true, new(0, 17));

    /// <summary>
    /// e^x; 0 below −16, and above <paramref name="highest"/> e^highest. The smaller the highest, the finer the result: up to 0 the error is
    /// a few 10^−7 and one unit.
    /// </summary>
    /// <param name="x">The tensor.</param>
    /// <param name="highest">Where the domain ends, at most 21; what x's range allows, if that is less.</param>
    public static Wire Exp(this Wire x, double highest = 10)
    {
        Circuit circuit = Linear.Of(x);
        int bits = x.FractionBits;
        double greatest = Math.Clamp(Math.ScaleB((double)x.Range.High, -bits), -1, Math.Min(highest, 21));
        var recipe = new LookupRecipe(LookupName.Exponential, bits, -16, (int)Math.Ceiling(greatest));
        double top = DeterministicMath.Exp(circuit.Options.Lookups.Get(recipe).Highest);
        return Saturating(x, recipe, 0, top, false, new(0, top));
    }

    /// <summary>sin x for any x, with an error of 7·10^−9 |x| and one unit. Two rounds, without comparisons.</summary>
    public static Wire Sin(this Wire x) => OfAngle(x, LookupName.Sine);

    /// <summary>cos x for any x, with an error of 7·10^−9 |x| and one unit. Two rounds, without comparisons.</summary>
    public static Wire Cos(this Wire x) => OfAngle(x, LookupName.Cosine);

    /// <summary>The function's value with all its fraction bits, inside its domain. One round, 8 bytes each way for one.</summary>
    /// <param name="x">The tensor, with the function's input fraction bits.</param>
    /// <param name="recipe">The function.</param>
    /// <param name="values">What its values can be.</param>
    internal static Wire Lookup(this Wire x, LookupRecipe recipe, (double Low, double High) values)
    {
        Circuit circuit = Linear.Of(x);
        LookupFunction function = circuit.Options.Lookups.Get(recipe);
        int bits = function.OutputFractionBits;
        double slack = 2 * function.MaximumError * Math.Max(1, function.MaximumMagnitude);
        WordRange range = new(Integer(values.Low - slack, bits), Integer(values.High + slack, bits));
        range = new(Int128.Max(range.Low, WordRange.Widest.Low), Int128.Min(range.High, WordRange.Widest.High));
        Wire result = circuit.NewWire(function.Name, x.Shape, bits, range);
        return x.Count == 0 ? circuit.Empty(result) : circuit.Add(new LookupGate(recipe, function, x, result), result);
    }

    /// <summary>The least integer that is no less than x · 2^bits.</summary>
    internal static Int128 Integer(double x, int bits) => (Int128)Math.Ceiling(Math.ScaleB(x, bits));

    private static Wire Saturating(
        Wire x, LookupName name, double below, double above, bool aboveIsInput, (double Low, double High) values) =>
        Saturating(x, new LookupRecipe(name, Linear.Of(x).WireBits(x)), below, above, aboveIsInput, values);

    // The look-up where x is in the domain, else a constant, or above it x itself.
    private static Wire Saturating(Wire x, LookupRecipe recipe, double below, double above, bool aboveIsInput, (double Low, double High) values)
    {
        LookupFunction function = x.Circuit.Options.Lookups.Get(recipe);
        int fraction = x.FractionBits;
        Int128 low = Integer(function.Lowest, fraction);
        Int128 high = Integer(function.Highest, fraction);
        Wire inside = Lookup(x, recipe, values).Rescale(fraction);
        (MaskedWire masked, ImmutableArray<BitWire> bits) = Comparing.Compare(x, [low, high], aboveIsInput ? 1 : 0);
        bool reachesLow = x.Range.Low < low;
        bool reachesHigh = x.Range.High >= high;
        if (!reachesLow && !reachesHigh)
        {
            return inside;
        }

        // Exactly one of below, inside and above holds.
        BitWire isInside = bits[0].Xor(bits[1]);
        Wire result = isInside.Times(inside);
        if (reachesLow && below != 0)
        {
            result = result.AddExclusive(bits[0].ToWire().Scaled(Integer(below, fraction), fraction));
        }

        if (reachesHigh && aboveIsInput)
        {
            result = result.AddExclusive(masked.Select(bits[1].Not(), 0).Product);
        }
        else if (reachesHigh && above != 0)
        {
            result = result.AddExclusive(bits[1].Not().ToWire().Scaled(Integer(above, fraction), fraction));
        }

        Int128 greatest = aboveIsInput ? Int128.Max(x.Range.High, Integer(values.High, fraction)) : Integer(values.High, fraction);
        return result.Narrow(new WordRange(Int128.Min(Integer(values.Low, fraction), 0) - 1, Int128.Max(greatest, 0) + 1));
    }

    // The angle in turns, of which whole ones drop out modulo 2^K.
    private static Wire OfAngle(Wire x, LookupName name)
    {
        int bits = Math.Clamp(61 - x.Range.Bits, 8, 46 - Math.Min(x.FractionBits, 38));
        var turn = new PublicTensor(new Tensors.Shape(1), bits, [(long)Integer(1 / (2 * Math.PI), bits)]);
        Wire turns = x.Product(turn);
        return Lookup(turns, new LookupRecipe(name, turns.FractionBits), (-1, 1)).Rescale(x.FractionBits);
    }
}
