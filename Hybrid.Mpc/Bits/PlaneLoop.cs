using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Bits;

/// <summary>The one loop over the words of planes: the widest vectors first, then narrower ones for what is left.</summary>
internal static class PlaneLoop
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

    /// <summary>Takes the step at every word of planes of <paramref name="planeWords"/> words.</summary>
    /// <exception cref="PlatformNotSupportedException">The machine lacks the width.</exception>
    public static void Run<TStep>(TStep step, int planeWords, KernelWidth width)
        where TStep : struct, IPlaneStep
    {
        KernelWidth widest = Resolve(width);
        nint word = 0;
        if (widest == KernelWidth.Vector512)
            word = Vectors<TStep, Bits512, Vector512<ulong>>(step, word, planeWords);
        if (widest != KernelWidth.Portable)
            word = Vectors<TStep, Bits256, Vector256<ulong>>(step, word, planeWords);
        Vectors<TStep, Bits64, ulong>(step, word, planeWords);
    }

    /// <summary>Refuses a span that has not exactly the planes it should have.</summary>
    /// <exception cref="ArgumentException">It has not.</exception>
    public static void Check(
        ReadOnlySpan<ulong> span, int planes, int planeWords, [CallerArgumentExpression(nameof(span))] string? name = null)
    {
        if (span.Length != (long)planes * planeWords)
        {
            throw new ArgumentException($"{planes} planes of {planeWords} words do not have {span.Length} words.", name);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint Vectors<TStep, TLanes, TVector>(TStep step, nint word, nint planeWords)
        where TStep : struct, IPlaneStep
        where TLanes : struct, IBitLanes<TVector>
        where TVector : struct
    {
        for (; word <= planeWords - TLanes.Words; word += TLanes.Words)
            step.At<TLanes, TVector>(word);
        return word;
    }
}
