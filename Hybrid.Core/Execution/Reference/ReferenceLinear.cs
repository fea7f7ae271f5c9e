using System.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Execution;

/// <summary>Matrix products and convolutions of numbers of any type.</summary>
internal static class ReferenceLinear
{
    /// <summary>Products of matrices, in batches that repeat to fit each other.</summary>
    public static T[] MatMul<T>(T[] x, Shape xShape, T[] y, Shape yShape, Shape target)
        where T : struct, INumber<T>
    {
        (int m, int k, int n) = (xShape.Lengths[^2], xShape.Lengths[^1], yShape.Lengths[^1]);
        var batches = new Shape(target.Lengths.AsSpan()[..^2]);
        var result = new T[target.ElementCount];
        if (result.Length == 0)
        {
            return result;
        }

        var starts = new (int Left, int Result)[batches.ElementCount];
        int[] lefts = TensorShuffle.BroadcastTo(Places(xShape), new Shape(xShape.Lengths.AsSpan()[..^2]), batches);
        int[] rights = TensorShuffle.BroadcastTo(Places(yShape), new Shape(yShape.Lengths.AsSpan()[..^2]), batches);
        for (int i = 0; i < starts.Length; i++)
            starts[i] = (lefts[i] * m * k, i * m * n);
        ReferenceProduct.Compute(x, starts, (m, k, n), Fill, result);
        return result;

        void Fill(int batch, int depth, int column, int columns, Span<T> panel)
        {
            int from = (((rights[batch] * k) + depth) * n) + column;
            for (; panel.Length > 0; panel = panel[columns..], from += n)
                y.AsSpan(from, columns).CopyTo(panel);
        }
    }

    /// <summary>Convolutions of images with kernels.</summary>
    public static T[] Convolution<T>(T[] images, Shape shape, T[] kernels, Shape kernelShape, Conv2dGeometry geometry, Shape target)
        where T : struct, INumber<T>
    {
        var result = new T[target.ElementCount];
        if (result.Length == 0)
        {
            return result;
        }

        var windows = new ReferenceWindows(shape[2], shape[3], kernelShape[2], kernelShape[3], geometry);
        int groups = geometry.Groups;
        int channels = kernelShape[1];
        int outputs = kernelShape[0] / groups;
        int cells = kernelShape[2] * kernelShape[3];
        int plane = shape[2] * shape[3];
        (int m, int k, int n) = (outputs, channels * cells, target[2] * target[3]);
        var starts = new (int Left, int Result)[shape[0] * groups];
        for (int i = 0; i < starts.Length; i++)
            starts[i] = (i % groups * m * k, i * m * n);
        ReferenceProduct.Compute(kernels, starts, (m, k, n), Fill, result);
        return result;

        // A row of the panel is a cell of the windows over a channel.
        void Fill(int batch, int depth, int column, int columns, Span<T> panel)
        {
            for (; panel.Length > 0; panel = panel[columns..], depth++)
            {
                int channel = (batch * channels) + (depth / cells);
                windows.Gather(images.AsSpan(channel * plane, plane), depth % cells, column, panel[..columns]);
            }
        }
    }

    private static int[] Places(Shape matrices) => [.. Enumerable.Range(0, new Shape(matrices.Lengths.AsSpan()[..^2]).ElementCount)];
}
