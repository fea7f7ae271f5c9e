using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Evaluation;

/// <summary>The kernel on doubles, for primes below 2^50: the loop, once for every width of vector.</summary>
/// <remarks>
/// Bounds are in units of p, as in <see cref="PrimeLanes{TVector, TLanes}"/>: a product of two canonical residues is within 3/4, eight of
/// them and an addend within 7; reduced to 1/2 and times a canonical factor, within 5/8; added to a canonical sum, within 2.
/// </remarks>
internal sealed unsafe class VectorRotationKernel<TVector, TLanes>(Modulus modulus) : RotationKernel
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    private const int BlockSize = AutomorphismScatter.BlockSize;
    private const int TermsBetweenReductions = 8;

    private readonly double _p = modulus.Value;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Accumulate(
        ReadOnlySpan<nint> left, ReadOnlySpan<nint> right0, ReadOnlySpan<nint> right1, ulong* addend, ulong* factor,
        AutomorphismScatter map, ulong* sum0, ulong* sum1, bool isFirst)
    {
        var prime = new PrimeLanes<TVector, TLanes>(_p);
        double* moved0 = stackalloc double[BlockSize];
        double* moved1 = stackalloc double[BlockSize];
        ReadOnlySpan<int> blocks = map.Blocks;
        fixed (ulong* orders = map.Orders)
        fixed (int* places = map.Places)
        {
            for (int block = 0; block < blocks.Length; block++)
            {
                int to = blocks[block] & -BlockSize;
                int order = (blocks[block] & (BlockSize - 1)) * BlockSize;
                if (TLanes.Count == BlockSize)
                {
                    Block(prime, left, right0, right1, addend, factor, block * BlockSize, out TVector x0, out TVector x1);
                    Add(prime, Permute(x0, orders + order), sum0 + to, isFirst);
                    Add(prime, Permute(x1, orders + order), sum1 + to, isFirst);
                    continue;
                }

                for (int lane = 0; lane < BlockSize; lane += TLanes.Count)
                {
                    Block(prime, left, right0, right1, addend, factor, (block * BlockSize) + lane, out TVector x0, out TVector x1);
                    TLanes.Store(x0, moved0 + lane);
                    TLanes.Store(x1, moved1 + lane);
                }

                for (int lane = 0; lane < BlockSize; lane += TLanes.Count)
                {
                    Add(prime, TLanes.LoadIndexed(moved0, places + order + lane), sum0 + to + lane, isFirst);
                    Add(prime, TLanes.LoadIndexed(moved1, places + order + lane), sum1 + to + lane, isFirst);
                }
            }
        }
    }

    /// <summary>One vector of what is to be moved, within 5/8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(
        in PrimeLanes<TVector, TLanes> prime, ReadOnlySpan<nint> left, ReadOnlySpan<nint> right0, ReadOnlySpan<nint> right1,
        ulong* addend, ulong* factor, int i, out TVector x0, out TVector x1)
    {
        TVector y0 = addend == null ? TLanes.Broadcast(0) : TLanes.LoadIntegers(addend + i);
        TVector y1 = TLanes.Broadcast(0);
        for (int digit = 0; digit < left.Length; digit++)
        {
            TVector value = TLanes.LoadIntegers((ulong*)left[digit] + i);
            y0 = TLanes.Add(y0, prime.Product(value, TLanes.LoadIntegers((ulong*)right0[digit] + i)));
            y1 = TLanes.Add(y1, prime.Product(value, TLanes.LoadIntegers((ulong*)right1[digit] + i)));
            if (digit % TermsBetweenReductions == TermsBetweenReductions - 1)
            {
                y0 = prime.Reduce(y0);
                y1 = prime.Reduce(y1);
            }
        }

        x0 = prime.Reduce(y0);
        x1 = prime.Reduce(y1);
        if (factor != null)
        {
            TVector by = TLanes.LoadIntegers(factor + i);
            x0 = prime.Product(by, x0);
            x1 = prime.Product(by, x1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(in PrimeLanes<TVector, TLanes> prime, TVector x, ulong* sum, bool isFirst)
    {
        if (!isFirst)
        {
            x = prime.Reduce(TLanes.Add(TLanes.LoadIntegers(sum), x));
        }

        TLanes.StoreIntegers(prime.Canonical(x), sum);
    }

    // Only vectors of eight come here.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Permute(TVector x, ulong* order) => Unsafe.BitCast<Vector512<double>, TVector>(
        Avx512F.PermuteVar8x64(Unsafe.BitCast<TVector, Vector512<double>>(x), Vector512.Load((long*)order)));
}
