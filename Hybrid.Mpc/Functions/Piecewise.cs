using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Functions;

/// <summary>Functions that are linear between a few public points: a comparison, and one round more for the selection.</summary>
public static class Piecewise
{
    /// <summary>max(x, 0). Four rounds by tree, 12 bytes each way for one; two by function sharing, 8 bytes.</summary>
    public static Wire Relu(this Wire x)
    {
        if (Linear.Of(x) is var circuit && (x.Count == 0 || x.Range.Low >= 0))
        {
            return x;
        }

        (MaskedWire masked, ImmutableArray<BitWire> bits) = Comparing.Compare(x, [0], 1);
        return Relu(masked, bits[0]);
    }

    /// <summary>x with fewer fraction bits, and max(x, 0) with as many, from one opening: what a ReLU alone costs.</summary>
    /// <param name="x">Of both signs, as far as its range tells.</param>
    /// <param name="fractionBits">How many fraction bits are left.</param>
    internal static (Wire Truncated, Wire Relu) TruncateWithRelu(this Wire x, int fractionBits)
    {
        (MaskedWire masked, ImmutableArray<BitWire> bits) = Comparing.Compare(x, [0], 1, x.FractionBits - fractionBits);
        return (masked.Value, Relu(masked, bits[0]));
    }

    /// <summary>x where it is positive, slope · x elsewhere. Five rounds by tree.</summary>
    public static Wire LeakyRelu(this Wire x, double slope) => x.Subtract(Negative(x).Multiply(1 - slope).Rescale(x.FractionBits));

    /// <summary>|x|. Four rounds by tree.</summary>
    public static Wire Abs(this Wire x)
    {
        Wire negative = Negative(x);
        return x.Without(negative).AddExclusive(negative.Negate()).Narrow(new WordRange(0, x.Range.Magnitude));
    }

    /// <summary>−1, 0 or 1, without fraction bits. Four rounds by tree.</summary>
    public static Wire Sign(this Wire x)
    {
        ImmutableArray<BitWire> bits = Comparing.Compare(x, [0, 1], 0).Bits;
        return bits[1].Not().ToWire().Subtract(bits[0].ToWire());
    }

    /// <summary>x, or the public bound it is beyond. Four rounds by tree, two bytes of bits more than a ReLU.</summary>
    public static Wire Clip(this Wire x, double lowest, double highest)
    {
        Circuit circuit = Linear.Of(x);
        if (!(lowest <= highest))
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"A clip to [{lowest}, {highest}] was asked for: the low end comes first.");
        }

        Int128 low = Comparing.Threshold(x, lowest);
        Int128 high = Comparing.Threshold(x, highest);
        if (low <= x.Range.Low && high >= x.Range.High)
        {
            return x;
        }

        low = Int128.Max(low, x.Range.Low);
        high = Int128.Min(high, x.Range.High);
        (MaskedWire masked, ImmutableArray<BitWire> bits) = Comparing.Compare(x, [low, high], 2);
        return Clip(masked, bits[0], bits[1], low, high);
    }

    /// <summary>x with fewer fraction bits, and x or the public bound it is beyond with as many, from one opening: what a clip alone costs.</summary>
    /// <param name="x">Beyond both bounds once truncated, as far as its range tells.</param>
    /// <param name="fractionBits">How many fraction bits are left.</param>
    /// <param name="lowest">The low bound.</param>
    /// <param name="highest">The high bound, no lower.</param>
    internal static (Wire Truncated, Wire Clipped) TruncateWithClip(this Wire x, int fractionBits, double lowest, double highest)
    {
        (Int128 low, Int128 high) = (Comparing.Threshold(fractionBits, lowest), Comparing.Threshold(fractionBits, highest));
        (MaskedWire masked, ImmutableArray<BitWire> bits) = Comparing.Compare(x, [low, high], 2, x.FractionBits - fractionBits);
        return (masked.Value, Clip(masked, bits[0], bits[1], low, high));
    }

    /// <summary>The greater of each two. Four rounds by tree.</summary>
    public static Wire Max(this Wire x, Wire y)
    {
        Wire difference = x.Subtract(y);
        return y.Add(difference.Relu()).Narrow(Bounds(x, y, difference.FractionBits, Int128.Max));
    }

    /// <summary>The less of each two. Four rounds by tree.</summary>
    public static Wire Min(this Wire x, Wire y)
    {
        Wire difference = x.Subtract(y);
        return x.Subtract(difference.Relu()).Narrow(Bounds(x, y, difference.FractionBits, Int128.Min));
    }

    /// <summary>A word times a public integer, as a number of so many fraction bits. Local.</summary>
    internal static Wire Scaled(this Wire word, Int128 integer, int fractionBits) =>
        word.Product(new PublicTensor(new Tensors.Shape(1), 0, [(long)integer])).Relabel(fractionBits);

    private static Wire Relu(MaskedWire x, BitWire isNegative) =>
        x.Select(isNegative.Not(), 0).Product.Narrow(new WordRange(0, Int128.Max(0, x.Value.Range.High)));

    private static Wire Clip(MaskedWire x, BitWire isBelow, BitWire isNotAbove, Int128 low, Int128 high)
    {
        (Wire below, Wire? belowWord) = x.Select(isBelow, 0, asWord: true);
        (Wire above, Wire? aboveWord) = x.Select(isNotAbove.Not(), 1, asWord: true);
        return x.Value.Without(below).Without(above)
            .AddExclusive(belowWord!.Scaled(low, x.Value.FractionBits))
            .AddExclusive(aboveWord!.Scaled(high, x.Value.FractionBits))
            .Narrow(new WordRange(Int128.Min(low, high), Int128.Max(low, high)));
    }

    private static WordRange Bounds(Wire x, Wire y, int bits, Func<Int128, Int128, Int128> pick)
    {
        (WordRange a, WordRange b) = (x.Rescale(bits).Range, y.Rescale(bits).Range);
        return new WordRange(pick(a.Low, b.Low), pick(a.High, b.High));
    }

    // x where it is negative, 0 elsewhere.
    private static Wire Negative(Wire x)
    {
        (MaskedWire masked, ImmutableArray<BitWire> bits) = Comparing.Compare(x, [0], 1);
        return masked.Select(bits[0], 0).Product.Narrow(new WordRange(Int128.Min(x.Range.Low, 0), 0));
    }
}
