using System.Runtime.CompilerServices;

namespace Hybrid.Seal.Ring;

/// <summary>The passes of the transform back on doubles, once for every width of vector.</summary>
/// <remarks>
/// The mirror of <see cref="ForwardPasses{TVector, TLanes}"/>: nodes, blocks and the units of the bounds are the same, and so are the
/// reasons for the passes' shape. Between passes B is at most 1.
/// </remarks>
internal static unsafe class InversePasses<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    /// <summary>The first levels, of blocks of one vector each, eight at a time, from canonical integers, which may lie elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Inside(ulong* source, double* data, double* roots, int blocks, double p)
    {
        var prime = new PrimeLanes<TVector, TLanes>(p);
        for (int node = blocks; node < 2 * blocks; node += 8, data += 8 * TLanes.Count, source += 8 * TLanes.Count)
        {
            Start(source, out TVector x0, out TVector y0);
            Start(source + 2 * TLanes.Count, out TVector x1, out TVector y1);
            Start(source + 4 * TLanes.Count, out TVector x2, out TVector y2);
            Start(source + 6 * TLanes.Count, out TVector x3, out TVector y3);

            // Sums of residues from [0, 1) stay positive, so that differences are no larger: [0, 2) and 0.63, [0, 4) and 0.75, [0, 8) and 1.
            if (TLanes.Count == 8)
            {
                LevelInside(prime, ref x0, ref y0, ref x1, ref y1, ref x2, ref y2, ref x3, ref y3, roots + 4L * node, 1);
                LevelInside(prime, ref x0, ref y0, ref x1, ref y1, ref x2, ref y2, ref x3, ref y3, roots + 2L * node, 2);
                LevelInside(prime, ref x0, ref y0, ref x1, ref y1, ref x2, ref y2, ref x3, ref y3, roots + node, 4);
            }
            else
            {
                LevelInside(prime, ref x0, ref y0, ref x1, ref y1, ref x2, ref y2, ref x3, ref y3, roots + 2L * node, 1);
                LevelInside(prime, ref x0, ref y0, ref x1, ref y1, ref x2, ref y2, ref x3, ref y3, roots + node, 2);
            }

            TLanes.Store(x0, data);
            TLanes.Store(y0, data + TLanes.Count);
            TLanes.Store(x1, data + 2 * TLanes.Count);
            TLanes.Store(y1, data + 3 * TLanes.Count);
            TLanes.Store(x2, data + 4 * TLanes.Count);
            TLanes.Store(y2, data + 5 * TLanes.Count);
            TLanes.Store(x3, data + 6 * TLanes.Count);
            TLanes.Store(y3, data + 7 * TLanes.Count);
        }
    }

    /// <summary>Two levels of blocks of four quarters: keeps B at or below 1.</summary>
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
                TVector a = TLanes.Load(at);
                TVector b = TLanes.Load(at + quarter);
                TVector c = TLanes.Load(at + 2 * quarter);
                TVector d = TLanes.Load(at + 3 * quarter);
                Radix4(prime, ref a, ref b, ref c, ref d, root1, root2, root3);
                TLanes.Store(prime.Reduce(a), at);
                TLanes.Store(prime.Reduce(b), at + quarter);
                TLanes.Store(c, at + 2 * quarter);
                TLanes.Store(d, at + 3 * quarter);
            }
        }
    }

    /// <summary>The last two levels with the division by N, down to canonical integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void LastTwoLevels(double* data, double* roots, int quarter, double scale, double scaledRoot, double p)
    {
        var prime = new PrimeLanes<TVector, TLanes>(p);
        TVector scaleLanes = TLanes.Broadcast(scale);
        TVector root1 = TLanes.Broadcast(scaledRoot);
        TVector root2 = TLanes.Broadcast(roots[2]);
        TVector root3 = TLanes.Broadcast(roots[3]);
        for (int j = 0; j < quarter; j += TLanes.Count)
        {
            double* at = data + j;
            TVector a = TLanes.Load(at);
            TVector b = TLanes.Load(at + quarter);
            TVector c = TLanes.Load(at + 2 * quarter);
            TVector d = TLanes.Load(at + 3 * quarter);
            Radix4(prime, ref a, ref b, ref c, ref d, root1, root2, root3);
            TLanes.StoreIntegers(prime.Canonical(prime.Product(a, scaleLanes)), (ulong*)at);
            TLanes.StoreIntegers(prime.Canonical(prime.Product(b, scaleLanes)), (ulong*)(at + quarter));
            TLanes.StoreIntegers(prime.Canonical(c), (ulong*)(at + 2 * quarter));
            TLanes.StoreIntegers(prime.Canonical(d), (ulong*)(at + 3 * quarter));
        }
    }

    /// <summary>The last level with the division by N, down to canonical integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void LastLevel(double* data, int half, double scale, double scaledRoot, double p)
    {
        var prime = new PrimeLanes<TVector, TLanes>(p);
        TVector scaleLanes = TLanes.Broadcast(scale);
        TVector root = TLanes.Broadcast(scaledRoot);
        for (int j = 0; j < half; j += TLanes.Count)
        {
            double* at = data + j;
            TVector x = TLanes.Load(at);
            TVector y = TLanes.Load(at + half);
            Butterfly(prime, ref x, ref y, root); // 2, 0.75
            TLanes.StoreIntegers(prime.Canonical(prime.Product(x, scaleLanes)), (ulong*)at);
            TLanes.StoreIntegers(prime.Canonical(y), (ulong*)(at + half));
        }
    }

    /// <summary>Loads canonical integers of two vectors, their lanes in the order of the level of distance 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Start(ulong* source, out TVector x, out TVector y)
    {
        x = TLanes.LoadIntegers(source);
        y = TLanes.LoadIntegers(source + TLanes.Count);
        TLanes.UndoGather(ref x, ref y);
    }

    /// <summary>One level inside four pairs of vectors; the last one, of distance Count / 2, reduces what has grown.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LevelInside(
        in PrimeLanes<TVector, TLanes> prime,
        ref TVector x0, ref TVector y0, ref TVector x1, ref TVector y1, ref TVector x2, ref TVector y2, ref TVector x3, ref TVector y3,
        double* roots, int distance)
    {
        PairInside(prime, ref x0, ref y0, roots, distance);
        PairInside(prime, ref x1, ref y1, roots + TLanes.Count / distance, distance);
        PairInside(prime, ref x2, ref y2, roots + 2 * (TLanes.Count / distance), distance);
        PairInside(prime, ref x3, ref y3, roots + 3 * (TLanes.Count / distance), distance);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PairInside(in PrimeLanes<TVector, TLanes> prime, ref TVector x, ref TVector y, double* roots, int distance)
    {
        Butterfly(prime, ref x, ref y, TLanes.LoadPeriodic(roots, TLanes.Count / distance));
        if (distance == TLanes.Count / 2)
        {
            x = prime.Reduce(x);
        }

        TLanes.UndoSpread(ref x, ref y, distance);
    }

    /// <summary>Two levels on four vectors a quarter of a block apart: from 1 to 4, 1.5, 1 and 0.69.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Radix4(
        in PrimeLanes<TVector, TLanes> prime, ref TVector a, ref TVector b, ref TVector c, ref TVector d, TVector root1, TVector root2, TVector root3)
    {
        Butterfly(prime, ref a, ref b, root2); // 2, 0.75
        Butterfly(prime, ref c, ref d, root3); // 2, 0.75
        Butterfly(prime, ref a, ref c, root1);
        Butterfly(prime, ref b, ref d, root1);
    }

    /// <summary>x + y and w (x - y) (Gentleman and Sande).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Butterfly(in PrimeLanes<TVector, TLanes> prime, ref TVector x, ref TVector y, TVector root)
    {
        TVector u = x;
        TVector v = y;
        x = TLanes.Add(u, v);
        y = prime.Product(TLanes.Subtract(u, v), root);
    }
}
