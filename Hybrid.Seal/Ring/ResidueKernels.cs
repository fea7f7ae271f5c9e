using Hybrid.Numerics;
using System.Runtime.Intrinsics;

namespace Hybrid.Seal.Ring;

/// <summary>Element by element arithmetic on N residues modulo one prime: what an evaluator does between transforms.</summary>
/// <remarks>
/// Operands and results are canonical, in [0, p), and a destination may be an operand's very span. Nothing branches or indexes on a
/// residue and nothing is allocated. Lengths are the caller's care. Immutable, so any number of threads may share one.
/// </remarks>
internal abstract unsafe class ResidueKernels
{
    /// <summary>The fastest kernels of a prime for this width; the vector ones take primes below 2^50 and lengths that are multiples of 8.</summary>
    public static ResidueKernels Make(Modulus modulus, KernelWidth width) => width switch
    {
        KernelWidth.Vector512 => new VectorResidues<Vector512<double>, DoubleLanes512>(modulus),
        KernelWidth.Vector256 => new VectorResidues<Vector256<double>, DoubleLanes256>(modulus),
        _ => new PortableResidues(modulus),
    };

    /// <summary>a + b.</summary>
    public abstract void Add(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination);

    /// <summary>a - b.</summary>
    public abstract void Subtract(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination);

    /// <summary>-a.</summary>
    public abstract void Negate(ReadOnlySpan<ulong> a, Span<ulong> destination);

    /// <summary>a + w, for a constant w.</summary>
    public abstract void AddScalar(ReadOnlySpan<ulong> a, ulong w, Span<ulong> destination);

    /// <summary>a w, for a constant w.</summary>
    public abstract void MultiplyScalar(ReadOnlySpan<ulong> a, ulong w, Span<ulong> destination);

    /// <summary>sum + a w, for a constant w.</summary>
    public abstract void MultiplyAddScalar(ReadOnlySpan<ulong> a, ulong w, Span<ulong> sum);

    /// <summary>a b.</summary>
    public abstract void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination);

    /// <summary>addend + a b.</summary>
    public abstract void MultiplyAdd(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ReadOnlySpan<ulong> addend, Span<ulong> destination);

    /// <summary>(a0 + a1 s)(b0 + b1 s) = d0 + d1 s + d2 s².</summary>
    public abstract void TensorProduct(
        ReadOnlySpan<ulong> a0, ReadOnlySpan<ulong> a1, ReadOnlySpan<ulong> b0, ReadOnlySpan<ulong> b1,
        Span<ulong> d0, Span<ulong> d1, Span<ulong> d2);

    /// <summary>
    /// left[0] right[0] + left[1] right[1] + …, each an address of as many residues as the destination has: pinned memory that the
    /// caller keeps alive.
    /// </summary>
    public abstract void SumOfProducts(ReadOnlySpan<nint> left, ReadOnlySpan<nint> right, Span<ulong> destination);

    /// <summary>
    /// Two such sums that share their left factors: with n of those, the first n right factors go into the first sum and the next n
    /// into the second.
    /// </summary>
    public abstract void TwoSumsOfProducts(ReadOnlySpan<nint> left, ReadOnlySpan<nint> right, Span<ulong> first, Span<ulong> second);

    /// <summary>Residues that lie together in interleaved factors: a cache line of them, and a whole number of vectors of any width.</summary>
    public const int InterleavedRun = 8;

    /// <summary>
    /// The same two sums with left factors that lie in the order they are read: of every <see cref="InterleavedRun"/> residues those of the
    /// first factor, then those of the second, and so on.
    /// </summary>
    /// <param name="left">The left factors.</param>
    /// <param name="right">The right factors.</param>
    /// <param name="first">The first sum.</param>
    /// <param name="second">The second sum.</param>
    /// <param name="adds">Whether to add to what the sums are already.</param>
    public abstract void TwoSumsOfInterleaved(ReadOnlySpan<ulong> left, ReadOnlySpan<nint> right, Span<ulong> first, Span<ulong> second, bool adds);

    /// <summary>
    /// terms[0] weights[0] + terms[1] weights[1] + …, each term an address of as many residues as the destination has, pinned memory
    /// that the caller keeps alive, and each weight one residue.
    /// </summary>
    public abstract void WeightedSum(ReadOnlySpan<nint> terms, ReadOnlySpan<ulong> weights, Span<ulong> destination);

    /// <summary>(a - b) w, for a constant w.</summary>
    public abstract void SubtractScale(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ulong w, Span<ulong> destination);

    /// <summary>addend + (a - b) w, for a constant w.</summary>
    public abstract void SubtractScaleAdd(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ulong w, ReadOnlySpan<ulong> addend, Span<ulong> destination);

    /// <summary>Residues modulo another prime, each taken as the number of its class nearest to zero, modulo this prime.</summary>
    public abstract void Rebase(ReadOnlySpan<ulong> source, Modulus from, Span<ulong> destination);
}
