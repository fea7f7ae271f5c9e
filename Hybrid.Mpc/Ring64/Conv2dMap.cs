using Hybrid.Numerics;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Ring64;

/// <summary>
/// The convolution of images (N, C, H, W) with kernels (O, C/groups, KH, KW), by ONNX's conventions (no flip): (N, O, OH, OW).
/// </summary>
/// <remarks>
/// A product of the kernels, O × (C/groups · KH · KW), with the matrix of all windows (after Chellapilla, Puri and Simard, "High
/// performance convolutional neural networks for document processing", 2006, section 3), of which never more than a block at a
/// time is written out, to memory that is wiped. Blocks are shared out among the cores.
/// </remarks>
public sealed record Conv2dMap : BilinearMap
{
    // Fewer kernels to a job, and gathering the windows would cost as much as the products.
    private const int LeastKernels = 16;

    /// <summary>The map for one size of images and kernels.</summary>
    /// <param name="input">The images' shape, (N, C, H, W).</param>
    /// <param name="kernel">The kernels' shape, (O, C/groups, KH, KW).</param>
    /// <param name="geometry">Strides, pads, dilations and groups.</param>
    /// <exception cref="ParameterException">
    /// A shape has not four dimensions, the channels do not fit the groups, the window is larger than the padded image, or the
    /// result is too large for a tensor.
    /// </exception>
    public Conv2dMap(Shape input, Shape kernel, Conv2dGeometry geometry)
        : base(input, kernel, Fit(input, kernel, geometry)) => Geometry = geometry;

    /// <summary>Strides, pads, dilations and groups.</summary>
    public Conv2dGeometry Geometry { get; }

    /// <inheritdoc/>
    public override string Name => $"convolution of {Left} by {Right} with {Geometry}";

    /// <inheritdoc/>
    public override long Products => (long)Result.ElementCount * Right[1] * Right[2] * Right[3];

    private protected override unsafe void Accumulate(
        ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> result, KernelWidth width, int threads)
    {
        int workers = Products < MatrixProduct.ParallelProducts ? 1 : threads;
        fixed (ulong* images = left, kernels = right, sums = result)
        {
            var work = new Work(this, images, kernels, sums, width, workers);
            if (workers == 1 || work.Jobs == 1)
            {
                using SecretBuffer<ulong> memory = work.NewMemory();
                for (int job = 0; job < work.Jobs; job++)
                    work.Run(job, memory);
                return;
            }

            Parallel.For(
                0,
                work.Jobs,
                new ParallelOptions { MaxDegreeOfParallelism = workers },
                work.NewMemory,
                (job, _, memory) =>
                {
                    work.Run(job, memory);
                    return memory;
                },
                memory => memory.Dispose());
        }
    }

    private static WindowGrid GridOf(Shape input, Shape kernel, Conv2dGeometry geometry) =>
        new(input[2], input[3], kernel[2], kernel[3], geometry);

    private static Shape Fit(Shape input, Shape kernel, Conv2dGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(geometry);
        if (input.Rank != 4 || kernel.Rank != 4)
        {
            throw new ParameterException(
                ParameterFault.Mismatch,
                $"A convolution takes images (N, C, H, W) and kernels (O, C/groups, KH, KW); it was given {input} and {kernel}.");
        }

        int groups = geometry.Groups;
        if (kernel[0] % groups != 0 || input[1] != (long)kernel[1] * groups)
        {
            throw new ParameterException(
                ParameterFault.Mismatch,
                $"The channels of images {input} and kernels {kernel} do not fall into {groups} groups: "
                + $"{input[1]} must be {groups} times {kernel[1]}, and {kernel[0]} a multiple of {groups}.");
        }

        WindowGrid grid = GridOf(input, kernel, geometry);
        return new Shape(input[0], kernel[0], grid.Rows, grid.Columns);
    }

