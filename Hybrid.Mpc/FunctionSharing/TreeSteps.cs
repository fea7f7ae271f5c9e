using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>One level of 64 trees, walked by an evaluator or laid out by the dealer, for one vector width.</summary>
/// <remarks>
/// A node's left child is h = H(s) ⊕ t·correction and its right one h ⊕ s, t being the control bit of s. Two parties' nodes on the
/// path of the threshold differ by Δ, whose control bit is set; elsewhere they are equal. No branch and no address depends on a
/// seed, a control bit or a point. Source: Guo et al., "Half-Tree" (2023), the levels before the
/// last of its distributed point function.
/// </remarks>
internal static unsafe class TreeSteps<TLanes, TVector>
    where TLanes : struct, IBlockLanes<TVector>
    where TVector : struct
{
    private const int GroupWords = KeyLayout.GroupKeys * KeyLayout.BlockWords;

    /// <summary>
    /// Goes from each seed to the child that the point's bit chooses; where that is the left one, the right one is added to the sum,
    /// in which only the control bit means anything: whether the threshold's path left ours to the right.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Descend(ulong* seeds, ulong* hashes, ulong* corrections, ulong* points, ulong* sums, int level)
    {
        for (nint word = 0; word < GroupWords; word += TLanes.Words)
        {
            TVector seed = TLanes.Load(seeds + word);
            TVector right = TLanes.ShiftLeft(TLanes.Load(points + word), level);
            TVector correction = TLanes.Choose(TLanes.Controls(seed), TLanes.Load(corrections + word), default);
            TVector leftChild = TLanes.Xor(TLanes.Load(hashes + word), correction);
            TVector rightChild = TLanes.Xor(leftChild, seed);
            TLanes.Store(TLanes.Xor(TLanes.Load(sums + word), TLanes.AndNot(rightChild, right)), sums + word);
            TLanes.Store(TLanes.Choose(right, rightChild, leftChild), seeds + word);
        }
    }

    /// <summary>
    /// Makes the corrections by which the children off the path agree and those on it differ by Δ, and goes on to the latter.
    /// </summary>
    /// <param name="seeds">Party 0's seeds on the paths, then party 1's.</param>
    /// <param name="hashes">Their hashes.</param>
    /// <param name="differences">Δ of each tree.</param>
    /// <param name="thresholds">The thresholds, from bit 63 on down.</param>
    /// <param name="corrections">Where the corrections go.</param>
    /// <param name="level">Which level.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Branch(ulong* seeds, ulong* hashes, ulong* differences, ulong* thresholds, ulong* corrections, int level)
    {
        for (nint word = 0; word < GroupWords; word += TLanes.Words)
        {
            TVector seed0 = TLanes.Load(seeds + word);
            TVector seed1 = TLanes.Load(seeds + GroupWords + word);
            TVector hash0 = TLanes.Load(hashes + word);
            TVector hash1 = TLanes.Load(hashes + GroupWords + word);
            TVector right = TLanes.ShiftLeft(TLanes.Load(thresholds + word), level);
            TVector correction = TLanes.Xor(TLanes.Xor(hash0, hash1), TLanes.Choose(right, default, TLanes.Load(differences + word)));
            TLanes.Store(correction, corrections + word);
            TLanes.Store(Child(seed0, hash0, right, correction), seeds + word);
            TLanes.Store(Child(seed1, hash1, right, correction), seeds + GroupWords + word);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Child(TVector seed, TVector hash, TVector right, TVector correction) =>
        TLanes.Xor(
            TLanes.Choose(right, TLanes.Xor(hash, seed), hash), TLanes.Choose(TLanes.Controls(seed), correction, default));
}

/// <summary>The steps of the width that was chosen.</summary>
internal static unsafe class TreeSteps
{
    /// <summary>The width that <paramref name="width"/> stands for on this machine.</summary>
    /// <exception cref="PlatformNotSupportedException">The machine lacks it.</exception>
    public static KernelWidth Resolve(KernelWidth width)
    {
        if (!KernelWidths.IsSupported(width))
        {
            throw new PlatformNotSupportedException($"This machine has no kernels of width {width}.");
        }

        return width == KernelWidth.Auto ? KernelWidths.Best : width;
    }

    /// <inheritdoc cref="TreeSteps{TLanes, TVector}.Descend"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Descend(
        KernelWidth width, ulong* seeds, ulong* hashes, ulong* corrections, ulong* points, ulong* sums, int level)
    {
        switch (width)
        {
            case KernelWidth.Vector512:
                TreeSteps<Blocks512, Vector512<ulong>>.Descend(seeds, hashes, corrections, points, sums, level);
                break;
            case KernelWidth.Vector256:
                TreeSteps<Blocks256, Vector256<ulong>>.Descend(seeds, hashes, corrections, points, sums, level);
                break;
            default:
                TreeSteps<Blocks128, Vector128<ulong>>.Descend(seeds, hashes, corrections, points, sums, level);
                break;
        }
    }

    /// <inheritdoc cref="TreeSteps{TLanes, TVector}.Branch"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Branch(
        KernelWidth width, ulong* seeds, ulong* hashes, ulong* differences, ulong* thresholds, ulong* corrections, int level)
    {
        switch (width)
        {
            case KernelWidth.Vector512:
                TreeSteps<Blocks512, Vector512<ulong>>.Branch(seeds, hashes, differences, thresholds, corrections, level);
                break;
            case KernelWidth.Vector256:
                TreeSteps<Blocks256, Vector256<ulong>>.Branch(seeds, hashes, differences, thresholds, corrections, level);
                break;
            default:
                TreeSteps<Blocks128, Vector128<ulong>>.Branch(seeds, hashes, differences, thresholds, corrections, level);
                break;
        }
    }
}
