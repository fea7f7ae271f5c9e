using System.Runtime.CompilerServices;

namespace Hybrid.Seal.Ring;

/// <summary>The element by element kernels on 64-bit integers, for primes to 61 bits.</summary>
internal sealed unsafe class PortableResidues(Modulus modulus) : ResidueKernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = modulus.AddMod(a[i], b[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Subtract(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = modulus.SubMod(a[i], b[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Negate(ReadOnlySpan<ulong> a, Span<ulong> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = modulus.NegateMod(a[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddScalar(ReadOnlySpan<ulong> a, ulong w, Span<ulong> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = modulus.AddMod(a[i], w);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplyScalar(ReadOnlySpan<ulong> a, ulong w, Span<ulong> destination)
    {
        ulong quotient = modulus.ShoupQuotient(w);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = modulus.MulModShoup(a[i], w, quotient);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplyAddScalar(ReadOnlySpan<ulong> a, ulong w, Span<ulong> sum)
    {
        ulong quotient = modulus.ShoupQuotient(w);
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = modulus.AddMod(sum[i], modulus.MulModShoup(a[i], w, quotient));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = modulus.MulMod(a[i], b[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplyAdd(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ReadOnlySpan<ulong> addend, Span<ulong> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = modulus.AddMod(addend[i], modulus.MulMod(a[i], b[i]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TensorProduct(
        ReadOnlySpan<ulong> a0, ReadOnlySpan<ulong> a1, ReadOnlySpan<ulong> b0, ReadOnlySpan<ulong> b1,
        Span<ulong> d0, Span<ulong> d1, Span<ulong> d2)
    {
        for (int i = 0; i < d0.Length; i++)
        {
            (ulong x0, ulong x1, ulong y0, ulong y1) = (a0[i], a1[i], b0[i], b1[i]);
            d0[i] = modulus.MulMod(x0, y0);
            d1[i] = modulus.AddMod(modulus.MulMod(x0, y1), modulus.MulMod(x1, y0));
            d2[i] = modulus.MulMod(x1, y1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SumOfProducts(ReadOnlySpan<nint> left, ReadOnlySpan<nint> right, Span<ulong> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            ulong sum = 0;
            for (int term = 0; term < left.Length; term++)
            {
                sum = modulus.AddMod(sum, modulus.MulMod(((ulong*)left[term])[i], ((ulong*)right[term])[i]));
            }

            destination[i] = sum;
        }
    }

    public override void TwoSumsOfProducts(ReadOnlySpan<nint> left, ReadOnlySpan<nint> right, Span<ulong> first, Span<ulong> second)
    {
        SumOfProducts(left, right[..left.Length], first);
        SumOfProducts(left, right[left.Length..], second);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TwoSumsOfInterleaved(ReadOnlySpan<ulong> left, ReadOnlySpan<nint> right, Span<ulong> first, Span<ulong> second, bool adds)
    {
        int terms = right.Length / 2;
        for (int i = 0; i < first.Length; i++)
        {
            int at = (i / InterleavedRun * InterleavedRun * terms) + (i % InterleavedRun);
            ulong sum1 = adds ? first[i] : 0;
            ulong sum2 = adds ? second[i] : 0;
            for (int term = 0; term < terms; term++, at += InterleavedRun)
            {
                sum1 = modulus.AddMod(sum1, modulus.MulMod(left[at], ((ulong*)right[term])[i]));
                sum2 = modulus.AddMod(sum2, modulus.MulMod(left[at], ((ulong*)right[terms + term])[i]));
            }

            first[i] = sum1;
            second[i] = sum2;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void WeightedSum(ReadOnlySpan<nint> terms, ReadOnlySpan<ulong> weights, Span<ulong> destination)
    {
        destination.Clear();
        for (int term = 0; term < terms.Length; term++)
        {
            ulong weight = weights[term];
            ulong quotient = modulus.ShoupQuotient(weight);
            var residues = (ulong*)terms[term];
            for (int i = 0; i < destination.Length; i++)
            {
                destination[i] = modulus.AddMod(destination[i], modulus.MulModShoup(residues[i], weight, quotient));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SubtractScale(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ulong w, Span<ulong> destination)
    {
        ulong quotient = modulus.ShoupQuotient(w);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = modulus.MulModShoup(modulus.SubMod(a[i], b[i]), w, quotient);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SubtractScaleAdd(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ulong w, ReadOnlySpan<ulong> addend, Span<ulong> destination)
    {
        ulong quotient = modulus.ShoupQuotient(w);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = modulus.AddMod(addend[i], modulus.MulModShoup(modulus.SubMod(a[i], b[i]), w, quotient));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Rebase(ReadOnlySpan<ulong> source, Modulus from, Span<ulong> destination)
    {
        // A residue above half stands for itself less the other prime: less its residue, taken here.
        ulong half = from.Value / 2;
        ulong correction = modulus.Reduce(from.Value);
        for (int i = 0; i < destination.Length; i++)
        {
            ulong above = (ulong)((long)(half - source[i]) >> 63);
            destination[i] = modulus.SubMod(modulus.Reduce(source[i]), correction & above);
        }
    }
}
