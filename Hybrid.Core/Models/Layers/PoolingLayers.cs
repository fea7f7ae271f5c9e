using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Layers;

/// <summary>The greatest elements of windows of images (N, C, H, W).</summary>
/// <param name="size">Rows and columns of a window.</param>
/// <param name="stride">Cells from one window to the next; the size if null.</param>
/// <param name="pad">Cells of padding on every side, which never win.</param>
public sealed class MaxPool2d(int size, int? stride = null, int pad = 0) : Layer
{
    private readonly Conv2dGeometry _geometry = PoolGeometry.Of(stride ?? size, pad);

    /// <inheritdoc/>
    public override SecretTensor Apply(SecretTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.MaxPool(size, size, _geometry);
    }
}

/// <summary>Means over windows of images (N, C, H, W); padding counts as zeros.</summary>
/// <param name="size">Rows and columns of a window.</param>
/// <param name="stride">Cells from one window to the next; the size if null.</param>
/// <param name="pad">Cells of padding on every side.</param>
public sealed class AveragePool2d(int size, int? stride = null, int pad = 0) : Layer
{
    private readonly Conv2dGeometry _geometry = PoolGeometry.Of(stride ?? size, pad);

    /// <inheritdoc/>
    public override SecretTensor Apply(SecretTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.AveragePool(size, size, _geometry);
    }
}

/// <summary>The mean of each channel: (N, C, H, W) to (N, C).</summary>
public sealed class GlobalAveragePool2d : Layer
{
    /// <inheritdoc/>
    public override SecretTensor Apply(SecretTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Mean([2, 3]);
    }
}

/// <summary>How pooling windows move.</summary>
internal static class PoolGeometry
{
    /// <summary>The same in both directions.</summary>
    public static Conv2dGeometry Of(int stride, int pad) =>
        new() { StrideRows = stride, StrideColumns = stride, PadTop = pad, PadLeft = pad, PadBottom = pad, PadRight = pad };
}
