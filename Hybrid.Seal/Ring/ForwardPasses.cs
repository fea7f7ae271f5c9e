using System.Runtime.CompilerServices;

namespace Hybrid.Seal.Ring;

/// <summary>The passes of the transform forward on doubles, once for every width of vector.</summary>
/// <remarks>
/// Node m + i is block i of the level of m blocks, with the root at that index; its halves are the nodes 2(m + i) and 2(m + i) + 1.
/// Between vectors a pass takes two levels (radix 4), whose chains of dependent operations are short enough for the machine to overlap;
/// inside vectors, where all levels go together, it takes eight vectors side by side for that reason. Comments give bounds B in units
/// of p; <see cref="PrimeLanes{TVector, TLanes}"/> says what is allowed: 4 for a factor, 8 for a sum. Between passes B is at most
/// 2.33, and from the second pass on at most 2.2.
/// The methods with loops skip the JIT's first tier, for a transform is often wanted fast the first time; and they stay methods: into a caller that
/// profiles show to be hot the JIT would put them whole, and then have no room left for what they are made of.
/// </remarks>
internal static unsafe class ForwardPasses<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    /// <summary>The first level of the whole polynomial, from residues modulo <paramref name="from"/>: leaves 1.63.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void FirstLevel<TSource>(ulong* source, double* data, double* roots, int half, double from, double p)
        where TSource : struct, INttSource<TVector, TLanes>
    {
        var prime = new PrimeLanes<TVector, TLanes>(p);
        var origin = new PrimeLanes<TVector, TLanes>(from);
        TVector root = TLanes.Broadcast(roots[1]);
        for (int j = 0; j < half; j += TLanes.Count)
        {
            TVector x = TSource.Load(source + j, origin, prime);
            TVector y = TSource.Load(source + j + half, origin, prime);
            Butterfly(prime, ref x, ref y, root);
            TLanes.Store(x, data + j);
            TLanes.Store(y, data + j + half);
        }
    }

    /// <summary>The first two levels of the whole polynomial, from residues modulo <paramref name="from"/>: leaves 2.33.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void FirstTwoLevels<TSource>(ulong* source, double* data, double* roots, int quarter, double from, double p)
        where TSource : struct, INttSource<TVector, TLanes>
    {
        var prime = new PrimeLanes<TVector, TLanes>(p);
        var origin = new PrimeLanes<TVector, TLanes>(from);
        TVector root1 = TLanes.Broadcast(roots[1]);
        TVector root2 = TLanes.Broadcast(roots[2]);
        TVector root3 = TLanes.Broadcast(roots[3]);
        for (int j = 0; j < quarter; j += TLanes.Count)
        {
            ulong* residues = source + j;
            TVector a = TSource.Load(residues, origin, prime);
            TVector b = TSource.Load(residues + quarter, origin, prime);
            TVector c = TSource.Load(residues + 2 * quarter, origin, prime);
            TVector d = TSource.Load(residues + 3 * quarter, origin, prime);
            Radix4(prime, ref a, ref b, ref c, ref d, root1, root2, root3);
            double* at = data + j;
            TLanes.Store(a, at);
            TLanes.Store(b, at + quarter);
            TLanes.Store(c, at + 2 * quarter);
            TLanes.Store(d, at + 3 * quarter);
        }
    }

    /// <summary>The levels up to that of blocks of a length, where all beyond the first block is zero, so that x + w 0 and x - w 0 are x: leaves 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Repeat(ulong* source, double* data, int block, int degree)
    {
        for (int j = 0; j < block; j += TLanes.Count)
            TLanes.Store(TLanes.LoadIntegers(source + j), data + j);
        var first = new ReadOnlySpan<double>(data, block);
        for (int at = block; at < degree; at += block)
            first.CopyTo(new Span<double>(data + at, block));
    }

    /// <summary>Two levels of blocks of four quarters: B to 1.57 + 0.27 B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void TwoLevels(double* data, double* roots, int blocks, int quarter, double p)
    {
        var prime = new PrimeLanes<TVector, TLanes>(p);
        for (int node = blocks; node < 2 * blocks; node++, data += 4 * quarter)
        {
            TVector root1 = TLanes.Broadcast(roots[node]);
            TVector root2 = TLanes.Broadcast(roots[2 * node]);
            TVector root3 = TLanes.Broadcast(roots[2 * node + 1]);
            for (int j = 0; j < quarter; j += TLanes.Count)
            {
                double* at = data + j;
                TVector a = prime.Reduce(TLanes.Load(at)); // 1/2
                TVector b = TLanes.Load(at + quarter);
                TVector c = TLanes.Load(at + 2 * quarter);
                TVector d = TLanes.Load(at + 3 * quarter);
                Radix4(prime, ref a, ref b, ref c, ref d, root1, root2, root3);
                TLanes.Store(a, at);
                TLanes.Store(b, at + quarter);
                TLanes.Store(c, at + 2 * quarter);
                TLanes.Store(d, at + 3 * quarter);
            }
        }
    }

    /// <summary>The last levels, of blocks of one vector each, eight at a time, into a sink: from 2.2 to 3.0, 3.9, 4.9.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Inside<TSink>(double* data, double* roots, int blocks, double p, TSink sink)
        where TSink : struct, INttSink<TVector, TLanes>
    {
        var prime = new PrimeLanes<TVector, TLanes>(p);
        int at = 0;
        for (int node = blocks; node < 2 * blocks; node += 8, data += 8 * TLanes.Count, at += 8 * TLanes.Count)
        {
            TVector x0 = TLanes.Load(data);
            TVector y0 = TLanes.Load(data + TLanes.Count);
            TVector x1 = TLanes.Load(data + 2 * TLanes.Count);
            TVector y1 = TLanes.Load(data + 3 * TLanes.Count);
            TVector x2 = TLanes.Load(data + 4 * TLanes.Count);
            TVector y2 = TLanes.Load(data + 5 * TLanes.Count);
            TVector x3 = TLanes.Load(data + 6 * TLanes.Count);
            TVector y3 = TLanes.Load(data + 7 * TLanes.Count);
            if (TLanes.Count == 8)
            {
                LevelInside(prime, ref x0, ref y0, ref x1, ref y1, ref x2, ref y2, ref x3, ref y3, roots + node, 4);
                LevelInside(prime, ref x0, ref y0, ref x1, ref y1, ref x2, ref y2, ref x3, ref y3, roots + 2L * node, 2);
                LevelInside(prime, ref x0, ref y0, ref x1, ref y1, ref x2, ref y2, ref x3, ref y3, roots + 4L * node, 1);
            }
            else
            {
                LevelInside(prime, ref x0, ref y0, ref x1, ref y1, ref x2, ref y2, ref x3, ref y3, roots + node, 2);
                LevelInside(prime, ref x0, ref y0, ref x1, ref y1, ref x2, ref y2, ref x3, ref y3, roots + 2L * node, 1);
            }

            TLanes.Gather(ref x0, ref y0);
            TLanes.Gather(ref x1, ref y1);
            TLanes.Gather(ref x2, ref y2);
            TLanes.Gather(ref x3, ref y3);
            sink.Take(prime, x0, y0, data, at);
            sink.Take(prime, x1, y1, data + 2 * TLanes.Count, at + 2 * TLanes.Count);
            sink.Take(prime, x2, y2, data + 4 * TLanes.Count, at + 4 * TLanes.Count);
            sink.Take(prime, x3, y3, data + 6 * TLanes.Count, at + 6 * TLanes.Count);
        }
    }

    /// <summary>One level inside four pairs of vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LevelInside(
        in PrimeLanes<TVector, TLanes> prime,
        ref TVector x0, ref TVector y0, ref TVector x1, ref TVector y1, ref TVector x2, ref TVector y2, ref TVector x3, ref TVector y3,
        double* roots, int distance)
    {
        int period = TLanes.Count / distance;
        TLanes.Spread(ref x0, ref y0, distance);
        Butterfly(prime, ref x0, ref y0, TLanes.LoadPeriodic(roots, period));
        TLanes.Spread(ref x1, ref y1, distance);
        Butterfly(prime, ref x1, ref y1, TLanes.LoadPeriodic(roots + period, period));
        TLanes.Spread(ref x2, ref y2, distance);
        Butterfly(prime, ref x2, ref y2, TLanes.LoadPeriodic(roots + 2 * period, period));
        TLanes.Spread(ref x3, ref y3, distance);
        Butterfly(prime, ref x3, ref y3, TLanes.LoadPeriodic(roots + 3 * period, period));
    }

    /// <summary>Two levels on four vectors a quarter of a block apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Radix4(
        in PrimeLanes<TVector, TLanes> prime, ref TVector a, ref TVector b, ref TVector c, ref TVector d, TVector root1, TVector root2, TVector root3)
    {
        Butterfly(prime, ref a, ref c, root1);
        Butterfly(prime, ref b, ref d, root1);
        Butterfly(prime, ref a, ref b, root2);
        Butterfly(prime, ref c, ref d, root3);
    }

    /// <summary>x + w y and x - w y (Cooley and Tukey).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Butterfly(in PrimeLanes<TVector, TLanes> prime, ref TVector x, ref TVector y, TVector root)
    {
        TVector u = x;
        TVector v = prime.Product(y, root);
        x = TLanes.Add(u, v);
        y = TLanes.Subtract(u, v);
    }
}
