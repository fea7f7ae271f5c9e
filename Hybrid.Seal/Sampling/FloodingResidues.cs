using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Sampling;

/// <summary>Residues of numbers of two parts, low + 2^50 high - (2^bits - 1), without a branch on them.</summary>
/// <remarks>
/// Modulo a prime below 2^50 the parts are doubles, exactly, and the arithmetic that of <see cref="PrimeLanes{TVector, TLanes}"/>. Its
/// reduction holds for them although they pass 8 p: their quotients by p stay below 2^51, which is what rounding takes, and the rounded
/// quotient is off by less than 1 / p more than a half, so the residue is in [-p/2 - 1, p/2 + 1] as it says.
/// </remarks>
internal static unsafe class FloodingResidues
{
    /// <summary>Bits of the low part.</summary>
    public const int LowBits = 50;

    /// <summary>Bits of the high part: with a quotient by the least prime, 3, below 2^50.</summary>
    public const int HighBits = 51;

    /// <summary>residues[i] = low[i] + 2^50 high[i] - (2^bits - 1) mod p.</summary>
    /// <param name="low">Numbers in [0, 2^50).</param>
    /// <param name="high">As many numbers in [0, 2^51).</param>
    /// <param name="bits">0 to 100.</param>
    /// <param name="modulus">The prime p.</param>
    /// <param name="residues">As many residues in [0, p).</param>
    /// <param name="width">A width that this machine runs; the same residues come out of each.</param>
    public static void Reduce(
        ReadOnlySpan<ulong> low, ReadOnlySpan<ulong> high, int bits, Modulus modulus, Span<ulong> residues, KernelWidth width)
    {
        ulong step = modulus.PowMod(2 % modulus.Value, LowBits);
        ulong offset = modulus.SubMod(modulus.PowMod(2 % modulus.Value, (ulong)bits), 1);
        int done = 0;
        if (modulus.BitCount <= NttKernelChoice.MaximumVectorBits && width != KernelWidth.Portable)
        {
            fixed (ulong* lowStart = low, highStart = high, start = residues)
            {
                double p = modulus.Value;
                double balancedStep = Balanced(step, modulus);
                double balancedOffset = Balanced(offset, modulus);
                done = width == KernelWidth.Vector512 && DoubleLanes512.IsSupported
                    ? Reduce<Vector512<double>, DoubleLanes512>(lowStart, highStart, start, low.Length, p, balancedStep, balancedOffset)
                    : DoubleLanes256.IsSupported
                    ? Reduce<Vector256<double>, DoubleLanes256>(lowStart, highStart, start, low.Length, p, balancedStep, balancedOffset)
                    : 0;
            }
        }

        for (int i = done; i < low.Length; i++)
        {
            ulong sum = modulus.AddMod(modulus.MulMod(modulus.Reduce(high[i]), step), modulus.Reduce(low[i]));
            residues[i] = modulus.SubMod(sum, offset);
        }
    }

    /// <summary>Reduces as many as fill whole vectors, and returns how many they were.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Reduce<TVector, TLanes>(
        ulong* low, ulong* high, ulong* residues, int count, double p, double step, double offset)
        where TVector : struct
        where TLanes : struct, IDoubleLanes<TVector>
    {
        var prime = new PrimeLanes<TVector, TLanes>(p);
        TVector stepLanes = TLanes.Broadcast(step);
        TVector offsetLanes = TLanes.Broadcast(offset);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            // Below (5/8 + 1/2 + 1/2) p + 1 in magnitude.
            TVector sum = prime.Product(prime.Reduce(TLanes.LoadIntegers(high + i)), stepLanes);
            sum = TLanes.Add(sum, TLanes.Subtract(prime.Reduce(TLanes.LoadIntegers(low + i)), offsetLanes));
            TLanes.StoreIntegers(prime.Canonical(prime.Reduce(sum)), residues + i);
        }

        return i;
    }

    private static double Balanced(ulong residue, Modulus modulus) =>
        residue > modulus.Value / 2 ? -(double)(modulus.Value - residue) : residue;
}
