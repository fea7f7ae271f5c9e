using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Sampling;

/// <summary>Signed numbers as residues: secrets and errors on their way into the ring of a prime.</summary>
internal static unsafe class SignedResidues
{
    /// <summary>residues[i] = small[i] mod p in [0, p), for |small[i]| below p. Nothing branches on a number, so they may be secret.</summary>
    /// <param name="small">Numbers in (-p, p); others give residues out of range, never an error.</param>
    /// <param name="modulus">The prime p.</param>
    /// <param name="residues">As many residues; may be the same memory, but not overlap it by part.</param>
    /// <param name="width">Which kernel is to compute; the same residues come out of each.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ParameterException">This machine does not run the width.</exception>
    public static void Reduce(ReadOnlySpan<long> small, Modulus modulus, Span<ulong> residues, KernelWidth width = KernelWidth.Auto)
    {
        if (small.Length != residues.Length)
        {
            throw new ArgumentException($"Each number has one residue; {small.Length} numbers do not fit {residues.Length} residues.", nameof(residues));
        }

        fixed (long* source = small)
        fixed (ulong* destination = residues)
        {
            int done = SamplingWidths.Choose(width) switch
            {
                KernelWidth.Vector512 => Reduce<Vector512<ulong>, WordLanes512>((ulong*)source, destination, small.Length, modulus.Value),
                KernelWidth.Vector256 => Reduce<Vector256<ulong>, WordLanes256>((ulong*)source, destination, small.Length, modulus.Value),
                _ => 0,
            };
            Reduce<ulong, WordLanes64>((ulong*)source + done, destination + done, small.Length - done, modulus.Value);
        }
    }

    /// <summary>Reduces as many as fill whole vectors, and returns how many they were.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Reduce<TVector, TLanes>(ulong* small, ulong* residues, int count, ulong p)
        where TVector : unmanaged
        where TLanes : struct, IWordLanes<TVector>
    {
        TVector prime = TLanes.Broadcast(p);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(TLanes.AddWhereNegative(TLanes.Load(small + i), prime), residues + i);
        }

        return i;
    }
}
