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

    public override void Forward(Span<ulong> polynomial) => Forward<CanonicalSource<TVector, TLanes>>(polynomial, polynomial, _p);

    public override void ForwardRebased(ReadOnlySpan<ulong> source, Modulus from, Span<ulong> destination)
    {
        if (from.BitCount > NttKernelChoice.MaximumVectorBits)
        {
            base.ForwardRebased(source, from, destination);
        }
        else if (from.Value <= 2 * _p)
        {
            Forward<CentredSource<TVector, TLanes>>(source, destination, from.Value);
        }
        else
        {
            Forward<RebasedSource<TVector, TLanes>>(source, destination, from.Value);
        }
    }

    public override void Inverse(Span<ulong> values)
    {
        fixed (ulong* residues = values)
        fixed (double* roots = _inverse.Values)
        {
            var data = (double*)residues;
            InversePasses<TVector, TLanes>.Inside(data, roots, _vectors, _p);
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

    private void Forward<TSource>(ReadOnlySpan<ulong> source, Span<ulong> destination, double from)
        where TSource : struct, INttSource<TVector, TLanes>
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

            ForwardPasses<TVector, TLanes>.Inside(data, roots, _vectors, _p);
        }
    }
}
