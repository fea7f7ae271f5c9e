using System.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Execution.Reference;

/// <summary>Products and windows by their definition, cell by cell.</summary>
internal static class NaiveOps
{
    public static T[] MatMul<T>(T[] x, T[] y, int[] xStarts, int[] yStarts, int m, int k, int n)
        where T : INumber<T>
    {
        var result = new List<T>();
        for (int batch = 0; batch < xStarts.Length; batch++)
        {
            for (int row = 0; row < m; row++)
            {
                for (int column = 0; column < n; column++)
                {
                    T sum = T.Zero;
                    for (int i = 0; i < k; i++)
                        sum += x[xStarts[batch] + (row * k) + i] * y[yStarts[batch] + (i * n) + column];
                    result.Add(sum);
                }
            }
        }

        return [.. result];
    }

    public static T[] Convolve<T>(T[] images, Shape shape, T[] kernels, Shape kernelShape, Conv2dGeometry g, Shape target)
        where T : INumber<T>
    {
        var result = new List<T>();
        int perGroup = kernelShape[0] / g.Groups;
        foreach ((int image, int output, int row, int column) in Cells(target))
        {
            T sum = T.Zero;
            for (int c = 0; c < kernelShape[1]; c++)
            {
                int channel = (output / perGroup * kernelShape[1]) + c;
                foreach ((int cell, int at) in Window(shape, image, channel, row, column, kernelShape[2], kernelShape[3], g))
                    sum += at < 0 ? T.Zero : images[at] * kernels[((((output * kernelShape[1]) + c) * kernelShape[2] * kernelShape[3]) + cell)];
            }

            result.Add(sum);
        }

        return [.. result];
    }

    public static T[] Pool<T>(T[] images, Shape shape, int height, int width, Conv2dGeometry g, Shape target, Func<IEnumerable<T?>, T> fold)
        where T : struct
    {
        return [.. Cells(target).Select(at => fold(Window(shape, at.Image, at.Channel, at.Row, at.Column, height, width, g)
            .Select(cell => cell.At < 0 ? (T?)null : images[cell.At])))];
    }

    private static IEnumerable<(int Image, int Channel, int Row, int Column)> Cells(Shape s) =>
        from image in Enumerable.Range(0, s[0])
        from channel in Enumerable.Range(0, s[1])
        from row in Enumerable.Range(0, s[2])
        from column in Enumerable.Range(0, s[3])
        select (image, channel, row, column);

    // Each cell of a window and where it lies; -1 in the padding.
    private static IEnumerable<(int Cell, int At)> Window(Shape s, int image, int channel, int row, int column, int height, int width, Conv2dGeometry g)
    {
        for (int i = 0; i < height * width; i++)
        {
            int y = (row * g.StrideRows) - g.PadTop + (i / width * g.DilationRows);
            int x = (column * g.StrideColumns) - g.PadLeft + (i % width * g.DilationColumns);
            bool isInside = y >= 0 && y < s[2] && x >= 0 && x < s[3];
            yield return (i, isInside ? (((((image * s[1]) + channel) * s[2]) + y) * s[3]) + x : -1);
        }
    }
}
