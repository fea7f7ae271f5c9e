namespace Hybrid.Seal.RingPacked;

/// <summary>
/// A two-dimensional convolution, as ONNX's Conv without dilation: an encrypted image of C × H × W numbers, a kernel of M × C/g × h × w
/// weights, a result of M × H' × W'; numbers lie in that order.
/// </summary>
/// <param name="Channels">C.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="OutputChannels">M.</param>
/// <param name="KernelHeight">h.</param>
/// <param name="KernelWidth">w.</param>
public sealed record Conv2dShape(int Channels, int Height, int Width, int OutputChannels, int KernelHeight, int KernelWidth) : RingPackedShape
{
    /// <summary>Images, one after the other in input and result.</summary>
    public int Images { get; init; } = 1;

    /// <summary>Rows from one result to the next.</summary>
    public int StrideHeight { get; init; } = 1;

    /// <summary>Columns from one result to the next.</summary>
    public int StrideWidth { get; init; } = 1;

    /// <summary>Rows of zeros above.</summary>
    public int PadTop { get; init; }

    /// <summary>Columns of zeros to the left.</summary>
    public int PadLeft { get; init; }

    /// <summary>Rows of zeros below.</summary>
    public int PadBottom { get; init; }

    /// <summary>Columns of zeros to the right.</summary>
    public int PadRight { get; init; }

    /// <summary>g: channels and output channels are cut into so many groups, each convolved by itself.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>H', rows of the result.</summary>
    public int OutputHeight => ((int)Math.Min(int.MaxValue, (long)Height + PadTop + PadBottom - KernelHeight) / StrideHeight) + 1;

    /// <summary>W', columns of the result.</summary>
    public int OutputWidth => ((int)Math.Min(int.MaxValue, (long)Width + PadLeft + PadRight - KernelWidth) / StrideWidth) + 1;

    /// <inheritdoc/>
    public override int InputLength => Length("inputs", Images, Channels, Height, Width);

    /// <inheritdoc/>
    public override int WeightLength => Length("weights", OutputChannels, Channels / Groups, KernelHeight, KernelWidth);

    /// <inheritdoc/>
    public override int OutputLength => Length("results", Images, OutputChannels, OutputHeight, OutputWidth);

    /// <summary>Channels of a group.</summary>
    internal int GroupChannels => Channels / Groups;

    /// <summary>Output channels of a group.</summary>
    internal int GroupOutputs => OutputChannels / Groups;

    /// <summary>As in Conv 64 × 56 × 56 to 64, kernel 3 × 3, strides 1 × 1.</summary>
    public override string ToString() =>
        $"Conv {Channels} × {Height} × {Width} to {OutputChannels}, kernel {KernelHeight} × {KernelWidth}, strides {StrideHeight} × {StrideWidth}";

    /// <summary>Throws unless it is a convolution.</summary>
    /// <exception cref="ParameterException">Groups do not divide the channels, or the kernel is larger than the padded image.</exception>
    internal void Check()
    {
        ReadOnlySpan<int> dimensions = [Images, Channels, Height, Width, OutputChannels, KernelHeight, KernelWidth, StrideHeight, StrideWidth, Groups];
        foreach (int dimension in dimensions)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1, "dimensions");
        }

        ReadOnlySpan<int> pads = [PadTop, PadLeft, PadBottom, PadRight];
        foreach (int pad in pads)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(pad, "pads");
        }

        if (Channels % Groups != 0 || OutputChannels % Groups != 0)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"{this}: {Groups} groups do not divide both {Channels} and {OutputChannels} channels; use a common divisor.");
        }

        long height = (long)Height + PadTop + PadBottom;
        long width = (long)Width + PadLeft + PadRight;
        if (height < KernelHeight || width < KernelWidth || Math.Max(height, width) > int.MaxValue)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"{this}: the padded image of {height} × {width} is smaller than the kernel, or larger than any image; use other pads.");
        }

        _ = (InputLength, WeightLength, OutputLength);
    }

    // Tiles of one result, with as many output channels as fit: of one channel of a group, and of all of several groups. Or with one.
    private protected override void TryTiles(CkksParameters parameters, RingPackedOptions options, bool fullest)
    {
        Check();
        Conv2dShape one = this with { Images = 1 };
        var tile = new Conv2dTile(1, 1, 1, 1, 1);
        long kernel = tile.Coefficients(this);
        int outputs = fullest ? (int)Math.Clamp(parameters.Degree / kernel, 1, GroupOutputs) : 1;
        _ = new Conv2dPacking(one, parameters, options, tile with { Outputs = outputs });
        int groups = fullest ? Groups : 1;
        tile = new Conv2dTile(1, 1, groups, GroupChannels, GroupOutputs);
        for (; groups > 1 && tile.Coefficients(this) > parameters.Degree; groups--)
            tile = tile with { Groups = groups - 1 };
        if (groups > 1)
        {
            _ = new Conv2dPacking(one, parameters, options, tile);
        }
    }

    private protected override RingPacking Packed(CkksParameters parameters, RingPackedOptions options)
    {
        Check();
        var prices = new PackingPrices(this, parameters, options, (long)GroupChannels * KernelHeight * KernelWidth);
        Conv2dTile? best = null;
        double least = double.PositiveInfinity;
        Conv2dTile? smallest = null;
        foreach (Conv2dTile full in Tiles(parameters.Degree))
        {
            // Fewer output channels have less noise.
            Conv2dTile tile = full;
            double seconds = Seconds(tile);
            while (double.IsInfinity(seconds) && tile is { Groups: 1, Outputs: > 1 })
            {
                tile = tile with { Outputs = Blocks(GroupOutputs, Blocks(GroupOutputs, tile.Outputs) + 1) };
                seconds = Seconds(tile);
            }

            smallest = tile;
            if (seconds < least)
            {
                (best, least) = (tile, seconds);
            }
        }

        return new Conv2dPacking(this, parameters, options, best ?? smallest ?? throw new ParameterException(
            ParameterFault.OutOfRange, $"{this}: a kernel of {KernelHeight} × {KernelWidth} does not fit degree {parameters.Degree}; use a larger degree."));

        // Or what it takes at the least, where that is too much already.
        double Seconds(Conv2dTile tile)
        {
            PackingCounts counts = Conv2dPacking.CountsOf(this, tile);
            double bound = prices.Least(counts);
            return bound >= least ? bound : prices.Seconds(counts);
        }
    }

    // Every size of block of rows, columns and channels; output channels as many as then fit; groups together only as wholes.
    private IEnumerable<Conv2dTile> Tiles(int degree)
    {
        List<int> groupSizes = BlockSizes(Groups);
        List<int> channelSizes = BlockSizes(GroupChannels);
        foreach (int height in BlockSizes(OutputHeight))
        {
            foreach (int width in BlockSizes(OutputWidth))
            {
                foreach (int groups in groupSizes)
                {
                    foreach (int channels in groups == 1 ? channelSizes : [GroupChannels])
                    {
                        var tile = new Conv2dTile(height, width, groups, channels, groups == 1 ? 1 : GroupOutputs);
                        long polynomial = tile.Coefficients(this);
                        if (polynomial > degree)
                        {
                            continue;
                        }

                        if (groups == 1)
                        {
                            int outputs = (int)Math.Min(GroupOutputs, degree / polynomial);
                            tile = tile with { Outputs = Blocks(GroupOutputs, Blocks(GroupOutputs, outputs)) };
                        }

                        yield return tile;
                    }
                }
            }
        }
    }
}
