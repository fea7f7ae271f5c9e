using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hybrid.Numerics;
using Hybrid.Security;

namespace Hybrid.Seal.Sampling;

/// <summary>Words exactly uniform in [0, bound), by rejection.</summary>
/// <remarks>
/// A word is cut to the least length that holds bound - 1, and dropped if it is not below the bound; those that are kept close up, and
/// fresh ones take the places left. Every word kept is uniform and depends on no other, so what was dropped, and hence the time, tells
/// nothing of what was kept. Less than half is dropped on average, and of a bound close below a power of two almost nothing.
/// </remarks>
internal static unsafe class BoundedWords
{
    /// <summary>The largest bound: words are compared as signed ones.</summary>
    public const ulong MaximumBound = 1ul << 63;

    /// <summary>Draws a word in [0, bound) into every element.</summary>
    /// <param name="random">Where the words come from: 8 bytes an attempt.</param>
    /// <param name="bound">1 to 2^63.</param>
    /// <param name="destination">Any number of words.</param>
    /// <param name="width">Which kernel is to compute; the same words come out of each.</param>
    /// <exception cref="ParameterException">This machine does not run the width.</exception>
    public static void Fill(IRandomSource random, ulong bound, Span<ulong> destination, KernelWidth width)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bound);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bound, MaximumBound);
        width = SamplingWidths.Choose(width);
        int shift = BitOperations.LeadingZeroCount(bound - 1);
        ulong mask = shift == 64 ? 0 : ulong.MaxValue >> shift;
        while (!destination.IsEmpty)
        {
            random.Fill(MemoryMarshal.AsBytes(destination));
            if (!BitConverter.IsLittleEndian)
            {
                BinaryPrimitives.ReverseEndianness(destination, destination);
            }

            destination = destination[Keep(destination, mask, bound, width)..];
        }
    }

    private static int Keep(Span<ulong> words, ulong mask, ulong bound, KernelWidth width)
    {
        fixed (ulong* start = words)
        {
            return width switch
            {
                KernelWidth.Vector512 => Keep<Vector512<ulong>, WordLanes512>(start, words.Length, mask, bound),
                KernelWidth.Vector256 => Keep<Vector256<ulong>, WordLanes256>(start, words.Length, mask, bound),
                _ => KeepOneByOne(start, 0, words.Length, 0, mask, bound),
            };
        }
    }

    /// <summary>Cuts the words, moves those below the bound to the front, in order, and returns how many they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Keep<TVector, TLanes>(ulong* words, int count, ulong mask, ulong bound)
        where TVector : unmanaged
        where TLanes : struct, IWordLanes<TVector>
    {
        TVector maskLanes = TLanes.Broadcast(mask);
        TVector boundLanes = TLanes.Broadcast(bound);
        int kept = 0;
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TVector x = TLanes.And(TLanes.Load(words + i), maskLanes);
            if (TLanes.AnyAtLeast(x, boundLanes))
            {
                kept = KeepOneByOne(words, i, i + TLanes.Count, kept, mask, bound);
            }
            else
            {
                TLanes.Store(x, words + kept);
                kept += TLanes.Count;
            }
        }

        return KeepOneByOne(words, i, count, kept, mask, bound);
    }

    private static int KeepOneByOne(ulong* words, int from, int to, int kept, ulong mask, ulong bound)
    {
        for (int i = from; i < to; i++)
        {
            ulong x = words[i] & mask;
            words[kept] = x;
            kept += (int)((x - bound) >> 63);
        }

        return kept;
    }
}
