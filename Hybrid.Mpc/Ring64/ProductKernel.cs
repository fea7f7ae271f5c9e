using System.Runtime.CompilerServices;
using System.Security.Cryptography;

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

    // With fewer panels to meet, copying four rows of A costs more than reading them where they lie.
    private const int PackedPanels = 4;

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
        ulong* spare = stackalloc ulong[TileRows * TLanes.Count];
        int tiled = 0;
        if (TLanes.PacksFactors && columns >= PackedPanels * TLanes.Count)
        {
            tiled = rows / TileRows * TileRows;
            Strips(a, aStride, packed, c, cStride, tiled, depth, columns, accumulate, spare);
        }

        for (int column = 0; column < columns; column += TLanes.Count, packed += (nint)depth * TLanes.Count)
        {
            int width = Math.Min(TLanes.Count, columns - column);
            int row = tiled;
            ulong* left = a + ((nint)row * aStride);
            ulong* sums = c + ((nint)row * cStride) + column;
            for (; row <= rows - TileRows; row += TileRows, left += (nint)TileRows * aStride, sums += (nint)TileRows * cStride)
                Tile(left, aStride, 1, packed, depth, sums, cStride, width, accumulate, spare);
            for (; row < rows; row++, left += aStride, sums += cStride)
                Row(left, packed, depth, sums, width, accumulate, spare);
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
    public static void FewRows(
        ulong* a, int aStride, ulong* b, int bStride, ulong* c, int cStride, int rows, int depth, int columns, bool accumulate)
    {
        for (int row = 0; row < rows; row++, a += aStride, c += cStride)
        {
            bool add = accumulate;
            ulong* right = b;
            int step = 0;
            for (; step <= depth - 4; step += 4, right += 4 * (nint)bStride, add = true)
                FourSteps(a + step, right, bStride, c, columns, add);
            for (; step < depth; step++, right += bStride, add = true)
                OneStep(a[step], right, c, columns, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourSteps(ulong* a, ulong* b, int bStride, ulong* c, int columns, bool accumulate)
    {
        ulong* b1 = b + bStride;
        ulong* b2 = b1 + bStride;
        ulong* b3 = b2 + bStride;
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

    // Four rows of A, copied step by step beside each other, meet every panel. Where they lie they may be a power of two apart,
    // and then the first-level cache holds few of their lines at once: 512 words apart, the loop takes twice as long.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strips(
        ulong* a, int aStride, ulong* packed, ulong* c, int cStride, int rows, int depth, int columns, bool accumulate, ulong* spare)
    {
        int words = TileRows * depth;
        ulong* strip = stackalloc ulong[words];
        for (int row = 0; row < rows; row += TileRows, a += (nint)TileRows * aStride, c += (nint)TileRows * cStride)
        {
            PackStrip(a, aStride, depth, strip);
            ulong* panel = packed;
            for (int column = 0; column < columns; column += TLanes.Count, panel += (nint)depth * TLanes.Count)
                Tile(strip, 1, TileRows, panel, depth, c + column, cStride, Math.Min(TLanes.Count, columns - column), accumulate, spare);
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(strip, words * sizeof(ulong)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackStrip(ulong* a, int aStride, int depth, ulong* strip)
    {
        ulong* a1 = a + aStride;
        ulong* a2 = a1 + aStride;
        ulong* a3 = a2 + aStride;
        for (nint step = 0; step < depth; step++, strip += TileRows)
        {
            strip[0] = a[step];
            strip[1] = a1[step];
            strip[2] = a2[step];
            strip[3] = a3[step];
        }
    }

    // Four rows share every load of the panel; the product unit, not memory, is then what the loop waits for.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(
        ulong* a, nint rowStride, nint stepStride, ulong* panel, int depth,
        ulong* c, nint cStride, int width, bool accumulate, ulong* spare)
    {
        ulong* a1 = a + rowStride;
        ulong* a2 = a1 + rowStride;
        ulong* a3 = a2 + rowStride;
        TSum sum0 = default;
        TSum sum1 = default;
        TSum sum2 = default;
        TSum sum3 = default;
        ulong* end = panel + ((nint)depth * TLanes.Count);
        for (nint step = 0; panel < end; step += stepStride, panel += TLanes.Count)
        {
            TWords words = TLanes.Load(panel);
            sum0 = TLanes.MultiplyAdd(sum0, a[step], words);
            sum1 = TLanes.MultiplyAdd(sum1, a1[step], words);
            sum2 = TLanes.MultiplyAdd(sum2, a2[step], words);
            sum3 = TLanes.MultiplyAdd(sum3, a3[step], words);
        }

        // The sums go straight to memory: handed to a method, they would live on the stack and the loop would wait for them there.
        bool whole = width == TLanes.Count;
        bool add = whole && accumulate;
        ulong* to = whole ? c : spare;
        nint stride = whole ? cStride : TLanes.Count;
        TLanes.Store(sum0, to, add);
        TLanes.Store(sum1, to + stride, add);
        TLanes.Store(sum2, to + (2 * stride), add);
        TLanes.Store(sum3, to + (3 * stride), add);
        if (!whole)
            WriteNarrow(spare, TileRows, c, cStride, width, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(ulong* a, ulong* panel, int depth, ulong* c, int width, bool accumulate, ulong* spare)
    {
        TSum sum = default;
        for (nint step = 0; step < depth; step++, panel += TLanes.Count)
            sum = TLanes.MultiplyAdd(sum, a[step], TLanes.Load(panel));
        bool whole = width == TLanes.Count;
        TLanes.Store(sum, whole ? c : spare, whole && accumulate);
        if (!whole)
            WriteNarrow(spare, 1, c, 0, width, accumulate);
    }

    // The last panel may be narrower than a vector, and what lies to its right in C is not its own.
    private static void WriteNarrow(ulong* sums, int rows, ulong* c, nint cStride, int width, bool accumulate)
    {
        for (int row = 0; row < rows; row++, sums += TLanes.Count, c += cStride)
        {
            for (int lane = 0; lane < width; lane++)
                c[lane] = unchecked(accumulate ? c[lane] + sums[lane] : sums[lane]);
        }
    }
}
