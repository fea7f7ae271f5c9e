using System.Numerics.Tensors;

namespace Hybrid.Tensors;

/// <summary>The windows over one channel of an image: which word lies in a given cell of each window.</summary>
public sealed class WindowGrid
{
    private readonly Conv2dGeometry _geometry;

    /// <summary>The grid for one size of image and window.</summary>
    /// <exception cref="ParameterException">A window has no cells, or is larger than the image with its padding.</exception>
    public WindowGrid(int height, int width, int windowHeight, int windowWidth, Conv2dGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        _geometry = geometry;
        Height = height;
        Width = width;
        WindowHeight = windowHeight;
        WindowWidth = windowWidth;
        int padRows = geometry.PadTop + geometry.PadBottom;
        int padColumns = geometry.PadLeft + geometry.PadRight;
        Rows = Positions(height, padRows, windowHeight, geometry.StrideRows, geometry.DilationRows, "high");
        Columns = Positions(width, padColumns, windowWidth, geometry.StrideColumns, geometry.DilationColumns, "wide");
    }

    /// <summary>Rows of the image.</summary>
    public int Height { get; }

    /// <summary>Columns of the image.</summary>
    public int Width { get; }

    /// <summary>Rows of cells in a window.</summary>
    public int WindowHeight { get; }

    /// <summary>Columns of cells in a window.</summary>
    public int WindowWidth { get; }

    /// <summary>Cells of a window.</summary>
    public int Cells => WindowHeight * WindowWidth;

    /// <summary>Rows of windows.</summary>
    public int Rows { get; }

    /// <summary>Columns of windows.</summary>
    public int Columns { get; }

    /// <summary>Whether the one cell of each window is the image's word at the window's own place.</summary>
    public bool IsIdentity => Cells == 1 && Rows == Height && Columns == Width
        && _geometry is { StrideRows: 1, StrideColumns: 1, PadTop: 0, PadLeft: 0 };

    /// <summary>
    /// Copies the words in cell <paramref name="cell"/> (row by row) of as many windows as <paramref name="words"/> is long, row by
    /// row from window <paramref name="first"/> on; outside the image lies <paramref name="outside"/>.
    /// </summary>
    public void Gather(ReadOnlySpan<ulong> image, int cell, int first, Span<ulong> words, ulong outside)
    {
        int row = first / Columns;
        int column = first % Columns;
        while (words.Length > 0)
        {
            int count = Math.Min(words.Length, Columns - column);
            GatherRow(image, cell, row, column, words[..count], outside);
            words = words[count..];
            row++;
            column = 0;
        }
    }

    /// <summary>Adds up each window of one row of windows; padding counts as zero.</summary>
    public void SumRow(ReadOnlySpan<ulong> image, int row, Span<ulong> sums)
    {
        sums.Clear();
        for (int cell = 0; cell < Cells; cell++)
        {
            ReadOnlySpan<ulong> line = Line(image, cell, row);
            (int from, int to, int source) = Inside(cell, 0, Columns);
            if (line.IsEmpty || from == to)
            {
                continue;
            }

            int stride = _geometry.StrideColumns;
            if (stride == 1)
            {
                TensorPrimitives.Add<ulong>(sums[from..to], line.Slice(source, to - from), sums[from..to]);
                continue;
            }

            for (int i = from; i < to; i++, source += stride)
                sums[i] = unchecked(sums[i] + line[source]);
        }
    }

    private void GatherRow(ReadOnlySpan<ulong> image, int cell, int row, int column, Span<ulong> words, ulong outside)
    {
        ReadOnlySpan<ulong> line = Line(image, cell, row);
        (int from, int to, int source) = Inside(cell, column, words.Length);
        if (line.IsEmpty || from == to)
        {
            words.Fill(outside);
            return;
        }

        words[..from].Fill(outside);
        words[to..].Fill(outside);
        int stride = _geometry.StrideColumns;
        if (stride == 1)
        {
            line.Slice(source, to - from).CopyTo(words[from..to]);
            return;
        }

        for (int i = from; i < to; i++, source += stride)
            words[i] = line[source];
    }

    // The row of the image that the cell lies in; none where that is padding.
    private ReadOnlySpan<ulong> Line(ReadOnlySpan<ulong> image, int cell, int row)
    {
        long line = ((long)row * _geometry.StrideRows) - _geometry.PadTop + ((long)(cell / WindowWidth) * _geometry.DilationRows);
        return line < 0 || line >= Height ? [] : image.Slice((int)line * Width, Width);
    }

    // Of `count` windows from `column` on, the first and the end of those whose cell lies inside the row, and the first's place there.
    private (int From, int To, int Source) Inside(int cell, int column, int count)
    {
        int stride = _geometry.StrideColumns;
        long start = ((long)column * stride) - _geometry.PadLeft + ((long)(cell % WindowWidth) * _geometry.DilationColumns);
        long from = start >= 0 ? 0 : (-start + stride - 1) / stride;
        long to = start >= Width ? 0 : (Width - start + stride - 1) / stride;
        from = Math.Min(from, count);
        to = Math.Clamp(to, from, count);
        return ((int)from, (int)to, (int)(start + (from * stride)));
    }

    private static int Positions(int length, int padding, int window, int stride, int dilation, string way)
    {
        if (window < 1)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"A window {window} {way} was asked for: it needs at least one cell.");
        }

        long extent = ((long)(window - 1) * dilation) + 1;
        long padded = (long)length + padding;
        return extent <= padded
            ? (int)(((padded - extent) / stride) + 1)
            : throw new ParameterException(
                ParameterFault.Mismatch,
                $"A window {extent} {way}, gaps included, was asked for on an image that is {padded} {way}, padding included.");
    }
}
