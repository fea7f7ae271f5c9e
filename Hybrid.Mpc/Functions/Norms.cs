using Hybrid.Mpc.Circuits;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Functions;

/// <summary>Batch and layer normalisation.</summary>
public static class Norms
{
    /// <summary>(x − mean) / √(variance + ε) · gain + shift for public statistics of each channel: one public product. One round.</summary>
    /// <param name="x">(N, C, …).</param>
    /// <param name="mean">C numbers.</param>
    /// <param name="variance">C numbers, not negative.</param>
    /// <param name="gain">C numbers.</param>
    /// <param name="shift">C numbers.</param>
    /// <param name="epsilon">ε, positive.</param>
    /// <exception cref="ParameterException">There are not C numbers of each.</exception>
    public static Wire BatchNorm(
        this Wire x, ReadOnlySpan<double> mean, ReadOnlySpan<double> variance, ReadOnlySpan<double> gain, ReadOnlySpan<double> shift, double epsilon = 1e-5)
    {
        Circuit circuit = Linear.Of(x);
        int channels = x.Shape.Rank < 2 ? -1 : x.Shape[1];
        if (mean.Length != channels || variance.Length != channels || gain.Length != channels || shift.Length != channels)
        {
            throw new ParameterException(
                ParameterFault.Mismatch,
                $"The {x} has {Math.Max(0, channels)} channels; it was given {mean.Length} means, {variance.Length} variances, {gain.Length} gains and {shift.Length} shifts.");
        }

        int bits = circuit.Options.FractionBits;
        var factors = new long[channels];
        var terms = new long[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            double factor = gain[channel] / Math.Sqrt(variance[channel] + epsilon);
            factors[channel] = Integer(factor, bits);
            terms[channel] = Integer(shift[channel] - (mean[channel] * factor), x.FractionBits + bits);
        }

        var shape = new Tensors.Shape([channels, .. Enumerable.Repeat(1, x.Shape.Rank - 2)]);
        return x.Product(new PublicTensor(shape, bits, factors))
            .Add(new PublicTensor(shape, x.FractionBits + bits, terms))
            .Rescale(x.FractionBits);
    }

    /// <summary>(x − mean) / √(variance + ε) along the last dimension, mean and variance being x's own. About 15 rounds by tree.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="epsilon">ε; variances below 2^−8 count as 2^−8.</param>
    public static Wire LayerNorm(this Wire x, double epsilon = 1e-5)
    {
        Circuit circuit = Linear.Of(x);
        int last = x.Shape.Rank - 1;
        Wire centred = x.Subtract(x.Mean([last], keepDimensions: true));
        Wire variance = centred.SquareProduct().Mean([last], keepDimensions: true).Rescale(x.FractionBits);
        Wire positive = variance.Add(PublicTensor.Of(epsilon, x.FractionBits)).Narrow(new WordRange(0, Int128.Max(1, variance.Range.High)));
        Wire inverse = positive.ReciprocalSqrt(Math.Clamp(57 - centred.Range.Bits, 1, 28));
        return centred.Product(inverse.BroadcastTo(centred.Shape)).Rescale(circuit.WireBits(x));
    }

    private static long Integer(double x, int bits) => PublicTensor.Of(x, bits).Integers[0];
}
