using System.Numerics;

namespace Hybrid.Seal.Ring;

/// <summary>The transform on doubles, for primes below 2^50, at one width of vector.</summary>
/// <remarks>
/// Between vectors levels go two at a time, and where their number is odd the first of the way forward goes alone; the levels inside
/// vectors go together. Working values are doubles in the polynomial's own memory.
/// </remarks>
internal sealed unsafe class VectorNtt<TVector, TLanes> : NttTransform
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    private readonly int _degree;
    private readonly int _vectors;
    private readonly bool _isOdd; // in levels between vectors
    private readonly double _p;
    private readonly DoubleRoots _forward;
    private readonly DoubleRoots _inverse;
    private readonly double _scale;      // 1 / N
    private readonly double _scaledRoot; // 1 / (N psi^(N/2)), the last level's inverse root with the scale

    public VectorNtt(NttTables tables, ResidueKernels residues)
        : base(residues)
    {
        _degree = tables.Degree;
        _vectors = _degree / TLanes.Count;
        _isOdd = BitOperations.Log2((uint)_vectors) % 2 != 0;
        _p = tables.Modulus.Value;
        _forward = DoubleRoots.Forward(tables, TLanes.Count);
        _inverse = DoubleRoots.Inverse(tables, TLanes.Count);
        _scale = DoubleRoots.Balanced(tables.InverseDegree, tables.Modulus);
        _scaledRoot = -DoubleRoots.Balanced(tables.Modulus.MulMod(tables.RootPowers[1], tables.InverseDegree), tables.Modulus);
    }

    public override void Forward(Span<ulong> polynomial) =>
        Forward<CanonicalSource<TVector, TLanes>, CanonicalSink<TVector, TLanes>>(polynomial, polynomial, _p, default);

    public override void ForwardShort(Span<ulong> polynomial, int length)
    {
        // Pairs of levels remain, of blocks that hold all that is not zero.
        int blocks = _isOdd ? 2 : 1;
        while (_degree / blocks / 4 >= Math.Max(length, 4 * TLanes.Count))
            blocks *= 4;
        if (blocks < 4)
        {
            Forward(polynomial);
            return;
        }

        fixed (ulong* values = polynomial)
        fixed (double* roots = _forward.Values)
        {
            var data = (double*)values;
            int block = _degree / blocks;
            ForwardPasses<TVector, TLanes>.Repeat(values, data, block, _degree);
            for (; blocks < _vectors; blocks *= 4)
                ForwardPasses<TVector, TLanes>.TwoLevels(data, roots, blocks, _degree / blocks / 4, _p);
            ForwardPasses<TVector, TLanes>.Inside(data, roots, _vectors, _p, default(CanonicalSink<TVector, TLanes>));
        }
    }

    public override void ForwardRebased(ReadOnlySpan<ulong> source, Modulus from, Span<ulong> destination)
    {
        if (from.BitCount > NttKernelChoice.MaximumVectorBits)
        {
            base.ForwardRebased(source, from, destination);
        }
        else
        {
            Forward<CanonicalSink<TVector, TLanes>>(source, from, destination, default);
        }
    }

    public override void ForwardRebased(ReadOnlySpan<ulong> source, Modulus from, Span<ulong> destination, nint firstFactor, nint secondFactor)
    {
        if (from.BitCount > NttKernelChoice.MaximumVectorBits)
        {
            base.ForwardRebased(source, from, destination);
        }
        else
        {
            Forward(source, from, destination, new FetchingSink<TVector, TLanes>((ulong*)firstFactor, (ulong*)secondFactor));
        }
    }

    public override void ForwardQuotient(
        ReadOnlySpan<ulong> source, Modulus from, Span<ulong> scratch, ReadOnlySpan<ulong> minuend, ulong w, ReadOnlySpan<ulong> addend, Span<ulong> destination)
    {
        if (from.BitCount > NttKernelChoice.MaximumVectorBits)
        {
            base.ForwardQuotient(source, from, scratch, minuend, w, addend, destination);
            return;
        }

        fixed (ulong* left = minuend, more = addend, to = destination)
        {
            Forward(source, from, scratch, new QuotientSink<TVector, TLanes>(left, w, addend.IsEmpty ? null : more, to));
        }
    }

    public override void Inverse(ReadOnlySpan<ulong> values, Span<ulong> coefficients)
    {
        fixed (ulong* source = values, residues = coefficients)
        fixed (double* roots = _inverse.Values)
        {
            var data = (double*)residues;
            InversePasses<TVector, TLanes>.Inside(source, data, roots, _vectors, _p);
            for (int blocks = _vectors / 4; blocks > 1; blocks /= 4)
            {
                InversePasses<TVector, TLanes>.TwoLevels(data, roots, blocks, _degree / blocks / 4, _p);
            }

            if (_isOdd)
            {
                InversePasses<TVector, TLanes>.LastLevel(data, _degree / 2, _scale, _scaledRoot, _p);
            }
            else
            {
                InversePasses<TVector, TLanes>.LastTwoLevels(data, roots, _degree / 4, _scale, _scaledRoot, _p);
            }
        }
    }

    private void Forward<TSink>(ReadOnlySpan<ulong> source, Modulus from, Span<ulong> destination, TSink sink)
        where TSink : struct, INttSink<TVector, TLanes>
    {
        if (from.Value == _p)
        {
            Forward<CanonicalSource<TVector, TLanes>, TSink>(source, destination, _p, sink);
        }
        else if (from.Value <= 2 * _p)
        {
            Forward<CentredSource<TVector, TLanes>, TSink>(source, destination, from.Value, sink);
        }
        else
        {
            Forward<RebasedSource<TVector, TLanes>, TSink>(source, destination, from.Value, sink);
        }
    }

    private void Forward<TSource, TSink>(ReadOnlySpan<ulong> source, Span<ulong> destination, double from, TSink sink)
        where TSource : struct, INttSource<TVector, TLanes>
        where TSink : struct, INttSink<TVector, TLanes>
    {
        fixed (ulong* residues = source, values = destination)
        fixed (double* roots = _forward.Values)
        {
            var data = (double*)values;
            if (_isOdd)
            {
                ForwardPasses<TVector, TLanes>.FirstLevel<TSource>(residues, data, roots, _degree / 2, from, _p);
            }
            else
            {
                ForwardPasses<TVector, TLanes>.FirstTwoLevels<TSource>(residues, data, roots, _degree / 4, from, _p);
            }

            for (int blocks = _isOdd ? 2 : 4; blocks < _vectors; blocks *= 4)
            {
                ForwardPasses<TVector, TLanes>.TwoLevels(data, roots, blocks, _degree / blocks / 4, _p);
            }

            ForwardPasses<TVector, TLanes>.Inside(data, roots, _vectors, _p, sink);
        }
    }
}
