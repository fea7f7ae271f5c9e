namespace Hybrid.Seal.RingPacked;

/// <summary>A convolution in coefficients, a tile of result pixels, channels and output channels at a time.</summary>
/// <remarks>
/// With C channels, M output channels and an image of H × W in a tile, x = sum T[c,i,j] X^(c H W + i W + j) and
/// k = sum K[m,c,u,v] X^(O - m C H W - c H W - u W - v), with O = H W (M C - 1) + W (h - 1) + w - 1 the least that leaves no negative
/// power, have the result [m,i,j] of strides s, t at X^(O - m C H W + i s W + j t). Tiles of pixels overlap by the kernel's size less
/// one, tiles of channels add up, zeros are padded before packing. A kernel of one row or column only meets each stride's first row or
/// column, so the others are left out. Several small groups share a tile as one convolution whose kernel is zero between groups.
/// Source: Huang et al. (2022), section 3.1.1; O there is for kernels as wide as high.
/// </remarks>
public sealed class Conv2dPacking : RingPacking
{
    private readonly Conv2dShape _shape;
    private readonly int _imageHeight;      // of a tile, as H and W in the remarks
    private readonly int _imageWidth;
    private readonly int _stepHeight;       // of the image, from one row of a tile to the next
    private readonly int _stepWidth;
    private readonly int _strideHeight;     // of a tile, from one row of results to the next
    private readonly int _strideWidth;
    private readonly int _channels;         // of a tile, all its groups together
    private readonly int _origin;           // O
    private readonly Blocks _blocks;

    /// <summary>Packs a convolution by tiles of a size; <see cref="RingPackedShape.Pack"/> chooses the size itself.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="parameters">Degree and primes.</param>
    /// <param name="options">What the layer must bear.</param>
    /// <param name="tile">The tile.</param>
    /// <exception cref="ParameterException">The tile does not fit the degree or the shape, or the noise does not fit below Q / 2^65.</exception>
    public Conv2dPacking(Conv2dShape shape, CkksParameters parameters, RingPackedOptions options, Conv2dTile tile)
        : base(Checked(shape, tile, parameters), parameters, options, new Blocks(shape, tile).Counts(shape, tile))
    {
        _shape = shape;
        Tile = tile;
        _blocks = new Blocks(shape, tile);
        _imageHeight = tile.ImageHeight(shape);
        _imageWidth = tile.ImageWidth(shape);
        (_stepHeight, _strideHeight) = shape.KernelHeight == 1 ? (shape.StrideHeight, 1) : (1, shape.StrideHeight);
        (_stepWidth, _strideWidth) = shape.KernelWidth == 1 ? (shape.StrideWidth, 1) : (1, shape.StrideWidth);
        _channels = tile.Groups * tile.Channels;
        int outputs = tile.Groups * tile.Outputs;
        _origin = (_imageHeight * _imageWidth * ((outputs * _channels) - 1)) + (_imageWidth * (shape.KernelHeight - 1)) + shape.KernelWidth - 1;
    }

    /// <summary>The tile.</summary>
    public Conv2dTile Tile { get; }

    /// <summary>The polynomials of a convolution's tiles.</summary>
    internal static PackingCounts CountsOf(Conv2dShape shape, Conv2dTile tile) => new Blocks(shape, tile).Counts(shape, tile);

    // The images are the inputs' alone.
    internal override object WeightLayout => (Parameters, Options, _shape with { Images = 1 }, Tile);

    // Inputs go by groups, pixels and channels; weights by groups, output channels and channels; results by groups, pixels and output channels.
    internal override (int Input, int Weight) FirstTermOf(int output)
    {
        int outputs = output % _blocks.Outputs;
        int pixels = output / _blocks.Outputs;
        int groups = pixels / _blocks.Pixels;
        return (pixels * _blocks.Channels, ((groups * _blocks.Outputs) + outputs) * _blocks.Channels);
    }

    internal override void PackInput(int input, ReadOnlySpan<ulong> values, Span<ulong> coefficients)
    {
        int block = input % _blocks.Channels;
        int pixels = input / _blocks.Channels;
        (int image, int top, int left) = PixelsOf(pixels % _blocks.Pixels);
        (int first, int count) = ChannelsOf(pixels / _blocks.Pixels, block);
        for (int c = 0; c < count; c++)
        {
            int plane = ((image * _shape.Channels) + first + c) * _shape.Height * _shape.Width;
            for (int i = 0; i < _imageHeight; i++)
            {
                long row = ((long)top * _shape.StrideHeight) + ((long)i * _stepHeight) - _shape.PadTop;
                if (row < 0 || row >= _shape.Height)
                {
                    continue;
                }

                ReadOnlySpan<ulong> from = values.Slice(plane + ((int)row * _shape.Width), _shape.Width);
                Span<ulong> to = coefficients.Slice(((c * _imageHeight) + i) * _imageWidth, _imageWidth);
                long column = ((long)left * _shape.StrideWidth) - _shape.PadLeft;
                for (int j = 0; j < to.Length; j++, column += _stepWidth)
                {
                    if (column >= 0 && column < from.Length)
                    {
                        to[j] = from[(int)column];
                    }
                }
            }
        }
    }

