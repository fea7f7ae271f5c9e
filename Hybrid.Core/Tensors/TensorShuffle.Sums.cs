using System.Numerics.Tensors;

namespace Hybrid.Tensors;

/// <content>Sums along dimensions, and the windows of pooling.</content>
public static partial class TensorShuffle
{
    /// <summary>
    /// The shape with the dimensions <paramref name="axes"/> summed away, or kept with length 1; with no axes, the source's own.
    /// </summary>
    /// <exception cref="ParameterException">An axis is outside the shape or named twice.</exception>
    public static Shape ReducedShape(Shape source, ReadOnlySpan<int> axes, bool keepDimensions)
    {
        CheckDimensions(source, axes);
        var lengths = new List<int>();
        for (int i = 0; i < source.Rank; i++)
        {
            if (!axes.Contains(i))
            {
                lengths.Add(source[i]);
            }
            else if (keepDimensions)
            {
                lengths.Add(1);
            }
        }

        return new Shape([.. lengths]);
    }

    /// <summary>Adds up <paramref name="source"/> along <paramref name="axes"/>, as <see cref="ReducedShape"/>.</summary>
    public static void ReduceSum(ReadOnlySpan<ulong> source, Shape shape, ReadOnlySpan<int> axes, Span<ulong> destination)
    {
        destination.Clear();
        int[] sums = Broadcasting.Strides(ReducedShape(shape, axes, keepDimensions: true));
        var walk = new StridedWalk(shape.Lengths.AsSpan(), Broadcasting.Strides(shape), sums, new int[shape.Rank]);
        if (walk.IsEmpty)
        {
            return;
        }

        // A run is a row of sums or, where the last dimension is summed away, one sum.
        StridedWalk.Position at = walk.Start();
        for (int run = 0; run < walk.Runs; run++, at.Next())
        {
            ReadOnlySpan<ulong> words = source.Slice(at.X, walk.Run);
            if (walk.RunStrides.Y == 0)
            {
                destination[at.Y] = unchecked(destination[at.Y] + TensorPrimitives.Sum(words));
            }
            else
            {
                Span<ulong> row = destination.Slice(at.Y, walk.Run);
                TensorPrimitives.Add<ulong>(words, row, row);
            }
        }
    }

    /// <summary>The shape of the sums of windows over images (N, C, H, W): (N, C, OH, OW). Groups play no part.</summary>
    /// <exception cref="ParameterException">There are not four dimensions, or the window does not fit.</exception>
    public static Shape SummedWindowsShape(Shape images, int windowHeight, int windowWidth, Conv2dGeometry geometry)
    {
        WindowGrid grid = GridOver(images, windowHeight, windowWidth, geometry);
        return new Shape(images[0], images[1], grid.Rows, grid.Columns);
    }

    /// <summary>Adds up every window, padding as zero, as <see cref="SummedWindowsShape"/>: average pooling before its division.</summary>
    public static void SumWindows(
        ReadOnlySpan<ulong> images, Shape shape, int windowHeight, int windowWidth, Conv2dGeometry geometry, Span<ulong> destination)
    {
        WindowGrid grid = GridOver(shape, windowHeight, windowWidth, geometry);
        int plane = grid.Height * grid.Width;
        for (int image = 0; image < shape[0] * shape[1]; image++)
        {
            for (int row = 0; row < grid.Rows; row++)
            {
                grid.SumRow(images.Slice(image * plane, plane), row, destination[..grid.Columns]);
                destination = destination[grid.Columns..];
            }
        }
    }

    /// <summary>
    /// The shape of the windows over images (N, C, H, W), cell by cell: (cells of a window, N · C · OH · OW). Groups play no part.
    /// </summary>
    /// <exception cref="ParameterException">There are not four dimensions, the window does not fit, or the result is too large.</exception>
    public static Shape WindowsShape(Shape images, int windowHeight, int windowWidth, Conv2dGeometry geometry)
    {
        Shape windows = SummedWindowsShape(images, windowHeight, windowWidth, geometry);
        return new Shape(new Shape(windowHeight, windowWidth).ElementCount, windows.ElementCount);
    }

    /// <summary>
    /// Copies every window, each cell to a row of its own, as <see cref="WindowsShape"/>: the maximum over rows is max pooling.
    /// Padding cells become the public word <paramref name="outside"/>.
    /// </summary>
    public static void Windows(
        ReadOnlySpan<ulong> images, Shape shape, int windowHeight, int windowWidth, Conv2dGeometry geometry, ulong outside,
        Span<ulong> destination)
    {
        WindowGrid grid = GridOver(shape, windowHeight, windowWidth, geometry);
        int plane = grid.Height * grid.Width;
        int windows = grid.Rows * grid.Columns;
        for (int cell = 0; cell < grid.Cells; cell++)
        {
            for (int image = 0; image < shape[0] * shape[1]; image++)
            {
                grid.Gather(images.Slice(image * plane, plane), cell, 0, destination[..windows], outside);
                destination = destination[windows..];
            }
        }
    }

    private static WindowGrid GridOver(Shape images, int windowHeight, int windowWidth, Conv2dGeometry geometry) => images.Rank == 4
        ? new WindowGrid(images[2], images[3], windowHeight, windowWidth, geometry)
        : throw new ParameterException(ParameterFault.Mismatch, $"Windows move over images (N, C, H, W); shape {images} was given.");
}