    // A job is one image, one group, some kernels of it and some windows.
    private sealed unsafe class Work
    {
        private readonly ulong* _images;
        private readonly ulong* _kernels;
        private readonly ulong* _sums;
        private readonly KernelWidth _width;
        private readonly WindowGrid _grid;
        private readonly int _groups;
        private readonly int _channels;
        private readonly int _rows;
        private readonly int _depth;
        private readonly int _windows;
        private readonly int _windowBlock;
        private readonly int _windowBlocks;
        private readonly int _rowBlock;
        private readonly int _rowBlocks;

        public Work(Conv2dMap map, ulong* images, ulong* kernels, ulong* sums, KernelWidth width, int workers)
        {
            _images = images;
            _kernels = kernels;
            _sums = sums;
            _width = width;
            _grid = GridOf(map.Left, map.Right, map.Geometry);
            _groups = map.Geometry.Groups;
            _channels = map.Right[1];
            _rows = map.Right[0] / _groups;
            _depth = _channels * _grid.Cells;
            _windows = _grid.Rows * _grid.Columns;
            // Blocks of windows as even as whole vectors allow: a narrow last one would be mostly zeros.
            int blocks = Count(_windows, MatrixProduct.Block.Columns);
            _windowBlock = Count(Count(_windows, blocks), 8) * 8;
            _windowBlocks = Count(_windows, _windowBlock);
            // Small images with many channels leave too few jobs for the cores: then the kernels are shared out too.
            int jobs = map.Left[0] * _groups * _windowBlocks;
            int parts = Math.Clamp(Count(workers, jobs), 1, Math.Max(1, _rows / LeastKernels));
            _rowBlock = Count(Count(_rows, parts), 4) * 4;
            _rowBlocks = Count(_rows, _rowBlock);
            Jobs = jobs * _rowBlocks;
        }

        public int Jobs { get; }

        private int Steps => Math.Min(_depth, MatrixProduct.Block.Steps);

        // The windows of a block, and the same packed for the product.
        public SecretBuffer<ulong> NewMemory() => new(2 * Steps * _windowBlock);

        public void Run(int job, SecretBuffer<ulong> memory)
        {
            (job, int window) = Math.DivRem(job, _windowBlocks);
            (job, int row) = Math.DivRem(job, _rowBlocks);
            (int image, int group) = Math.DivRem(job, _groups);
            window *= _windowBlock;
            row *= _rowBlock;
            int windows = Math.Min(_windowBlock, _windows - window);
            int rows = Math.Min(_rowBlock, _rows - row);
            int plane = _grid.Height * _grid.Width;
            ulong* channels = _images + ((((nint)image * _groups) + group) * _channels * plane);
            nint firstRow = ((nint)group * _rows) + row;
            ulong* kernels = _kernels + (firstRow * _depth);
            ulong* sums = _sums + ((((nint)image * _groups * _rows) + firstRow) * _windows) + window;
            fixed (ulong* start = memory.Span)
            {
                ulong* packed = start + (Steps * _windowBlock);
                for (int first = 0; first < _depth; first += Steps)
                {
                    int steps = Math.Min(Steps, _depth - first);
                    ulong* words = start;
                    int stride = windows;
                    if (_grid.IsIdentity)
                    {
                        words = channels + ((nint)first * plane) + window;
                        stride = plane;
                    }
                    else
                    {
                        Gather(channels, first, steps, window, windows, start);
                    }

                    MatrixProduct.AddBlock(kernels + first, _depth, words, stride, sums, _windows, rows, steps, windows, packed, _width);
                }
            }
        }

        private void Gather(ulong* channels, int first, int steps, int window, int windows, ulong* words)
        {
            int plane = _grid.Height * _grid.Width;
            for (int step = first; step < first + steps; step++, words += windows)
            {
                (int channel, int cell) = Math.DivRem(step, _grid.Cells);
                var image = new ReadOnlySpan<ulong>(channels + ((nint)channel * plane), plane);
                _grid.Gather(image, cell, window, new Span<ulong>(words, windows), outside: 0);
            }
        }

        private static int Count(int items, int size) => (items + size - 1) / size;
    }
}
