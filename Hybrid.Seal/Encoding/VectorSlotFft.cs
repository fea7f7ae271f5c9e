using System.Numerics;
using System.Runtime.CompilerServices;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Encoding;

/// <summary>The transform between slots and coefficients: the loops, once for every width of vector.</summary>
/// <remarks>
/// Levels go two at a time (radix 4) but each butterfly is the same few fused operations however the levels are grouped, so that every
/// width gives the same bits; the levels between elements of one vector work inside registers on two vectors. Block b of the level of m
/// blocks is node m + b, with the root at that index (<see cref="SlotRoots"/>); its halves are the nodes 2(m + b) and 2(m + b) + 1.
/// The methods with loops skip the JIT's first tier: a transform is often wanted fast the first time.
/// </remarks>
internal sealed unsafe class VectorSlotFft<TVector, TLanes> : SlotFft
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    private readonly int _slots;
    private readonly int _registerBlock;
    private readonly SlotRoots _roots;

    /// <summary>Prepares the transform of n slots, a power of two of at least two vectors.</summary>
    public VectorSlotFft(int slots)
    {
        _slots = slots;
        _roots = new SlotRoots(slots, TLanes.Count);

        // The blocks that the register levels take: two vectors, or four, so that an even number of levels is left.
        int levels = BitOperations.Log2((uint)(slots / TLanes.Count));
        _registerBlock = (levels % 2 == 0 ? 4 : 2) * TLanes.Count;
    }

    public override void Forward(double* coefficients, double* values, double scale)
    {
        fixed (double* roots = _roots.Values)
        {
            double* source = coefficients;
            int blocks = 1;
            for (; blocks < _slots / _registerBlock; blocks *= 4)
            {
                ForwardPass(source, values, _slots, roots, blocks);
                source = values;
            }

            if (_registerBlock == 2 * TLanes.Count)
            {
                ForwardRegisters2(source, values, _slots, roots, blocks, scale);
            }
            else
            {
                ForwardRegisters4(source, values, _slots, roots, blocks, scale);
            }
        }
    }

    public override void Inverse(double* real, double* imaginary, int* slots, double* coefficients, double scale)
    {
        fixed (double* roots = _roots.Values)
        {
            int blocks = _slots / _registerBlock;
            if (_registerBlock == 2 * TLanes.Count)
            {
                InverseRegisters2(real, imaginary, slots, coefficients, _slots, roots, blocks, scale);
            }
            else
            {
                InverseRegisters4(real, imaginary, slots, coefficients, _slots, roots, blocks, scale);
            }

            for (blocks /= 4; blocks > 0; blocks /= 4)
            {
                InversePass(coefficients, _slots, roots, blocks);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Collect(double* source, int* positions, double* destination, int count)
    {
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(TLanes.LoadIndexed(source, positions + i), destination + i);
        }

        for (; i < count; i++)
        {
            destination[i] = source[positions[i]];
        }
    }

    /// <summary>Two levels of all blocks, of four quarters each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardPass(double* source, double* destination, int slots, double* roots, int blocks)
    {
        int quarter = slots / blocks / 4;
        for (int node = blocks; node < 2 * blocks; node++, source += 4 * quarter, destination += 4 * quarter)
        {
            ComplexLanes<TVector, TLanes> root1 = RootAt(roots, slots, node);
            ComplexLanes<TVector, TLanes> root2 = RootAt(roots, slots, 2 * node);
            for (int j = 0; j < quarter; j += TLanes.Count)
            {
                var a = ComplexLanes<TVector, TLanes>.Load(source + j, slots);
                var b = ComplexLanes<TVector, TLanes>.Load(source + j + quarter, slots);
                var c = ComplexLanes<TVector, TLanes>.Load(source + j + 2 * quarter, slots);
                var d = ComplexLanes<TVector, TLanes>.Load(source + j + 3 * quarter, slots);
                ForwardRadix4(ref a, ref b, ref c, ref d, root1, root2);
                a.Store(destination + j, slots);
                b.Store(destination + j + quarter, slots);
                c.Store(destination + j + 2 * quarter, slots);
                d.Store(destination + j + 3 * quarter, slots);
            }
        }
    }

    /// <summary>The last levels of blocks of two vectors: one between the vectors, the others inside; then the scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardRegisters2(double* source, double* destination, int slots, double* roots, int blocks, double scale)
    {
        for (int node = blocks, at = 0; node < 2 * blocks; node++, at += 2 * TLanes.Count)
        {
            var x = ComplexLanes<TVector, TLanes>.Load(source + at, slots);
            var y = ComplexLanes<TVector, TLanes>.Load(source + at + TLanes.Count, slots);
            ComplexLanes<TVector, TLanes>.Forward(ref x, ref y, RootAt(roots, slots, node));
            ForwardInside(ref x, ref y, roots, slots, 2 * node);
            x.Times(scale, Conjugated(at, slots, scale)).Store(destination + at, slots);
            y.Times(scale, Conjugated(at + TLanes.Count, slots, scale)).Store(destination + at + TLanes.Count, slots);
        }
    }

    /// <summary>The last levels of blocks of four vectors: two between the vectors, the others inside; then the scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardRegisters4(double* source, double* destination, int slots, double* roots, int blocks, double scale)
    {
        for (int node = blocks, at = 0; node < 2 * blocks; node++, at += 4 * TLanes.Count)
        {
            var a = ComplexLanes<TVector, TLanes>.Load(source + at, slots);
            var b = ComplexLanes<TVector, TLanes>.Load(source + at + TLanes.Count, slots);
            var c = ComplexLanes<TVector, TLanes>.Load(source + at + 2 * TLanes.Count, slots);
            var d = ComplexLanes<TVector, TLanes>.Load(source + at + 3 * TLanes.Count, slots);
            ForwardRadix4(ref a, ref b, ref c, ref d, RootAt(roots, slots, node), RootAt(roots, slots, 2 * node));
            ForwardInside(ref a, ref b, roots, slots, 4 * node);
            ForwardInside(ref c, ref d, roots, slots, 4 * node + 2);
            double lower = Conjugated(at, slots, scale);
            double upper = Conjugated(at + 2 * TLanes.Count, slots, scale);
            a.Times(scale, lower).Store(destination + at, slots);
            b.Times(scale, lower).Store(destination + at + TLanes.Count, slots);
            c.Times(scale, upper).Store(destination + at + 2 * TLanes.Count, slots);
            d.Times(scale, upper).Store(destination + at + 3 * TLanes.Count, slots);
        }
    }

    /// <summary>The levels inside two neighbouring vectors, blocks <paramref name="node"/> and the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardInside(
        ref ComplexLanes<TVector, TLanes> x, ref ComplexLanes<TVector, TLanes> y, double* roots, int slots, int node)
    {
        // Distances Count / 2 … 1 have 2 … Count roots for the two vectors. Written out, for the JIT to see the distances.
        if (TLanes.Count == 8)
        {
            ForwardLevel(ref x, ref y, roots + node, slots, 4);
            ForwardLevel(ref x, ref y, roots + 2L * node, slots, 2);
            ForwardLevel(ref x, ref y, roots + 4L * node, slots, 1);
            ComplexLanes<TVector, TLanes>.Gather(ref x, ref y);
        }
        else if (TLanes.Count == 4)
        {
            ForwardLevel(ref x, ref y, roots + node, slots, 2);
            ForwardLevel(ref x, ref y, roots + 2L * node, slots, 1);
            ComplexLanes<TVector, TLanes>.Gather(ref x, ref y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardLevel(
        ref ComplexLanes<TVector, TLanes> x, ref ComplexLanes<TVector, TLanes> y, double* roots, int slots, int distance)
    {
        ComplexLanes<TVector, TLanes>.Spread(ref x, ref y, distance);
        ComplexLanes<TVector, TLanes>.Forward(
            ref x, ref y, ComplexLanes<TVector, TLanes>.LoadPeriodic(roots, slots, TLanes.Count / distance));
    }

    /// <summary>Two levels on four vectors a quarter of a block apart; the third root is i times the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardRadix4(
        ref ComplexLanes<TVector, TLanes> a, ref ComplexLanes<TVector, TLanes> b, ref ComplexLanes<TVector, TLanes> c,
        ref ComplexLanes<TVector, TLanes> d, in ComplexLanes<TVector, TLanes> root1, in ComplexLanes<TVector, TLanes> root2)
    {
        ComplexLanes<TVector, TLanes>.Forward(ref a, ref c, root1);
        ComplexLanes<TVector, TLanes>.Forward(ref b, ref d, root1);
        ComplexLanes<TVector, TLanes>.Forward(ref a, ref b, root2);
        ComplexLanes<TVector, TLanes>.ForwardTurned(ref c, ref d, root2);
    }

    /// <summary>The first levels of blocks of two vectors, with the scale: those inside, then the one between.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InverseRegisters2(
        double* real, double* imaginary, int* indices, double* destination, int slots, double* roots, int blocks, double scale)
    {
        for (int node = blocks, at = 0; node < 2 * blocks; node++, at += 2 * TLanes.Count)
        {
            ComplexLanes<TVector, TLanes> x = Slots(real, imaginary, indices + at, scale, Conjugated(at, slots, scale));
            ComplexLanes<TVector, TLanes> y = Slots(
                real, imaginary, indices + at + TLanes.Count, scale, Conjugated(at + TLanes.Count, slots, scale));
            InverseInside(ref x, ref y, roots, slots, 2 * node);
            ComplexLanes<TVector, TLanes>.Inverse(ref x, ref y, RootAt(roots, slots, node));
            x.Store(destination + at, slots);
            y.Store(destination + at + TLanes.Count, slots);
        }
    }

    /// <summary>The first levels of blocks of four vectors, with the scale: those inside, then the two between.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InverseRegisters4(
        double* real, double* imaginary, int* indices, double* destination, int slots, double* roots, int blocks, double scale)
    {
        for (int node = blocks, at = 0; node < 2 * blocks; node++, at += 4 * TLanes.Count)
        {
            double lower = Conjugated(at, slots, scale);
            double upper = Conjugated(at + 2 * TLanes.Count, slots, scale);
            ComplexLanes<TVector, TLanes> a = Slots(real, imaginary, indices + at, scale, lower);
            ComplexLanes<TVector, TLanes> b = Slots(real, imaginary, indices + at + TLanes.Count, scale, lower);
            InverseInside(ref a, ref b, roots, slots, 4 * node);
            ComplexLanes<TVector, TLanes> c = Slots(real, imaginary, indices + at + 2 * TLanes.Count, scale, upper);
            ComplexLanes<TVector, TLanes> d = Slots(real, imaginary, indices + at + 3 * TLanes.Count, scale, upper);
            InverseInside(ref c, ref d, roots, slots, 4 * node + 2);
            InverseRadix4(ref a, ref b, ref c, ref d, RootAt(roots, slots, node), RootAt(roots, slots, 2 * node));
            a.Store(destination + at, slots);
            b.Store(destination + at + TLanes.Count, slots);
            c.Store(destination + at + 2 * TLanes.Count, slots);
            d.Store(destination + at + 3 * TLanes.Count, slots);
        }
    }

    /// <summary>Two levels of all blocks, of four quarters each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InversePass(double* data, int slots, double* roots, int blocks)
    {
        int quarter = slots / blocks / 4;
        for (int node = blocks; node < 2 * blocks; node++, data += 4 * quarter)
        {
            ComplexLanes<TVector, TLanes> root1 = RootAt(roots, slots, node);
            ComplexLanes<TVector, TLanes> root2 = RootAt(roots, slots, 2 * node);
            for (int j = 0; j < quarter; j += TLanes.Count)
            {
                var a = ComplexLanes<TVector, TLanes>.Load(data + j, slots);
                var b = ComplexLanes<TVector, TLanes>.Load(data + j + quarter, slots);
                var c = ComplexLanes<TVector, TLanes>.Load(data + j + 2 * quarter, slots);
                var d = ComplexLanes<TVector, TLanes>.Load(data + j + 3 * quarter, slots);
                InverseRadix4(ref a, ref b, ref c, ref d, root1, root2);
                a.Store(data + j, slots);
                b.Store(data + j + quarter, slots);
                c.Store(data + j + 2 * quarter, slots);
                d.Store(data + j + 3 * quarter, slots);
            }
        }
    }

    /// <summary>The levels inside two neighbouring vectors, blocks <paramref name="node"/> and the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InverseInside(
        ref ComplexLanes<TVector, TLanes> x, ref ComplexLanes<TVector, TLanes> y, double* roots, int slots, int node)
    {
        if (TLanes.Count == 8)
        {
            ComplexLanes<TVector, TLanes>.UndoGather(ref x, ref y);
            InverseLevel(ref x, ref y, roots + 4L * node, slots, 1);
            InverseLevel(ref x, ref y, roots + 2L * node, slots, 2);
            InverseLevel(ref x, ref y, roots + node, slots, 4);
        }
        else if (TLanes.Count == 4)
        {
            ComplexLanes<TVector, TLanes>.UndoGather(ref x, ref y);
            InverseLevel(ref x, ref y, roots + 2L * node, slots, 1);
            InverseLevel(ref x, ref y, roots + node, slots, 2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InverseLevel(
        ref ComplexLanes<TVector, TLanes> x, ref ComplexLanes<TVector, TLanes> y, double* roots, int slots, int distance)
    {
        ComplexLanes<TVector, TLanes>.Inverse(
            ref x, ref y, ComplexLanes<TVector, TLanes>.LoadPeriodic(roots, slots, TLanes.Count / distance));
        ComplexLanes<TVector, TLanes>.UndoSpread(ref x, ref y, distance);
    }

    /// <summary>Two levels on four vectors a quarter of a block apart; the third root is i times the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InverseRadix4(
        ref ComplexLanes<TVector, TLanes> a, ref ComplexLanes<TVector, TLanes> b, ref ComplexLanes<TVector, TLanes> c,
        ref ComplexLanes<TVector, TLanes> d, in ComplexLanes<TVector, TLanes> root1, in ComplexLanes<TVector, TLanes> root2)
    {
        ComplexLanes<TVector, TLanes>.Inverse(ref a, ref b, root2);
        ComplexLanes<TVector, TLanes>.InverseTurned(ref c, ref d, root2);
        ComplexLanes<TVector, TLanes>.Inverse(ref a, ref c, root1);
        ComplexLanes<TVector, TLanes>.Inverse(ref b, ref d, root1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ComplexLanes<TVector, TLanes> Slots(double* real, double* imaginary, int* indices, double scale, double imaginaryScale)
    {
        TVector parts = imaginary == null ? TLanes.Broadcast(0) : TLanes.LoadIndexed(imaginary, indices);
        return new ComplexLanes<TVector, TLanes>(TLanes.LoadIndexed(real, indices), parts).Times(scale, imaginaryScale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ComplexLanes<TVector, TLanes> RootAt(double* roots, int slots, int node) =>
        new(TLanes.Broadcast(roots[node]), TLanes.Broadcast(roots[slots + node]));

    /// <summary>The factor of the imaginary parts at a position: of the other sign in the upper half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Conjugated(int position, int slots, double scale) => position < slots / 2 ? scale : -scale;
}
