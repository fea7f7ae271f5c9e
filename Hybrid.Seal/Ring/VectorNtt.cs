using System.Numerics;
using System.Runtime.CompilerServices;

namespace Hybrid.Seal.Ring;

/// <summary>The transform on doubles, for primes below 2^50: the loops, once for every width of vector.</summary>
/// <remarks>
/// Levels go two at a time (radix 4); the levels between elements of one vector work inside registers on two vectors. Node m + i is
/// block i of the level of m blocks, with the root at that index; its halves are the nodes 2(m + i) and 2(m + i) + 1.
/// Working values are doubles in the polynomial's own memory; comments give their bounds B in units of p, and
/// <see cref="PrimeLanes{TVector, TLanes}"/> what is allowed: 4 for a factor, 8 for a sum. On the way forward radix 4 takes B to at most
/// 1.57 + 0.27 B, so that it stays below 2.2; the way back keeps it at or below 1.
/// The methods with loops skip the JIT's first tier: a transform is often wanted fast the first time.
/// </remarks>
internal sealed unsafe class VectorNtt<TVector, TLanes> : NttTransform
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    private readonly int _degree;
    private readonly double _p;
    private readonly DoubleRoots _forward;
    private readonly DoubleRoots _inverse;
    private readonly double _scale;      // 1 / N
    private readonly double _scaledRoot; // 1 / (N psi^(N/2)), the last level's inverse root with the scale

    public VectorNtt(NttTables tables)
    {
        _degree = tables.Degree;
        _p = tables.Modulus.Value;
        _forward = DoubleRoots.Forward(tables, TLanes.Count);
        _inverse = DoubleRoots.Inverse(tables, TLanes.Count);
        _scale = DoubleRoots.Balanced(tables.InverseDegree, tables.Modulus);
        _scaledRoot = -DoubleRoots.Balanced(tables.Modulus.MulMod(tables.RootPowers[1], tables.InverseDegree), tables.Modulus);
    }

    /// <summary>Elements of the blocks that the register levels take: two vectors, or four, so that an even number of levels is left.</summary>
    private int RegisterBlock
    {
        get
        {
            int levels = BitOperations.Log2((uint)(_degree / TLanes.Count));
            return (levels % 2 == 0 ? 4 : 2) * TLanes.Count;
        }
    }

    public override void Forward(Span<ulong> polynomial)
    {
        fixed (ulong* residues = polynomial)
        fixed (double* roots = _forward.Values)
        {
            var data = (double*)residues;
            ForwardFirstPass(data, roots, _degree / 4, _p);
            int blocks = 4;
            int last = _degree / RegisterBlock;
            for (; blocks < last; blocks *= 4)
            {
                ForwardPass(data, roots, blocks, _degree / blocks / 4, _p);
            }

            if (RegisterBlock == 2 * TLanes.Count)
            {
                ForwardRegisters2(data, roots, blocks, _p);
            }
            else
            {
                ForwardRegisters4(data, roots, blocks, _p);
            }
        }
    }

    public override void Inverse(Span<ulong> values)
    {
        fixed (ulong* residues = values)
        fixed (double* roots = _inverse.Values)
        {
            var data = (double*)residues;
            int blocks = _degree / RegisterBlock;
            if (RegisterBlock == 2 * TLanes.Count)
            {
                InverseRegisters2(data, roots, blocks, _p);
            }
            else
            {
                InverseRegisters4(data, roots, blocks, _p);
            }

            for (blocks /= 4; blocks > 1; blocks /= 4)
            {
                InversePass(data, roots, blocks, _degree / blocks / 4, _p);
            }

            InverseLastPass(data, roots, _degree / 4, _scale, _scaledRoot, _p);
        }
    }

    /// <summary>The first two levels, from canonical integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardFirstPass(double* data, double* roots, int quarter, double p)
    {
        var prime = new PrimeLanes<TVector, TLanes>(p);
        TVector root1 = TLanes.Broadcast(roots[1]);
        TVector root2 = TLanes.Broadcast(roots[2]);
        TVector root3 = TLanes.Broadcast(roots[3]);
        for (int j = 0; j < quarter; j += TLanes.Count)
        {
            double* at = data + j;
            TVector a = TLanes.LoadIntegers((ulong*)at);
            TVector b = TLanes.LoadIntegers((ulong*)(at + quarter));
            TVector c = TLanes.LoadIntegers((ulong*)(at + 2 * quarter));
            TVector d = TLanes.LoadIntegers((ulong*)(at + 3 * quarter));
            ForwardRadix4(prime, ref a, ref b, ref c, ref d, root1, root2, root3);
            TLanes.Store(a, at);
            TLanes.Store(b, at + quarter);
            TLanes.Store(c, at + 2 * quarter);
            TLanes.Store(d, at + 3 * quarter);
        }
    }

    /// <summary>Two levels of all blocks, of four quarters each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardPass(double* data, double* roots, int blocks, int quarter, double p)
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
                ForwardRadix4(prime, ref a, ref b, ref c, ref d, root1, root2, root3);
                TLanes.Store(a, at);
                TLanes.Store(b, at + quarter);
                TLanes.Store(c, at + 2 * quarter);
                TLanes.Store(d, at + 3 * quarter);
            }
        }
    }

    /// <summary>The last levels of blocks of two vectors: one between the vectors, the others inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardRegisters2(double* data, double* roots, int blocks, double p)
    {
        var prime = new PrimeLanes<TVector, TLanes>(p);
        for (int node = blocks; node < 2 * blocks; node++, data += 2 * TLanes.Count)
        {
            TVector x = TLanes.Load(data);
            TVector y = TLanes.Load(data + TLanes.Count);
            ForwardButterfly(prime, ref x, ref y, TLanes.Broadcast(roots[node])); // 3.0
            ForwardInside(prime, ref x, ref y, roots, 2 * node, afterRadix4: false);
            TLanes.StoreIntegers(x, (ulong*)data);
            TLanes.StoreIntegers(y, (ulong*)(data + TLanes.Count));
        }
    }

    /// <summary>The last levels of blocks of four vectors: two between the vectors, the others inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardRegisters4(double* data, double* roots, int blocks, double p)
    {
        var prime = new PrimeLanes<TVector, TLanes>(p);
        for (int node = blocks; node < 2 * blocks; node++, data += 4 * TLanes.Count)
        {
            TVector a = TLanes.Load(data);
            TVector b = TLanes.Load(data + TLanes.Count);
            TVector c = TLanes.Load(data + 2 * TLanes.Count);
            TVector d = TLanes.Load(data + 3 * TLanes.Count);
            ForwardRadix4(
                prime, ref a, ref b, ref c, ref d,
                TLanes.Broadcast(roots[node]), TLanes.Broadcast(roots[2 * node]), TLanes.Broadcast(roots[2 * node + 1]));
            ForwardInside(prime, ref a, ref b, roots, 4 * node, afterRadix4: true);
            ForwardInside(prime, ref c, ref d, roots, 4 * node + 2, afterRadix4: true);
            TLanes.StoreIntegers(a, (ulong*)data);
            TLanes.StoreIntegers(b, (ulong*)(data + TLanes.Count));
            TLanes.StoreIntegers(c, (ulong*)(data + 2 * TLanes.Count));
            TLanes.StoreIntegers(d, (ulong*)(data + 3 * TLanes.Count));
        }
    }

    /// <summary>The levels inside two neighbouring vectors, blocks <paramref name="node"/> and the next, down to canonical doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardInside(
        in PrimeLanes<TVector, TLanes> prime, ref TVector x, ref TVector y, double* roots, int node, bool afterRadix4)
    {
        // From 2.2 after radix 4: 3.0, 3.9, and with a third level 4.9. From 3.0 after one level: 3.9, and with two more 1.5 (reduced), 2.2.
        if (TLanes.Count == 8)
        {
            TLanes.Spread(ref x, ref y, 4);
            ForwardButterfly(prime, ref x, ref y, TLanes.LoadPeriodic(roots + node, 2));
            TLanes.Spread(ref x, ref y, 2);
            if (!afterRadix4)
            {
                x = prime.Reduce(x);
            }

            ForwardButterfly(prime, ref x, ref y, TLanes.LoadPeriodic(roots + 2L * node, 4));
            TLanes.Spread(ref x, ref y, 1);
            ForwardButterfly(prime, ref x, ref y, TLanes.LoadPeriodic(roots + 4L * node, 8));
        }
        else
        {
            TLanes.Spread(ref x, ref y, 2);
            ForwardButterfly(prime, ref x, ref y, TLanes.LoadPeriodic(roots + node, 2));
            TLanes.Spread(ref x, ref y, 1);
            ForwardButterfly(prime, ref x, ref y, TLanes.LoadPeriodic(roots + 2L * node, 4));
        }

        TLanes.Gather(ref x, ref y);
        x = prime.Canonical(prime.Reduce(x));
        y = prime.Canonical(prime.Reduce(y));
    }

    /// <summary>Two levels on four vectors a quarter of a block apart: B to 1.57 + 0.27 B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardRadix4(
        in PrimeLanes<TVector, TLanes> prime, ref TVector a, ref TVector b, ref TVector c, ref TVector d, TVector root1, TVector root2, TVector root3)
    {
        a = prime.Reduce(a);                             // 1/2
        ForwardButterfly(prime, ref a, ref c, root1);    // 1 + B/8
        ForwardButterfly(prime, ref b, ref d, root1);    // 1/2 + 9/8 B, at most 3.0
        ForwardButterfly(prime, ref a, ref b, root2);
        ForwardButterfly(prime, ref c, ref d, root3);
    }

    /// <summary>x + w y and x - w y (Cooley and Tukey).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardButterfly(in PrimeLanes<TVector, TLanes> prime, ref TVector x, ref TVector y, TVector root)
    {
        TVector u = x;
        TVector v = prime.Product(y, root);
        x = TLanes.Add(u, v);
        y = TLanes.Subtract(u, v);
    }

    /// <summary>The first levels of blocks of two vectors, from canonical integers: those inside, then the one between.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InverseRegisters2(double* data, double* roots, int blocks, double p)
    {
        var prime = new PrimeLanes<TVector, TLanes>(p);
        for (int node = blocks; node < 2 * blocks; node++, data += 2 * TLanes.Count)
        {
            TVector x = TLanes.LoadIntegers((ulong*)data);
            TVector y = TLanes.LoadIntegers((ulong*)(data + TLanes.Count));
            InverseInside(prime, ref x, ref y, roots, 2 * node, beforeRadix4: false); // 1.5
            InverseButterfly(prime, ref x, ref y, TLanes.Broadcast(roots[node]));     // 3, 0.88
            TLanes.Store(prime.Reduce(x), data);
            TLanes.Store(y, data + TLanes.Count);
        }
    }

    /// <summary>The first levels of blocks of four vectors, from canonical integers: those inside, then the two between.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InverseRegisters4(double* data, double* roots, int blocks, double p)
    {
        var prime = new PrimeLanes<TVector, TLanes>(p);
        for (int node = blocks; node < 2 * blocks; node++, data += 4 * TLanes.Count)
        {
            TVector a = TLanes.LoadIntegers((ulong*)data);
            TVector b = TLanes.LoadIntegers((ulong*)(data + TLanes.Count));
            TVector c = TLanes.LoadIntegers((ulong*)(data + 2 * TLanes.Count));
            TVector d = TLanes.LoadIntegers((ulong*)(data + 3 * TLanes.Count));
            InverseInside(prime, ref a, ref b, roots, 4 * node, beforeRadix4: true); // 0.75
            InverseInside(prime, ref c, ref d, roots, 4 * node + 2, beforeRadix4: true);
            InverseRadix4(
                prime, ref a, ref b, ref c, ref d,
                TLanes.Broadcast(roots[node]), TLanes.Broadcast(roots[2 * node]), TLanes.Broadcast(roots[2 * node + 1]));
            TLanes.Store(a, data);
            TLanes.Store(b, data + TLanes.Count);
            TLanes.Store(c, data + 2 * TLanes.Count);
            TLanes.Store(d, data + 3 * TLanes.Count);
        }
    }

    /// <summary>Two levels of all blocks, of four quarters each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InversePass(double* data, double* roots, int blocks, int quarter, double p)
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
                InverseRadix4(prime, ref a, ref b, ref c, ref d, root1, root2, root3);
                TLanes.Store(a, at);
                TLanes.Store(b, at + quarter);
                TLanes.Store(c, at + 2 * quarter);
                TLanes.Store(d, at + 3 * quarter);
            }
        }
    }

    /// <summary>The last two levels with the division by N, down to canonical integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InverseLastPass(double* data, double* roots, int quarter, double scale, double scaledRoot, double p)
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
            InverseButterfly(prime, ref a, ref b, root2);
            InverseButterfly(prime, ref c, ref d, root3);
            InverseButterfly(prime, ref a, ref c, root1); // 4, 1
            InverseButterfly(prime, ref b, ref d, root1);
            TLanes.StoreIntegers(prime.Canonical(prime.Product(a, scaleLanes)), (ulong*)at);
            TLanes.StoreIntegers(prime.Canonical(prime.Product(b, scaleLanes)), (ulong*)(at + quarter));
            TLanes.StoreIntegers(prime.Canonical(c), (ulong*)(at + 2 * quarter));
            TLanes.StoreIntegers(prime.Canonical(d), (ulong*)(at + 3 * quarter));
        }
    }

    /// <summary>The levels inside two neighbouring vectors, blocks <paramref name="node"/> and the next, from canonical doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InverseInside(
        in PrimeLanes<TVector, TLanes> prime, ref TVector x, ref TVector y, double* roots, int node, bool beforeRadix4)
    {
        // [0, 1) to 2; then 1/2 (reduced) and 0.75; then, with a third level, 1.5 or 1/2 (reduced) and 0.69.
        TLanes.UndoGather(ref x, ref y);
        if (TLanes.Count == 8)
        {
            InverseButterfly(prime, ref x, ref y, TLanes.LoadPeriodic(roots + 4L * node, 8));
            TLanes.UndoSpread(ref x, ref y, 1);
            InverseButterfly(prime, ref x, ref y, TLanes.LoadPeriodic(roots + 2L * node, 4));
            x = prime.Reduce(x);
            TLanes.UndoSpread(ref x, ref y, 2);
            InverseButterfly(prime, ref x, ref y, TLanes.LoadPeriodic(roots + node, 2));
            if (beforeRadix4)
            {
                x = prime.Reduce(x);
            }

            TLanes.UndoSpread(ref x, ref y, 4);
        }
        else
        {
            InverseButterfly(prime, ref x, ref y, TLanes.LoadPeriodic(roots + 2L * node, 4));
            TLanes.UndoSpread(ref x, ref y, 1);
            InverseButterfly(prime, ref x, ref y, TLanes.LoadPeriodic(roots + node, 2));
            x = prime.Reduce(x);
            TLanes.UndoSpread(ref x, ref y, 2);
        }
    }

    /// <summary>Two levels on four vectors a quarter of a block apart: keeps B at or below 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InverseRadix4(
        in PrimeLanes<TVector, TLanes> prime, ref TVector a, ref TVector b, ref TVector c, ref TVector d, TVector root1, TVector root2, TVector root3)
    {
        InverseButterfly(prime, ref a, ref b, root2); // 2, 0.75
        InverseButterfly(prime, ref c, ref d, root3); // 2, 0.75
        InverseButterfly(prime, ref a, ref c, root1); // 4, 1
        InverseButterfly(prime, ref b, ref d, root1); // 1.5, 0.69
        a = prime.Reduce(a);
        b = prime.Reduce(b);
    }

    /// <summary>x + y and w (x - y) (Gentleman and Sande).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InverseButterfly(in PrimeLanes<TVector, TLanes> prime, ref TVector x, ref TVector y, TVector root)
    {
        TVector u = x;
        TVector v = y;
        x = TLanes.Add(u, v);
        y = prime.Product(TLanes.Subtract(u, v), root);
    }
}
