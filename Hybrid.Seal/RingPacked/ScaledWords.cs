using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hybrid.Numerics;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;

namespace Hybrid.Seal.RingPacked;

/// <summary>Words of 64 bits, scaled by Q / 2^64 and rounded, as residues modulo a prime that divides Q.</summary>
/// <remarks>
/// m Q + 2^63 = 2^64 x + v with a word v has x = round(m Q / 2^64), and modulo a divisor p of Q, where m Q vanishes, x is
/// 1/2 - v / 2^64: one product of words gives v, one modular product the residue, however long Q is. Nothing branches on a word.
/// </remarks>
internal static unsafe class ScaledWords
{
    private const ulong Half = 1UL << 63;

    /// <summary>residues[i] = round(words[i] Q / 2^64) mod p, halves rounded up.</summary>
    /// <param name="words">Numbers modulo 2^64.</param>
    /// <param name="product">Q mod 2^64.</param>
    /// <param name="modulus">The prime p, a divisor of Q.</param>
    /// <param name="inverse">1 / 2^64 mod p.</param>
    /// <param name="residues">As many residues in [0, p); may be the same memory, but not overlap it by part.</param>
    /// <param name="width">Which kernel is to compute; the same residues come out of each.</param>
    /// <exception cref="ParameterException">This machine does not run the width.</exception>
    public static void ToResidues(
        ReadOnlySpan<ulong> words, ulong product, Modulus modulus, ulong inverse, Span<ulong> residues, KernelWidth width = KernelWidth.Auto)
    {
        ulong quotient = modulus.ShoupQuotient(inverse);
        fixed (ulong* from = words, to = residues)
        {
            int done = SamplingWidths.Choose(width) switch
            {
                KernelWidth.Vector512 => ToResidues<Vector512<ulong>, WordLanes512>(from, to, words.Length, product, modulus.Value, inverse, quotient),
                KernelWidth.Vector256 => ToResidues<Vector256<ulong>, WordLanes256>(from, to, words.Length, product, modulus.Value, inverse, quotient),
                _ => 0,
            };
            ToResidues<ulong, WordLanes64>(from + done, to + done, words.Length - done, product, modulus.Value, inverse, quotient);
        }
    }

    /// <summary>Computes as many as fill whole vectors, and returns how many they were.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ToResidues<TVector, TLanes>(ulong* words, ulong* residues, int count, ulong product, ulong p, ulong inverse, ulong quotient)
        where TVector : unmanaged
        where TLanes : struct, IWordLanes<TVector>
    {
        TVector productLanes = TLanes.Broadcast(product);
        TVector half = TLanes.Broadcast(Half);
        TVector halfResidue = TLanes.Broadcast((p + 1) / 2);
        TVector prime = TLanes.Broadcast(p);
        TVector inverseLanes = TLanes.Broadcast(inverse);
        TVector quotientLanes = TLanes.Broadcast(quotient);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TVector v = TLanes.Add(TLanes.MultiplyLow(TLanes.Load(words + i), productLanes), half);
            TVector x = TLanes.Subtract(TLanes.MultiplyLow(v, inverseLanes), TLanes.MultiplyLow(TLanes.MultiplyHigh(v, quotientLanes), prime)); // [0, 2p)
            x = TLanes.AddWhereNegative(TLanes.Subtract(x, prime), prime);
            TLanes.Store(TLanes.AddWhereNegative(TLanes.Subtract(halfResidue, x), prime), residues + i);
        }

        return i;
    }
}
