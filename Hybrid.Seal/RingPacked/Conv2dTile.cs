namespace Hybrid.Seal.RingPacked;

/// <summary>The part of a convolution that one product of polynomials computes.</summary>
/// <param name="Height">Rows of the result.</param>
/// <param name="Width">Columns of the result.</param>
/// <param name="Groups">Groups; more than one only with all their channels.</param>
/// <param name="Channels">Channels of each group.</param>
/// <param name="Outputs">Output channels of each group.</param>
public readonly record struct Conv2dTile(int Height, int Width, int Groups, int Channels, int Outputs)
{
    /// <summary>Rows of the image that the tile reads. A kernel of one row skips those between its strides.</summary>
    internal int ImageHeight(Conv2dShape shape) => shape.KernelHeight == 1 ? Height : (int)Math.Min(int.MaxValue, ((Height - 1L) * shape.StrideHeight) + shape.KernelHeight);

    /// <summary>Columns of the image that the tile reads.</summary>
    internal int ImageWidth(Conv2dShape shape) => shape.KernelWidth == 1 ? Width : (int)Math.Min(int.MaxValue, ((Width - 1L) * shape.StrideWidth) + shape.KernelWidth);

    /// <summary>Coefficients that the tile takes, M C H W of its own; <see cref="long.MaxValue"/> if beyond counting.</summary>
    internal long Coefficients(Conv2dShape shape)
    {
        UInt128 channels = (UInt128)Groups * (uint)Groups * (uint)Channels * (uint)Outputs;
        UInt128 image = (UInt128)ImageHeight(shape) * (uint)ImageWidth(shape);
        return channels >= 1 << 30 || image >= 1 << 30 ? long.MaxValue : (long)(channels * image);
    }
}
