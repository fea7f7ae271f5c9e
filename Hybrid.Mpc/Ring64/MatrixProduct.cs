using System.Runtime.Intrinsics;
using Hybrid.Numerics;
using Hybrid.Security;

namespace Hybrid.Mpc.Ring64;

/// <summary>The matrix product modulo 2^64.</summary>
/// <remarks>
/// A is m × k, B is k × n and C is m × n, each row after row without gaps. The same words stand for Z_2^64 and for two's
/// complement integers. Time depends on the sizes alone, never on a word's value, so every operand may be secret.
/// <para>
/// B is copied, block by block, into panels that fit the first-level cache (after Goto and van de Geijn, "Anatomy of
/// high-performance matrix multiplication", 2008, section 4); the copy is wiped. Large products use every core, by rows.
/// </para>
/// <para>
/// There is no shorter way for an operand of 32 bits: AVX-512 takes as long for the two 32-bit products of each pair as for
/// the 64-bit one, and so did the kernel when it was tried.
/// </para>
/// </remarks>
public static class MatrixProduct
{
    /// <summary>Below about a million products (a fifth of a millisecond) waking another core costs more than it brings.</summary>
    internal const long ParallelProducts = 1L << 20;

    // A panel of 256 steps and 8 columns is 16 KiB, a third of a first-level cache; a packed block is at most 256 KiB.
    private const int DepthBlock = 256;
    private const int ColumnBlock = 128;

    // Below eight rows, packing B costs more than reading it once for each row.
    private const int PackedRows = 8;

