using System.Runtime.Intrinsics;
using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Evaluation;

/// <summary>
/// One prime's share of a hoisted rotation that is multiplied and added up: the inner products of digits and key, times a plaintext, moved
/// by the automorphism, added to two sums, in one pass over memory.
/// </summary>
/// <remarks>Operands and sums are canonical. Nothing branches or indexes on a residue. Immutable, so any number of threads may share one.</remarks>
internal abstract unsafe class RotationKernel
{
    /// <summary>The fastest kernel of a prime for this width.</summary>
    public static RotationKernel Make(NegacyclicNtt prime) => prime.Width switch
    {
        KernelWidth.Vector512 => new VectorRotationKernel<Vector512<double>, DoubleLanes512>(prime.Tables.Modulus),
        KernelWidth.Vector256 => new VectorRotationKernel<Vector256<double>, DoubleLanes256>(prime.Tables.Modulus),
        _ => new PortableRotationKernel(prime.Tables.Modulus),
    };

    /// <summary>
    /// sum0 += map((left[0] right0[0] + left[1] right0[1] + … + addend) factor), and sum1 the same from right1, without the addend.
    /// </summary>
    /// <param name="left">Addresses of the digits, N residues each.</param>
    /// <param name="right0">Addresses of the key's first polynomials, one a digit, with the map's inverse applied.</param>
    /// <param name="right1">Addresses of its second ones.</param>
    /// <param name="addend">Address of N residues, or null for zero.</param>
    /// <param name="factor">Address of N residues, the plaintext with the map's inverse applied, or null for one.</param>
    /// <param name="map">The automorphism.</param>
    /// <param name="sum0">Address of N residues, added to.</param>
    /// <param name="sum1">Address of N residues, added to.</param>
    /// <param name="isFirst">Whether the sums are of any content, and to be taken for zero.</param>
    public abstract void Accumulate(
        ReadOnlySpan<nint> left, ReadOnlySpan<nint> right0, ReadOnlySpan<nint> right1, ulong* addend, ulong* factor,
        AutomorphismScatter map, ulong* sum0, ulong* sum1, bool isFirst);
}
