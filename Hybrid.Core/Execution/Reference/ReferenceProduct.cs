using System.Numerics;
using System.Runtime.InteropServices;

namespace Hybrid.Execution;

/// <summary>Fills a panel, row-major and without gaps, with part of a product's right side.</summary>
/// <param name="batch">Which product.</param>
/// <param name="depth">The first row.</param>
/// <param name="column">The first column.</param>
/// <param name="columns">How many columns; as many rows as the panel then holds.</param>
/// <param name="panel">Where to.</param>
internal delegate void PanelFill<T>(int batch, int depth, int column, int columns, Span<T> panel);

/// <summary>Products (m, k) · (k, n) of numbers of any type, in blocks; the same bits on every machine.</summary>
/// <remarks>
/// Each element is added up in the order of k, without fused steps, so vectors of any width and any number of threads agree. Longs wrap. An
/// element costs k multiplications, and the right side is copied once for every <see cref="RowBlock"/> rows of the left.
/// </remarks>
internal static class ReferenceProduct
{
    private const int RowBlock = 64;
    private const int ColumnBlock = 64;
    private const int DepthBlock = 256;
    // Below this many multiplications threads cost more than they bring.
    private const long ParallelFrom = 1 << 18;

    /// <summary>Computes products whose left sides and results lie row-major in one array each.</summary>
    /// <param name="left">The left sides.</param>
    /// <param name="starts">Where each product's left side and result start.</param>
    /// <param name="size">Rows, depth and columns of each.</param>
    /// <param name="fill">The right sides.</param>
    /// <param name="result">Zeros, which the products replace.</param>
    public static void Compute<T>(T[] left, (int Left, int Result)[] starts, (int M, int K, int N) size, PanelFill<T> fill, T[] result)
        where T : struct, INumber<T>
    {
        (int m, int k, int n) = size;
        int rowBlocks = (m + RowBlock - 1) / RowBlock;
        int columnBlocks = (n + ColumnBlock - 1) / ColumnBlock;
        long tasks = (long)starts.Length * rowBlocks * columnBlocks;
        bool isParallel = (long)starts.Length * m * n * k >= ParallelFrom;
        var options = new ParallelOptions { MaxDegreeOfParallelism = isParallel ? Environment.ProcessorCount : 1 };
        Parallel.For(0L, tasks, options, () => new T[Math.Min(DepthBlock, k) * Math.Min(ColumnBlock, n)], (task, _, panel) =>
        {
            int batch = (int)(task / (rowBlocks * columnBlocks));
            int row = (int)(task / columnBlocks % rowBlocks) * RowBlock;
            int column = (int)(task % columnBlocks) * ColumnBlock;
            int columns = Math.Min(ColumnBlock, n - column);
            int rows = Math.Min(RowBlock, m - row);
            Span<T> target = result.AsSpan(starts[batch].Result + (row * n) + column);
            for (int depth = 0; depth < k; depth += DepthBlock)
            {
                int steps = Math.Min(DepthBlock, k - depth);
                Span<T> part = panel.AsSpan(0, steps * columns);
                fill(batch, depth, column, columns, part);
                Accumulate(left.AsSpan(starts[batch].Left + (row * k) + depth), k, part, columns, steps, rows, target, n);
            }

            return panel;
        }, _ => { });
    }

    private static void Accumulate<T>(ReadOnlySpan<T> a, int aStride, ReadOnlySpan<T> panel, int columns, int depth, int rows, Span<T> c, int cStride)
        where T : struct, INumber<T>
    {
        int column = 0;
        if (Vector<T>.IsSupported)
        {
            int wide = 2 * Vector<T>.Count;
            for (; column + wide <= columns; column += wide)
            {
                int row = 0;
                for (; row + 4 <= rows; row += 4)
                    FourRows(a[(row * aStride)..], aStride, panel[column..], columns, depth, c[((row * cStride) + column)..], cStride);
                for (; row < rows; row++)
                    OneRow(a[(row * aStride)..], panel[column..], columns, depth, c[((row * cStride) + column)..]);
            }
        }

        for (int row = 0; row < rows && column < columns; row++)
        {
            ReadOnlySpan<T> factors = a.Slice(row * aStride, depth);
            for (int i = column; i < columns; i++)
            {
                T sum = c[(row * cStride) + i];
                for (int j = 0; j < factors.Length; j++)
                    sum += factors[j] * panel[(j * columns) + i];
                c[(row * cStride) + i] = sum;
            }
        }
    }

    private static void FourRows<T>(ReadOnlySpan<T> a, int aStride, ReadOnlySpan<T> panel, int columns, int depth, Span<T> c, int cStride)
        where T : struct, INumber<T>
    {
        int width = Vector<T>.Count;
        ReadOnlySpan<T> a0 = a[..depth];
        ReadOnlySpan<T> a1 = a.Slice(aStride, depth);
        ReadOnlySpan<T> a2 = a.Slice(2 * aStride, depth);
        ReadOnlySpan<T> a3 = a.Slice(3 * aStride, depth);
        Span<T> c0 = c[..(2 * width)];
        Span<T> c1 = c.Slice(cStride, 2 * width);
        Span<T> c2 = c.Slice(2 * cStride, 2 * width);
        Span<T> c3 = c.Slice(3 * cStride, 2 * width);
        (Vector<T> s00, Vector<T> s01) = (new(c0), new(c0[width..]));
        (Vector<T> s10, Vector<T> s11) = (new(c1), new(c1[width..]));
        (Vector<T> s20, Vector<T> s21) = (new(c2), new(c2[width..]));
        (Vector<T> s30, Vector<T> s31) = (new(c3), new(c3[width..]));
        // The last row's two vectors are the furthest read.
        ref T cell = ref MemoryMarshal.GetReference(panel[..(((depth - 1) * columns) + (2 * width))]);
        nuint at = 0;
        for (int i = 0; i < a0.Length; i++, at += (nuint)columns)
        {
            Vector<T> p0 = Vector.LoadUnsafe(ref cell, at);
            Vector<T> p1 = Vector.LoadUnsafe(ref cell, at + (nuint)width);
            Vector<T> f = new(a0[i]);
            s00 += f * p0;
            s01 += f * p1;
            f = new(a1[i]);
            s10 += f * p0;
            s11 += f * p1;
            f = new(a2[i]);
            s20 += f * p0;
            s21 += f * p1;
            f = new(a3[i]);
            s30 += f * p0;
            s31 += f * p1;
        }

        s00.CopyTo(c0);
        s01.CopyTo(c0[width..]);
        s10.CopyTo(c1);
        s11.CopyTo(c1[width..]);
        s20.CopyTo(c2);
        s21.CopyTo(c2[width..]);
        s30.CopyTo(c3);
        s31.CopyTo(c3[width..]);
    }

    private static void OneRow<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> panel, int columns, int depth, Span<T> c)
        where T : struct, INumber<T>
    {
        int width = Vector<T>.Count;
        Vector<T> s0 = new(c);
        Vector<T> s1 = new(c[width..]);
        for (int i = 0; i < depth; i++)
        {
            Vector<T> f = new(a[i]);
            s0 += f * new Vector<T>(panel[(i * columns)..]);
            s1 += f * new Vector<T>(panel[((i * columns) + width)..]);
        }

        s0.CopyTo(c);
        s1.CopyTo(c[width..]);
    }
}
