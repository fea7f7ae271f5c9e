using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Protocols;
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
        return masked.Select(bits[0].Not(), 0).Product.Narrow(new WordRange(0, Int128.Max(0, x.Range.High)));
    }

    /// <summary>max(x, 0) of what was truncated from the opening it was compared by. One round, a bit each way for one.</summary>
    internal static Wire Relu(this TruncatedWire x)
    {
        Circuit circuit = x.Quotient.Circuit;
        Wire product = circuit.NewWire("select", x.Quotient.Shape, x.Quotient.FractionBits, x.Quotient.Range.Clamped(0, Int128.MaxValue));
        circuit.Add(new TruncatedSelectionGate(x.IsNegative.Not(), x.Id, x.Quotient, product));
        return product;
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
        (Wire below, Wire? isBelow) = masked.Select(bits[0], 0, asWord: true);
        (Wire above, Wire? isAbove) = masked.Select(bits[1].Not(), 1, asWord: true);
        return x.Without(below).Without(above)
            .AddExclusive(isBelow!.Scaled(low, x.FractionBits))
            .AddExclusive(isAbove!.Scaled(high, x.FractionBits))
            .Narrow(new WordRange(Int128.Min(low, high), Int128.Max(low, high)));
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
