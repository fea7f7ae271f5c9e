using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Layers;

/// <summary>A convolution of images (N, C, H, W), without flip, and a bias for each channel.</summary>
public sealed class Conv2d : Layer
{
    private readonly Tensor<double> _kernels;
    private readonly Tensor<double>? _bias;
    private readonly Conv2dGeometry _geometry;

    /// <summary>Takes kernels.</summary>
    /// <param name="kernels">(O, C / groups, KH, KW).</param>
    /// <param name="bias">(O); none if null.</param>
    /// <param name="geometry">Strides, pads, dilations and groups; plain if null.</param>
    /// <exception cref="ParameterException">The shapes do not fit.</exception>
    public Conv2d(Tensor<double> kernels, Tensor<double>? bias = null, Conv2dGeometry? geometry = null)
    {
        _kernels = Copy(kernels);
        RequireRank(kernels, 4, "The kernels of Conv2d");
        if (bias is not null)
        {
            RequireLength(bias, kernels.Lengths[0], "The biases of Conv2d");
            _bias = Copy(bias);
        }

        _geometry = geometry ?? new Conv2dGeometry();
    }

    /// <summary>Random square kernels and no bias, for measurements.</summary>
    /// <param name="inputs">Channels that go in.</param>
    /// <param name="outputs">Channels that come out.</param>
    /// <param name="kernel">Rows and columns of a kernel.</param>
    /// <param name="seed">The same seed gives the same kernels.</param>
    /// <param name="stride">Cells from one window to the next.</param>
    /// <param name="pad">Cells of padding on every side.</param>
    public Conv2d(int inputs, int outputs, int kernel, int seed, int stride = 1, int pad = 0)
        : this(
            RandomWeights(seed, outputs, inputs, kernel, kernel),
            geometry: new Conv2dGeometry { StrideRows = stride, StrideColumns = stride, PadTop = pad, PadLeft = pad, PadBottom = pad, PadRight = pad })
    {
    }

    /// <inheritdoc/>
    public override SecretTensor Apply(SecretTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        SecretTensor result = x.Conv2d(Known(x, "kernels", _kernels), _geometry);
        return _bias is null ? result : result + Known(x, "bias", _bias.Reshape([_bias.FlattenedLength, 1, 1]));
    }

    /// <summary>The same convolution and a normalisation behind it, as one convolution.</summary>
    internal Conv2d Folded(BatchNorm2d norm)
    {
        (double[] scale, double[] shift) = (norm.Scale, norm.Shift);
        int channels = (int)_kernels.Lengths[0];
        if (scale.Length != channels)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"BatchNorm2d of {scale.Length} channels stands behind a convolution that has {channels}.");
        }

        var kernels = new double[_kernels.FlattenedLength];
        _kernels.FlattenTo(kernels);
        int each = kernels.Length / Math.Max(1, channels);
        for (int i = 0; i < kernels.Length; i++)
            kernels[i] *= scale[i / each];
        var bias = new double[channels];
        _bias?.FlattenTo(bias);
        for (int i = 0; i < channels; i++)
            bias[i] = (bias[i] * scale[i]) + shift[i];
        return new Conv2d(Tensor.Create(kernels, _kernels.Lengths), Tensor.Create(bias, [bias.Length]), _geometry);
    }
}
