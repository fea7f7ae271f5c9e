using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hybrid.Numerics;

namespace Hybrid.Seal.Sampling;

/// <summary>Words reduced modulo a prime for as long as they are below a bound: what sampling by rejection from whole words asks for.</summary>
internal static unsafe class WordReduction
{
    /// <summary>Replaces words by their residues in [0, p), from the first on up to one that is not below the bound, and returns how many.</summary>
    /// <param name="words">Any words.</param>
    /// <param name="p">An odd prime below 2^62.</param>
    /// <param name="bound">From where on words are rejected.</param>
    /// <param name="width">A width that this machine runs.</param>
    public static int ReduceBelow(Span<ulong> words, ulong p, ulong bound, KernelWidth width)
    {
        fixed (ulong* start = words)
        {
            int done = width switch
            {
                KernelWidth.Vector512 => ReduceBelow<Vector512<ulong>, WordLanes512>(start, words.Length, p, bound),
                KernelWidth.Vector256 => ReduceBelow<Vector256<ulong>, WordLanes256>(start, words.Length, p, bound),
                _ => 0,
            };
            return done + ReduceBelow<ulong, WordLanes64>(start + done, words.Length - done, p, bound);
        }
    }

    /// <summary>Stops before the first vector with a word that is rejected.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ReduceBelow<TVector, TLanes>(ulong* words, int count, ulong p, ulong bound)
        where TVector : unmanaged
        where TLanes : struct, IWordLanes<TVector>
    {
        TVector prime = TLanes.Broadcast(p);
        TVector boundLanes = TLanes.Broadcast(bound);
        TVector ratio = TLanes.Broadcast(ulong.MaxValue / p); // = floor(2^64 / p), for an odd p divides no power of two
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TVector x = TLanes.Load(words + i);
            if (TLanes.AnyAtLeast(x, boundLanes))
            {
                break;
            }

            // Barrett's quotient is short by at most one.
            TVector remainder = TLanes.Subtract(x, TLanes.MultiplyLow(TLanes.MultiplyHigh(x, ratio), prime));
            TLanes.Store(TLanes.AddWhereNegative(TLanes.Subtract(remainder, prime), prime), words + i);
        }

        return i;
    }
}
