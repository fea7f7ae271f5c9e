namespace Hybrid.Models.Onnx.Import;

/// <summary>A scale and a shift for each channel: a batch normalisation of a network that has been trained.</summary>
/// <param name="Scale">The scales.</param>
/// <param name="Shift">The shifts.</param>
internal sealed record AffineChannels(double[] Scale, double[] Shift)
{
    /// <summary>scale / √(variance + ε) and bias − mean · that.</summary>
    public static AffineChannels Of(ReadOnlySpan<double> scale, ReadOnlySpan<double> bias, ReadOnlySpan<double> mean, ReadOnlySpan<double> variance, double epsilon)
    {
        var scales = new double[scale.Length];
        var shifts = new double[scale.Length];
        for (int i = 0; i < scales.Length; i++)
        {
            scales[i] = scale[i] / Math.Sqrt(variance[i] + epsilon);
            shifts[i] = bias[i] - (mean[i] * scales[i]);
        }

        return new AffineChannels(scales, shifts);
    }

    /// <summary>Weights whose results are scaled.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="channelOf">The channel that a weight goes into, by its place.</param>
    public double[] Scaled(ReadOnlySpan<double> weights, Func<int, int> channelOf)
    {
        var scaled = new double[weights.Length];
        for (int i = 0; i < scaled.Length; i++)
            scaled[i] = weights[i] * Scale[channelOf(i)];
        return scaled;
    }

    /// <summary>The bias that takes the place of one before the scale and the shift; null for none.</summary>
    public double[] Bias(double[]? bias)
    {
        var shifted = new double[Shift.Length];
        for (int i = 0; i < shifted.Length; i++)
            shifted[i] = Shift[i] + ((bias?[i] ?? 0) * Scale[i]);
        return shifted;
    }
}
