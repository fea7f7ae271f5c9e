using System.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Execution;

/// <summary>The windows over one channel of an image of numbers of any type.</summary>
internal sealed class ReferenceWindows
{
    private readonly WindowGrid _grid;
    private readonly Conv2dGeometry _geometry;

    /// <summary>The windows for one size of image and window.</summary>
    public ReferenceWindows(int height, int width, int windowHeight, int windowWidth, Conv2dGeometry geometry)
    {
        _grid = new WindowGrid(height, width, windowHeight, windowWidth, geometry);
        _geometry = geometry;
    }

    /// <summary>Copies what lies in one cell of as many windows as there is room for, from one on; padding becomes zero.</summary>
    public void Gather<T>(ReadOnlySpan<T> image, int cell, int first, Span<T> elements)
        where T : INumber<T>
    {
        elements.Clear();
        int column = first % _grid.Columns;
        for (int row = first / _grid.Columns; elements.Length > 0; row++, column = 0)
        {
            int count = Math.Min(elements.Length, _grid.Columns - column);
            (int line, int from, int to, int source) = Inside(cell, row, column, count);
            if (_geometry.StrideColumns == 1)
            {
                image.Slice(line + source, to - from).CopyTo(elements[from..]);
            }
            else
            {
                for (int i = from; i < to; i++, source += _geometry.StrideColumns)
                    elements[i] = image[line + source];
            }

            elements = elements[count..];
        }
    }

    /// <summary>Folds what each window has inside the image into the start value.</summary>
    public T[] Fold<T>(T[] images, Shape shape, T start, Shape target, Func<T, T, T> join)
    {
        var result = new T[target.ElementCount];
        result.AsSpan().Fill(start);
        int plane = _grid.Height * _grid.Width;
        int windows = _grid.Rows * _grid.Columns;
        Parallel.For(0, windows == 0 ? 0 : shape[0] * shape[1], image =>
        {
            ReadOnlySpan<T> elements = images.AsSpan(image * plane, plane);
            for (int row = 0; row < _grid.Rows; row++)
            {
                Span<T> folded = result.AsSpan((image * windows) + (row * _grid.Columns), _grid.Columns);
                for (int cell = 0; cell < _grid.Cells; cell++)
                {
                    (int line, int from, int to, int source) = Inside(cell, row, 0, _grid.Columns);
                    for (int i = from; i < to; i++, source += _geometry.StrideColumns)
                        folded[i] = join(folded[i], elements[line + source]);
                }
            }
        });
        return result;
    }

    // Where the row of the image lies that has the cell of windows of one row, which of the windows have it inside, and the first's place.
    private (int Line, int From, int To, int Source) Inside(int cell, int row, int column, int count)
    {
        long line = ((long)row * _geometry.StrideRows) - _geometry.PadTop + ((long)(cell / _grid.WindowWidth) * _geometry.DilationRows);
        if (line < 0 || line >= _grid.Height)
        {
            return default;
        }

        int stride = _geometry.StrideColumns;
        long start = ((long)column * stride) - _geometry.PadLeft + ((long)(cell % _grid.WindowWidth) * _geometry.DilationColumns);
        long from = Math.Min(count, start >= 0 ? 0 : (-start + stride - 1) / stride);
        long to = Math.Clamp(start >= _grid.Width ? 0 : (_grid.Width - start + stride - 1) / stride, from, count);
        return from == to ? default : ((int)line * _grid.Width, (int)from, (int)to, (int)(start + (from * stride)));
    }
}
