using System.Runtime.CompilerServices;

namespace Hybrid.Mpc.Ring64;

/// <summary>
/// The inner loops of the matrix product modulo 2^64, for one vector width. No branch and no address depends on a word's value.
/// </summary>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TWords">Its words.</typeparam>
/// <typeparam name="TSum">Its running sums.</typeparam>
internal static unsafe class ProductKernel<TLanes, TWords, TSum>
    where TLanes : struct, IProductLanes<TWords, TSum>
    where TWords : struct
    where TSum : struct
{
    private const int TileRows = 4;

    /// <summary>How many words a strip of <paramref name="columns"/> columns takes once packed.</summary>
    public static int PackedColumns(int columns) => (columns + TLanes.Count - 1) / TLanes.Count * TLanes.Count;

    /// <summary>
    /// Copies a block of B into panels as wide as a vector, each read from start to end by <see cref="Rows"/>;
    /// the last panel is filled up with zeros.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ulong* b, int stride, int depth, int columns, ulong* packed)
    {
        for (int column = 0; column < columns; column += TLanes.Count)
        {
            int width = Math.Min(TLanes.Count, columns - column);
            ulong* source = b + column;
            if (width == TLanes.Count)
            {
                for (int step = 0; step < depth; step++, source += stride, packed += TLanes.Count)
                    Unsafe.CopyBlockUnaligned(packed, source, (uint)TLanes.Count * sizeof(ulong));
                continue;
            }

            for (int step = 0; step < depth; step++, source += stride, packed += TLanes.Count)
            {
                for (int lane = 0; lane < TLanes.Count; lane++)
                    packed[lane] = lane < width ? source[lane] : 0;
            }
        }
    }

    /// <summary>C = or += A · (packed B), for <paramref name="rows"/> rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(
        ulong* a, int aStride, ulong* packed, ulong* c, int cStride, int rows, int depth, int columns, bool accumulate)
    {
        for (int column = 0; column < columns; column += TLanes.Count, packed += (nint)depth * TLanes.Count)
        {
            int width = Math.Min(TLanes.Count, columns - column);
            ulong* left = a;
            ulong* sums = c + column;
            int row = 0;
            for (; row <= rows - TileRows; row += TileRows, left += (nint)TileRows * aStride, sums += (nint)TileRows * cStride)
                Tile(left, aStride, packed, depth, sums, cStride, width, accumulate);
            for (; row < rows; row++, left += aStride, sums += cStride)
                Row(left, packed, depth, sums, width, accumulate);
        }
    }

    /// <summary>c[i] = or += Σ a[i, p] · b[p]: the product with a matrix of one column, whose words lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Column(ulong* a, ulong* b, ulong* c, int rows, int depth, bool accumulate)
    {
        for (int row = 0; row < rows; row++, a += depth)
        {
            TSum sum0 = default;
            TSum sum1 = default;
            int step = 0;
            for (; step <= depth - (2 * TLanes.Count); step += 2 * TLanes.Count)
            {
                sum0 = TLanes.MultiplyAdd(sum0, TLanes.Load(a + step), TLanes.Load(b + step));
                sum1 = TLanes.MultiplyAdd(sum1, TLanes.Load(a + step + TLanes.Count), TLanes.Load(b + step + TLanes.Count));
            }

            ulong total = unchecked(TLanes.Total(sum0) + TLanes.Total(sum1));
            for (; step < depth; step++)
                total = unchecked(total + (a[step] * b[step]));
            c[row] = unchecked(accumulate ? c[row] + total : total);
        }
    }

    /// <summary>C = or += A · B, for so few rows that B is best read once for each, in order and where it lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FewRows(ulong* a, ulong* b, ulong* c, int rows, int depth, int columns, bool accumulate)
    {
        for (int row = 0; row < rows; row++, a += depth, c += columns)
        {
            bool add = accumulate;
            ulong* right = b;
            int step = 0;
            for (; step <= depth - 4; step += 4, right += 4 * (nint)columns, add = true)
                FourSteps(a + step, right, c, columns, add);
            for (; step < depth; step++, right += columns, add = true)
                OneStep(a[step], right, c, columns, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourSteps(ulong* a, ulong* b, ulong* c, int columns, bool accumulate)
    {
        ulong* b1 = b + columns;
        ulong* b2 = b1 + columns;
        ulong* b3 = b2 + columns;
        int column = 0;
        for (; column <= columns - TLanes.Count; column += TLanes.Count)
        {
            TSum sum = TLanes.MultiplyAdd(default, a[0], TLanes.Load(b + column));
            sum = TLanes.MultiplyAdd(sum, a[1], TLanes.Load(b1 + column));
            sum = TLanes.MultiplyAdd(sum, a[2], TLanes.Load(b2 + column));
            sum = TLanes.MultiplyAdd(sum, a[3], TLanes.Load(b3 + column));
            TLanes.Store(sum, c + column, accumulate);
        }

        for (; column < columns; column++)
        {
            ulong sum = unchecked((a[0] * b[column]) + (a[1] * b1[column]) + (a[2] * b2[column]) + (a[3] * b3[column]));
            c[column] = unchecked(accumulate ? c[column] + sum : sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneStep(ulong a, ulong* b, ulong* c, int columns, bool accumulate)
    {
        int column = 0;
        for (; column <= columns - TLanes.Count; column += TLanes.Count)
            TLanes.Store(TLanes.MultiplyAdd(default, a, TLanes.Load(b + column)), c + column, accumulate);
        for (; column < columns; column++)
            c[column] = unchecked((accumulate ? c[column] : 0) + (a * b[column]));
    }

    // Four rows share every load of the panel; the product unit, not memory, is then what the loop waits for.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(ulong* a, int aStride, ulong* panel, int depth, ulong* c, int cStride, int width, bool accumulate)
    {
        ulong* a1 = a + aStride;
        ulong* a2 = a1 + aStride;
        ulong* a3 = a2 + aStride;
        TSum sum0 = default;
        TSum sum1 = default;
        TSum sum2 = default;
        TSum sum3 = default;
        for (nint step = 0; step < depth; step++, panel += TLanes.Count)
        {
            TWords words = TLanes.Load(panel);
            sum0 = TLanes.MultiplyAdd(sum0, a[step], words);
            sum1 = TLanes.MultiplyAdd(sum1, a1[step], words);
            sum2 = TLanes.MultiplyAdd(sum2, a2[step], words);
            sum3 = TLanes.MultiplyAdd(sum3, a3[step], words);
        }

        Write(sum0, c, width, accumulate);
        Write(sum1, c + cStride, width, accumulate);
        Write(sum2, c + (2 * (nint)cStride), width, accumulate);
        Write(sum3, c + (3 * (nint)cStride), width, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(ulong* a, ulong* panel, int depth, ulong* c, int width, bool accumulate)
    {
        TSum sum = default;
        for (nint step = 0; step < depth; step++, panel += TLanes.Count)
            sum = TLanes.MultiplyAdd(sum, a[step], TLanes.Load(panel));
        Write(sum, c, width, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(TSum sum, ulong* c, int width, bool accumulate)
    {
        if (width == TLanes.Count)
        {
            TLanes.Store(sum, c, accumulate);
            return;
        }

        ulong* whole = stackalloc ulong[TLanes.Count];
        TLanes.Store(sum, whole, accumulate: false);
        for (int lane = 0; lane < width; lane++)
            c[lane] = unchecked(accumulate ? c[lane] + whole[lane] : whole[lane]);
    }
}
