using System.Runtime.CompilerServices;

namespace Hybrid.Seal.Ring;

/// <summary>The element by element kernels on doubles, for primes below 2^50: the loops, once for every width of vector.</summary>
/// <remarks>
/// Comments give bounds in units of p, as in <see cref="PrimeLanes{TVector, TLanes}"/>. A product of two canonical residues is one with
/// B = 2, for its factors are up to 1 where 1 and 1/2 are usual: within 3/4.
/// </remarks>
internal sealed unsafe class VectorResidues<TVector, TLanes>(Modulus modulus) : ResidueKernels
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    // Terms of 3/4 that add up to less than 8.
    private const int TermsBetweenReductions = 8;

    private readonly double _p = modulus.Value;
    private readonly PortableResidues _portable = new(modulus);

    // What is done to two residues, or to a residue and a constant; the result is canonical.
    private interface IOperator
    {
        static abstract TVector Apply(in PrimeLanes<TVector, TLanes> prime, TVector x, TVector y);
    }

    public override void Add(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination) => Map<Sum>(a, b, destination);

    public override void Subtract(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination) => Map<Difference>(a, b, destination);

    public override void Negate(ReadOnlySpan<ulong> a, Span<ulong> destination) => Map<ReverseDifference>(a, 0, destination);

    public override void AddScalar(ReadOnlySpan<ulong> a, ulong w, Span<ulong> destination) => Map<Sum>(a, w, destination);

    public override void MultiplyScalar(ReadOnlySpan<ulong> a, ulong w, Span<ulong> destination) => Map<Product>(a, w, destination);

    public override void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination) => Map<Product>(a, b, destination);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplyAddScalar(ReadOnlySpan<ulong> a, ulong w, Span<ulong> sum)
    {
        var prime = new PrimeLanes<TVector, TLanes>(_p);
        TVector factor = TLanes.Broadcast(w);
        fixed (ulong* left = a, to = sum)
        {
            for (int i = 0; i < sum.Length; i += TLanes.Count)
            {
                TVector x = TLanes.Add(TLanes.LoadIntegers(to + i), prime.Product(TLanes.LoadIntegers(left + i), factor));
                TLanes.StoreIntegers(prime.Canonical(prime.Reduce(x)), to + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplyAdd(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ReadOnlySpan<ulong> addend, Span<ulong> destination)
    {
        var prime = new PrimeLanes<TVector, TLanes>(_p);
        fixed (ulong* left = a, right = b, more = addend, to = destination)
        {
            for (int i = 0; i < destination.Length; i += TLanes.Count)
            {
                TVector x = prime.Product(TLanes.LoadIntegers(left + i), TLanes.LoadIntegers(right + i));
                x = TLanes.Add(x, TLanes.LoadIntegers(more + i)); // 1.75
                TLanes.StoreIntegers(prime.Canonical(prime.Reduce(x)), to + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TensorProduct(
        ReadOnlySpan<ulong> a0, ReadOnlySpan<ulong> a1, ReadOnlySpan<ulong> b0, ReadOnlySpan<ulong> b1,
        Span<ulong> d0, Span<ulong> d1, Span<ulong> d2)
    {
        var prime = new PrimeLanes<TVector, TLanes>(_p);
        fixed (ulong* left0 = a0, left1 = a1, right0 = b0, right1 = b1, to0 = d0, to1 = d1, to2 = d2)
        {
            for (int i = 0; i < d0.Length; i += TLanes.Count)
            {
                TVector x0 = TLanes.LoadIntegers(left0 + i);
                TVector x1 = TLanes.LoadIntegers(left1 + i);
                TVector y0 = TLanes.LoadIntegers(right0 + i);
                TVector y1 = TLanes.LoadIntegers(right1 + i);
                TLanes.StoreIntegers(prime.Canonical(prime.Product(x0, y0)), to0 + i);
                TLanes.StoreIntegers(prime.Canonical(prime.Product(x1, y1)), to2 + i);
                TVector cross = TLanes.Add(prime.Product(x0, y1), prime.Product(x1, y0)); // 1.5
                TLanes.StoreIntegers(prime.Canonical(prime.Reduce(cross)), to1 + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SumOfProducts(ReadOnlySpan<nint> left, ReadOnlySpan<nint> right, Span<ulong> destination)
    {
        var prime = new PrimeLanes<TVector, TLanes>(_p);
        fixed (ulong* to = destination)
        {
            for (int i = 0; i < destination.Length; i += TLanes.Count)
            {
                TVector sum = TLanes.Broadcast(0);
                for (int term = 0; term < left.Length; term++)
                {
                    sum = TLanes.Add(sum, prime.Product(TLanes.LoadIntegers((ulong*)left[term] + i), TLanes.LoadIntegers((ulong*)right[term] + i)));
                    if (term % TermsBetweenReductions == TermsBetweenReductions - 1)
                    {
                        sum = prime.Reduce(sum); // at most 6 and a half
                    }
                }

                TLanes.StoreIntegers(prime.Canonical(prime.Reduce(sum)), to + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TwoSumsOfProducts(ReadOnlySpan<nint> left, ReadOnlySpan<nint> right, Span<ulong> first, Span<ulong> second)
    {
        var prime = new PrimeLanes<TVector, TLanes>(_p);
        fixed (nint* factors = left, firstFactors = right, secondFactors = right[left.Length..])
        fixed (ulong* to1 = first, to2 = second)
        {
            for (int i = 0; i < first.Length; i += TLanes.Count)
            {
                TVector sum1 = TLanes.Broadcast(0);
                TVector sum2 = TLanes.Broadcast(0);
                for (int term = 0; term < left.Length; term++)
                {
                    TVector x = TLanes.LoadIntegers((ulong*)factors[term] + i);
                    sum1 = TLanes.Add(sum1, prime.Product(x, TLanes.LoadIntegers((ulong*)firstFactors[term] + i)));
                    sum2 = TLanes.Add(sum2, prime.Product(x, TLanes.LoadIntegers((ulong*)secondFactors[term] + i)));
                    if (term % TermsBetweenReductions == TermsBetweenReductions - 1)
                    {
                        sum1 = prime.Reduce(sum1); // at most 6 and a half
                        sum2 = prime.Reduce(sum2);
                    }
                }

                TLanes.StoreIntegers(prime.Canonical(prime.Reduce(sum1)), to1 + i);
                TLanes.StoreIntegers(prime.Canonical(prime.Reduce(sum2)), to2 + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TwoSumsOfInterleaved(ReadOnlySpan<ulong> left, ReadOnlySpan<nint> right, Span<ulong> first, Span<ulong> second, bool adds)
    {
        var prime = new PrimeLanes<TVector, TLanes>(_p);
        int terms = right.Length / 2;
        fixed (nint* firstFactors = right, secondFactors = right[terms..])
        fixed (ulong* factors = left, to1 = first, to2 = second)
        {
            for (int i = 0; i < first.Length; i += TLanes.Count)
            {
                ulong* at = factors + (i / InterleavedRun * InterleavedRun * terms) + (i % InterleavedRun);
                TVector sum1 = adds ? TLanes.LoadIntegers(to1 + i) : TLanes.Broadcast(0); // with eight terms at most 7
                TVector sum2 = adds ? TLanes.LoadIntegers(to2 + i) : TLanes.Broadcast(0);
                for (int term = 0; term < terms;)
                {
                    for (int end = Math.Min(terms, term + TermsBetweenReductions); term < end; term++, at += InterleavedRun)
                    {
                        TVector x = TLanes.LoadIntegers(at);
                        sum1 = TLanes.Add(sum1, prime.Product(x, TLanes.LoadIntegers((ulong*)firstFactors[term] + i)));
                        sum2 = TLanes.Add(sum2, prime.Product(x, TLanes.LoadIntegers((ulong*)secondFactors[term] + i)));
                    }

                    sum1 = prime.Reduce(sum1); // at most 6 and a half
                    sum2 = prime.Reduce(sum2);
                }

                TLanes.StoreIntegers(prime.Canonical(sum1), to1 + i);
                TLanes.StoreIntegers(prime.Canonical(sum2), to2 + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void WeightedSum(ReadOnlySpan<nint> terms, ReadOnlySpan<ulong> weights, Span<ulong> destination)
    {
        var prime = new PrimeLanes<TVector, TLanes>(_p);
        fixed (ulong* to = destination)
        {
            for (int i = 0; i < destination.Length; i += TLanes.Count)
            {
                TVector sum = TLanes.Broadcast(0);
                for (int term = 0; term < terms.Length; term++)
                {
                    sum = TLanes.Add(sum, prime.Product(TLanes.LoadIntegers((ulong*)terms[term] + i), TLanes.Broadcast(weights[term])));
                    if (term % TermsBetweenReductions == TermsBetweenReductions - 1)
                    {
                        sum = prime.Reduce(sum);
                    }
                }

                TLanes.StoreIntegers(prime.Canonical(prime.Reduce(sum)), to + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SubtractScale(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ulong w, Span<ulong> destination)
    {
        var prime = new PrimeLanes<TVector, TLanes>(_p);
        TVector factor = TLanes.Broadcast(w);
        fixed (ulong* left = a, right = b, to = destination)
        {
            for (int i = 0; i < destination.Length; i += TLanes.Count)
            {
                TVector difference = TLanes.Subtract(TLanes.LoadIntegers(left + i), TLanes.LoadIntegers(right + i));
                TLanes.StoreIntegers(prime.Canonical(prime.Product(difference, factor)), to + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SubtractScaleAdd(
        ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ulong w, ReadOnlySpan<ulong> addend, Span<ulong> destination)
    {
        var prime = new PrimeLanes<TVector, TLanes>(_p);
        TVector factor = TLanes.Broadcast(w);
        fixed (ulong* left = a, right = b, more = addend, to = destination)
        {
            for (int i = 0; i < destination.Length; i += TLanes.Count)
            {
                TVector difference = TLanes.Subtract(TLanes.LoadIntegers(left + i), TLanes.LoadIntegers(right + i));
                TVector x = TLanes.Add(prime.Product(difference, factor), TLanes.LoadIntegers(more + i)); // 1.75
                TLanes.StoreIntegers(prime.Canonical(prime.Reduce(x)), to + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Rebase(ReadOnlySpan<ulong> source, Modulus from, Span<ulong> destination)
    {
        if (from.BitCount > NttKernelChoice.MaximumVectorBits)
        {
            _portable.Rebase(source, from, destination);
            return;
        }

        // x - (q + 1) / 2 is negative for the residues that stand for themselves.
        var prime = new PrimeLanes<TVector, TLanes>(_p);
        TVector q = TLanes.Broadcast(from.Value);
        TVector above = TLanes.Broadcast((from.Value / 2) + 1);
        TVector half = TLanes.Broadcast(from.Value / 2);
        fixed (ulong* residues = source, to = destination)
        {
            for (int i = 0; i < destination.Length; i += TLanes.Count)
            {
                TVector shifted = TLanes.AddWhereNegative(TLanes.Subtract(TLanes.LoadIntegers(residues + i), above), q);
                TLanes.StoreIntegers(prime.Canonical(prime.Reduce(TLanes.Subtract(shifted, half))), to + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Map<TOperator>(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination)
        where TOperator : struct, IOperator
    {
        var prime = new PrimeLanes<TVector, TLanes>(_p);
        fixed (ulong* left = a, right = b, to = destination)
        {
            for (int i = 0; i < destination.Length; i += TLanes.Count)
            {
                TLanes.StoreIntegers(TOperator.Apply(prime, TLanes.LoadIntegers(left + i), TLanes.LoadIntegers(right + i)), to + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Map<TOperator>(ReadOnlySpan<ulong> a, ulong w, Span<ulong> destination)
        where TOperator : struct, IOperator
    {
        var prime = new PrimeLanes<TVector, TLanes>(_p);
        TVector constant = TLanes.Broadcast(w);
        fixed (ulong* left = a, to = destination)
        {
            for (int i = 0; i < destination.Length; i += TLanes.Count)
            {
                TLanes.StoreIntegers(TOperator.Apply(prime, TLanes.LoadIntegers(left + i), constant), to + i);
            }
        }
    }

    private readonly struct Sum : IOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(in PrimeLanes<TVector, TLanes> prime, TVector x, TVector y) =>
            prime.Canonical(TLanes.Subtract(TLanes.Add(x, y), prime.Modulus));
    }

    private readonly struct Difference : IOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(in PrimeLanes<TVector, TLanes> prime, TVector x, TVector y) => prime.Canonical(TLanes.Subtract(x, y));
    }

    private readonly struct ReverseDifference : IOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(in PrimeLanes<TVector, TLanes> prime, TVector x, TVector y) => prime.Canonical(TLanes.Subtract(y, x));
    }

    private readonly struct Product : IOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply(in PrimeLanes<TVector, TLanes> prime, TVector x, TVector y) => prime.Canonical(prime.Product(x, y));
    }
}