    /// <summary>C = A · B mod 2^64.</summary>
    /// <param name="a">A, m × k.</param>
    /// <param name="b">B, k × n.</param>
    /// <param name="c">C, m × n; overwritten. It may not overlap A or B.</param>
    /// <param name="m">Rows of A and C.</param>
    /// <param name="k">Columns of A, rows of B. With k = 0, C becomes zero.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    /// <exception cref="ArgumentException">A span has not the length its sizes ask for, or C overlaps A or B.</exception>
    public static void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> c, int m, int k, int n) =>
        Compute(a, b, c, m, k, n, accumulate: false, KernelWidth.Auto, Environment.ProcessorCount);

    /// <summary>C = C + A · B mod 2^64; otherwise as <see cref="Multiply"/>.</summary>
    /// <param name="a">A, m × k.</param>
    /// <param name="b">B, k × n.</param>
    /// <param name="c">C, m × n; the product is added to it. It may not overlap A or B.</param>
    /// <param name="m">Rows of A and C.</param>
    /// <param name="k">Columns of A, rows of B. With k = 0, C stays as it is.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    /// <exception cref="ArgumentException">A span has not the length its sizes ask for, or C overlaps A or B.</exception>
    public static void MultiplyAdd(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> c, int m, int k, int n) =>
        Compute(a, b, c, m, k, n, accumulate: true, KernelWidth.Auto, Environment.ProcessorCount);

    /// <summary>Either product, at a width and with a number of threads that tests and benchmarks choose.</summary>
    internal static unsafe void Compute(
        ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> c, int m, int k, int n, bool accumulate, KernelWidth width, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        CheckLength(a.Length, m, k, nameof(a));
        CheckLength(b.Length, k, n, nameof(b));
        CheckLength(c.Length, m, n, nameof(c));
        if (c.Overlaps(a) || c.Overlaps(b))
        {
            throw new ArgumentException("C shares memory with A or B; give the product memory of its own.", nameof(c));
        }

        if (k == 0 && !accumulate)
        {
            c.Clear();
        }

        if (m == 0 || k == 0 || n == 0)
        {
            return;
        }

        if (!KernelWidths.IsSupported(width))
        {
            throw new PlatformNotSupportedException($"This machine has no kernels of width {width}.");
        }

        fixed (ulong* pa = a, pb = b, pc = c)
        {
            var operands = new Operands(pa, pb, pc, m, k, n, accumulate, (long)m * k * n < ParallelProducts ? 1 : threads);
            switch (width == KernelWidth.Auto ? KernelWidths.Best : width)
            {
                case KernelWidth.Vector512:
                    Blocks<Vector512Lanes, Vector512<ulong>, Vector512<ulong>>(operands);
                    break;
                case KernelWidth.Vector256:
                    Blocks<Vector256Lanes, Vector256Lanes.Words, Vector256Lanes.Sum>(operands);
                    break;
                default:
                    Blocks<ScalarLanes, ulong, ulong>(operands);
                    break;
            }
        }
    }

    /// <summary>The most steps and columns that one <see cref="AddBlock"/> takes.</summary>
    internal static (int Steps, int Columns) Block => (DepthBlock, ColumnBlock);

    /// <summary>
    /// C += A · B for one block of a larger product, on the calling thread: at most <see cref="Block"/> steps and columns, rows at
    /// any stride, nothing checked. <paramref name="packed"/> is room for a block of whole vectors, which the caller wipes.
    /// </summary>
    internal static unsafe void AddBlock(
        ulong* a, int aStride, ulong* b, int bStride, ulong* c, int cStride, int m, int k, int n, ulong* packed, KernelWidth width)
    {
        switch (width == KernelWidth.Auto ? KernelWidths.Best : width)
        {
            case KernelWidth.Vector512:
                AddBlock<Vector512Lanes, Vector512<ulong>, Vector512<ulong>>(a, aStride, b, bStride, c, cStride, m, k, n, packed);
                break;
            case KernelWidth.Vector256:
                AddBlock<Vector256Lanes, Vector256Lanes.Words, Vector256Lanes.Sum>(a, aStride, b, bStride, c, cStride, m, k, n, packed);
                break;
            default:
                AddBlock<ScalarLanes, ulong, ulong>(a, aStride, b, bStride, c, cStride, m, k, n, packed);
                break;
        }
    }

    private static unsafe void AddBlock<TLanes, TWords, TSum>(
        ulong* a, int aStride, ulong* b, int bStride, ulong* c, int cStride, int m, int k, int n, ulong* packed)
        where TLanes : struct, IProductLanes<TWords, TSum>
        where TWords : struct
        where TSum : struct
    {
        if (m < PackedRows)
        {
            ProductKernel<TLanes, TWords, TSum>.FewRows(a, aStride, b, bStride, c, cStride, m, k, n, accumulate: true);
            return;
        }

        ProductKernel<TLanes, TWords, TSum>.Pack(b, bStride, k, n, packed);
        ProductKernel<TLanes, TWords, TSum>.Rows(a, aStride, packed, c, cStride, m, k, n, accumulate: true);
    }

    private static unsafe void Blocks<TLanes, TWords, TSum>(Operands o)
        where TLanes : struct, IProductLanes<TWords, TSum>
        where TWords : struct
        where TSum : struct
    {
        if (o.N == 1)
        {
            ForRows(o, (row, rows) => ProductKernel<TLanes, TWords, TSum>.Column(
                o.A + ((nint)row * o.K), o.B, o.C + row, rows, o.K, o.Accumulate));
            return;
        }

        if (o.M < PackedRows)
        {
            ProductKernel<TLanes, TWords, TSum>.FewRows(o.A, o.K, o.B, o.N, o.C, o.N, o.M, o.K, o.N, o.Accumulate);
            return;
        }

        int widest = ProductKernel<TLanes, TWords, TSum>.PackedColumns(Math.Min(o.N, ColumnBlock));
        using var packedBlock = new SecretBuffer<ulong>(widest * Math.Min(o.K, DepthBlock));
        fixed (ulong* start = packedBlock.Span)
        {
            // The compiler lets no lambda capture a pinned pointer itself.
            ulong* packed = start;
            for (int column = 0; column < o.N; column += ColumnBlock)
            {
                int columns = Math.Min(ColumnBlock, o.N - column);
                for (int step = 0; step < o.K; step += DepthBlock)
                {
                    int depth = Math.Min(DepthBlock, o.K - step);
                    bool accumulate = o.Accumulate || step > 0;
                    ulong* a = o.A + step;
                    ulong* c = o.C + column;
                    ProductKernel<TLanes, TWords, TSum>.Pack(o.B + ((nint)step * o.N) + column, o.N, depth, columns, packed);
                    ForRows(o, (row, rows) => ProductKernel<TLanes, TWords, TSum>.Rows(
                        a + ((nint)row * o.K), o.K, packed, c + ((nint)row * o.N), o.N, rows, depth, columns, accumulate));
                }
            }
        }
    }

    // Chunks of rows small enough for their block of A to stay in the second-level cache and for the cores to finish together.
    private static void ForRows(Operands o, Action<int, int> rows)
    {
        const int chunk = 32;
        int chunks = (o.M + chunk - 1) / chunk;
        void One(int index) => rows(index * chunk, Math.Min(chunk, o.M - (index * chunk)));
        if (o.Threads == 1 || chunks == 1)
        {
            for (int index = 0; index < chunks; index++)
                One(index);
            return;
        }

        Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = o.Threads }, One);
    }

    private static void CheckLength(int length, int rows, int columns, string name)
    {
        if (length != (long)rows * columns)
        {
            throw new ArgumentException($"A matrix of {rows} by {columns} has {(long)rows * columns} words; this one has {length}.", name);
        }
    }

    private readonly unsafe struct Operands(ulong* a, ulong* b, ulong* c, int m, int k, int n, bool accumulate, int threads)
    {
        public readonly ulong* A = a;
        public readonly ulong* B = b;
        public readonly ulong* C = c;
        public readonly int M = m;
        public readonly int K = k;
        public readonly int N = n;
        public readonly bool Accumulate = accumulate;
        public readonly int Threads = threads;
    }
}
