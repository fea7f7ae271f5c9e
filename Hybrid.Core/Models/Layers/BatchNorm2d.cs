using System.Numerics.Tensors;
using Hybrid.Graph;

namespace Hybrid.Models.Layers;

/// <summary>
/// (x − mean) / √(variance + ε) · scale + shift for each channel of images (N, C, H, W), by the statistics of training: a scale and a shift. Put it
/// right behind a <see cref="Conv2d"/> in a <see cref="Sequential"/>, where it costs nothing.
/// </summary>
public sealed class BatchNorm2d : Layer
{
    /// <summary>Takes what was learnt, a number for each channel.</summary>
    /// <param name="scale">γ.</param>
    /// <param name="shift">β.</param>
    /// <param name="mean">The running mean.</param>
    /// <param name="variance">The running variance.</param>
    /// <param name="epsilon">ε, added to variances.</param>
    /// <exception cref="ParameterException">There are more of one than of another, or a variance is not positive.</exception>
    public BatchNorm2d(Tensor<double> scale, Tensor<double> shift, Tensor<double> mean, Tensor<double> variance, double epsilon = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentNullException.ThrowIfNull(shift);
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(variance);
        int channels = checked((int)scale.FlattenedLength);
        RequireLength(scale, channels, "The scales of BatchNorm2d");
        RequireLength(shift, channels, "The shifts of BatchNorm2d");
        RequireLength(mean, channels, "The means of BatchNorm2d");
        RequireLength(variance, channels, "The variances of BatchNorm2d");
        (Scale, Shift) = (new double[channels], new double[channels]);
        for (int i = 0; i < channels; i++)
        {
            double positive = variance[i] + epsilon;
            Scale[i] = positive > 0
                ? scale[i] / Math.Sqrt(positive)
                : throw new ParameterException(ParameterFault.OutOfRange, $"BatchNorm2d was given a variance of {variance[i]:g6} in channel {i}: variances are positive.");
            Shift[i] = shift[i] - (mean[i] * Scale[i]);
        }
    }

    /// <summary>Random statistics, for measurements: scales near 1, shifts and means near 0, variances from 0.5 to 2.</summary>
    /// <param name="channels">How many channels.</param>
    /// <param name="seed">The same seed gives the same statistics.</param>
    public BatchNorm2d(int channels, int seed)
        : this(Near(channels, seed, 1, 0.25), Near(channels, seed + 1, 0, 0.1), Near(channels, seed + 2, 0, 0.1), Near(channels, seed + 3, 1.25, 0.75))
    {
    }

    /// <summary>What channels are multiplied with.</summary>
    internal double[] Scale { get; }

    /// <summary>What is then added.</summary>
    internal double[] Shift { get; }

    /// <inheritdoc/>
    public override SecretTensor Apply(SecretTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return (x * Known(x, "scale", Tensor.Create(Scale, [Scale.Length, 1, 1]))) + Known(x, "shift", Tensor.Create(Shift, [Shift.Length, 1, 1]));
    }

    private static Tensor<double> Near(int channels, int seed, double middle, double distance)
    {
#pragma warning disable CA5394
        var random = new Random(seed);
        var values = new double[channels];
        for (int i = 0; i < channels; i++)
            values[i] = middle + (distance * ((random.NextDouble() * 2) - 1));
#pragma warning restore CA5394
        return Tensor.Create(values, [channels]);
    }
}