    internal override void PackWeights(int weight, ReadOnlySpan<long> weights, Span<long> coefficients)
    {
        int channelBlock = weight % _blocks.Channels;
        int rest = weight / _blocks.Channels;
        int groupBlock = rest / _blocks.Outputs;
        (int firstChannel, int channels) = ChannelsOf(groupBlock, channelBlock);
        (int firstOutput, int outputs) = OutputsOf(groupBlock, rest % _blocks.Outputs);
        int kernel = _shape.KernelHeight * _shape.KernelWidth;
        for (int m = 0; m < outputs; m++)
        {
            for (int c = 0; c < channels; c++)
            {
                int channel = firstChannel + c - ((firstOutput + m) / _shape.GroupOutputs * _shape.GroupChannels);
                if (channel < 0 || channel >= _shape.GroupChannels)
                {
                    continue; // of another group
                }

                ReadOnlySpan<long> from = weights.Slice((((firstOutput + m) * _shape.GroupChannels) + channel) * kernel, kernel);
                int at = _origin - (((m * _channels) + c) * _imageHeight * _imageWidth);
                for (int u = 0; u < _shape.KernelHeight; u++)
                {
                    for (int v = 0; v < _shape.KernelWidth; v++)
                    {
                        coefficients[at - (u * _imageWidth) - v] = from[(u * _shape.KernelWidth) + v];
                    }
                }
            }
        }
    }

    private protected override int PlacesOfSum(int output, Span<int> coefficients, Span<int> results)
    {
        int pixels = output / _blocks.Outputs;
        (int image, int top, int left) = PixelsOf(pixels % _blocks.Pixels);
        (int first, int count) = OutputsOf(pixels / _blocks.Pixels, output % _blocks.Outputs);
        (int outputHeight, int outputWidth) = (_shape.OutputHeight, _shape.OutputWidth);
        int height = Math.Min(Tile.Height, outputHeight - top);
        int width = Math.Min(Tile.Width, outputWidth - left);
        int places = 0;
        for (int m = 0; m < count; m++)
        {
            int from = _origin - (m * _channels * _imageHeight * _imageWidth);
            int plane = ((image * _shape.OutputChannels) + first + m) * outputHeight;
            for (int i = 0; i < height; i++, places += width)
            {
                Row(from + (i * _strideHeight * _imageWidth), _strideWidth, coefficients.Slice(places, width));
                Row(((plane + top + i) * outputWidth) + left, 1, results.Slice(places, width));
            }
        }

        return places;
    }

    private static void Row(int start, int step, Span<int> places)
    {
        for (int j = 0; j < places.Length; j++, start += step)
        {
            places[j] = start;
        }
    }

    // The image, and the first row and column of results, of a block of pixels.
    private (int Image, int Top, int Left) PixelsOf(int pixels)
    {
        int inImage = pixels % (_blocks.Rows * _blocks.Columns);
        return (pixels / (_blocks.Rows * _blocks.Columns), inImage / _blocks.Columns * Tile.Height, inImage % _blocks.Columns * Tile.Width);
    }

    private (int First, int Count) ChannelsOf(int groupBlock, int block) => PartOf(_shape.Channels, _shape.GroupChannels, Tile.Channels, groupBlock, block);

    private (int First, int Count) OutputsOf(int groupBlock, int block) => PartOf(_shape.OutputChannels, _shape.GroupOutputs, Tile.Outputs, groupBlock, block);

    // A block within one group ends with the group, one of several groups with the last of them.
    private (int First, int Count) PartOf(int all, int ofGroup, int size, int groupBlock, int block)
    {
        int first = (groupBlock * Tile.Groups * ofGroup) + (block * size);
        return Tile.Groups == 1
            ? (first, Math.Min(size, ofGroup - (block * size)))
            : (first, Math.Min(Tile.Groups * ofGroup, all - first));
    }

    private static Conv2dShape Checked(Conv2dShape shape, Conv2dTile tile, CkksParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(parameters);
        shape.Check();
        bool isTile = tile.Height >= 1 && tile.Width >= 1 && tile.Groups >= 1 && tile.Channels >= 1 && tile.Outputs >= 1;
        bool isWhole = tile.Groups == 1 || (tile.Channels == shape.GroupChannels && tile.Outputs == shape.GroupOutputs);
        if (!isTile || !isWhole || tile.Coefficients(shape) > parameters.Degree)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"{shape}: the tile {tile} does not fit degree {parameters.Degree}; its dimensions are from 1 up, several groups come with all their channels, and it takes at most as many coefficients as the degree.");
        }

        return shape;
    }

    /// <summary>How many blocks there are along each dimension.</summary>
    private readonly record struct Blocks(int Groups, int Images, int Rows, int Columns, int Channels, int Outputs)
    {
        public Blocks(Conv2dShape shape, Conv2dTile tile)
            : this(
                RingPackedShape.Blocks(shape.Groups, tile.Groups),
                shape.Images,
                RingPackedShape.Blocks(shape.OutputHeight, tile.Height),
                RingPackedShape.Blocks(shape.OutputWidth, tile.Width),
                RingPackedShape.Blocks(shape.GroupChannels, tile.Channels),
                RingPackedShape.Blocks(shape.GroupOutputs, tile.Outputs))
        {
        }

        public int Pixels => Images * Rows * Columns;

        public PackingCounts Counts(Conv2dShape shape, Conv2dTile tile) => new(
            checked(Groups * Pixels * Channels),
            checked(Groups * Outputs * Channels),
            checked(Groups * Pixels * Outputs),
            Channels,
            (long)shape.GroupChannels * tile.Groups * tile.Outputs * shape.KernelHeight * shape.KernelWidth,
            (long)tile.Groups * tile.Outputs,
            ResultMerge.None);
    }
}
