using Hybrid.Mpc.Circuits;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Functions;

/// <summary>Softmax and its logarithm.</summary>
public static class Softmaxes
{
    /// <summary>e^x over the sum of all e^x along a dimension, from x minus the greatest: about 28 rounds by tree.</summary>
    public static Wire Softmax(this Wire x, int axis)
    {
        int bits = Linear.Of(x).WireBits(x);
        Wire powers = Shifted(x, axis).Exp(0);
        Wire sum = Sum(powers, axis);
        Wire inverse = sum.Reciprocal(Math.Min(30, 61 - powers.Range.Bits));
        return Linear.Product(powers, inverse.BroadcastTo(powers.Shape)).Rescale(bits).Narrow(new WordRange(-1, (Int128.One << bits) + 1));
    }

    /// <summary>ln of the softmax along a dimension: x minus the greatest, minus ln of the sum of e to that.</summary>
    public static Wire LogSoftmax(this Wire x, int axis)
    {
        Wire shifted = Shifted(x, axis);
        return shifted.Subtract(Sum(shifted.Exp(0), axis).Log());
    }

    private static Wire Shifted(Wire x, int axis)
    {
        Wire difference = x.Subtract(x.Max(axis, keepDimension: true));
        return difference.Narrow(new WordRange(difference.Range.Low, 0));
    }

    // One of the terms is e^0.
    private static Wire Sum(Wire powers, int axis)
    {
        Wire sum = powers.Sum([axis], keepDimensions: true);
        return sum.Narrow(new WordRange((Int128.One << powers.FractionBits) - 8, sum.Range.High));
    }
}
