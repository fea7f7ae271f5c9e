using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Bits;

/// <summary>Bit-sliced vectors: plane j holds bit j of every element, 64 elements a word, so that one operation serves them all.</summary>
/// <remarks>
/// Planes of W = <see cref="WordsFor"/>(count) words lie one after the other: bit i mod 64 of planes[j · W + i / 64] is bit j of
/// element i. Bits of a last word that stand for no element are padding: zero where the values are public, anything in a share.
/// Time depends on the lengths alone, so everything may be secret; what is copied on the way is wiped.
/// </remarks>
internal static unsafe class BitPlanes
{
    /// <summary>Elements a word of a plane holds.</summary>
    public const int WordBits = 64;

    /// <summary>W: how many words a plane of <paramref name="count"/> elements has.</summary>
    public static int WordsFor(int count) => (int)(((long)count + WordBits - 1) / WordBits);

    /// <summary>Which bits of a plane's last word stand for elements: all where <paramref name="count"/> is a multiple of 64.</summary>
    public static ulong LastWordMask(int count) => ulong.MaxValue >> (-count & (WordBits - 1));

    /// <summary>Makes the padding of every plane zero.</summary>
    /// <param name="planes">Any number of planes of <see cref="WordsFor"/>(count) words.</param>
    /// <param name="count">How many elements they have.</param>
    /// <exception cref="ArgumentException">These are no whole planes.</exception>
    public static void ClearPadding(Span<ulong> planes, int count)
    {
        int words = WordsFor(count);
        PlaneLoop.Check(planes, words == 0 ? 0 : planes.Length / words, words);
        ulong mask = LastWordMask(count);
        for (int last = words - 1; last < planes.Length && words > 0; last += words)
            planes[last] &= mask;
    }

    /// <summary>Plane j receives bit <paramref name="firstBit"/> + j of every word; padding becomes zero.</summary>
    /// <param name="words">The elements.</param>
    /// <param name="firstBit">The bit that goes to plane 0, in [0, 64).</param>
    /// <param name="bits">How many planes, in [1, 64 − firstBit].</param>
    /// <param name="planes">bits · <see cref="WordsFor"/>(count) words; overwritten.</param>
    /// <param name="width">The vector width.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such bits.</exception>
    /// <exception cref="ArgumentException">The planes have another length.</exception>
    public static void FromWords(
        ReadOnlySpan<ulong> words, int firstBit, int bits, Span<ulong> planes, KernelWidth width = KernelWidth.Auto)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstBit);
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, WordBits - firstBit);
        int planeWords = WordsFor(words.Length);
        PlaneLoop.Check(planes, bits, planeWords);
        KernelWidth widest = PlaneLoop.Resolve(width);
        Span<ulong> room = stackalloc ulong[Rows(widest)];
        Span<ulong> last = stackalloc ulong[WordBits];
        fixed (ulong* source = words, destination = planes, rows = room, padded = last)
        {
            int whole = words.Length / WordBits;
            int block = 0;
            if (widest == KernelWidth.Vector512)
                block = ToPlanes<Bits512, Vector512<ulong>>(source, block, whole, firstBit, bits, destination, planeWords, rows);
            if (widest != KernelWidth.Portable)
                block = ToPlanes<Bits256, Vector256<ulong>>(source, block, whole, firstBit, bits, destination, planeWords, rows);
            ToPlanes<Bits64, ulong>(source, block, whole, firstBit, bits, destination, planeWords, rows);
            if (whole < planeWords)
            {
                last.Clear();
                words[(whole * WordBits)..].CopyTo(last);
                BlockTranspose<Bits64, ulong>.ToPlanes(padded, firstBit, bits, destination + whole, planeWords, rows);
            }
        }

        Wipe(room);
        Wipe(last);
    }

    /// <summary>words[i] = Σ_j (bit of element i in plane j) · 2^j: the inverse of <see cref="FromWords"/>.</summary>
    /// <param name="planes">bits · <see cref="WordsFor"/>(count) words; padding is not looked at.</param>
    /// <param name="bits">How many planes, in [1, 64].</param>
    /// <param name="words">The elements; overwritten.</param>
    /// <param name="width">The vector width.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too few or too many planes.</exception>
    /// <exception cref="ArgumentException">The planes have another length.</exception>
    public static void ToWords(ReadOnlySpan<ulong> planes, int bits, Span<ulong> words, KernelWidth width = KernelWidth.Auto)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, WordBits);
        int planeWords = WordsFor(words.Length);
        PlaneLoop.Check(planes, bits, planeWords);
        KernelWidth widest = PlaneLoop.Resolve(width);
        Span<ulong> room = stackalloc ulong[Rows(widest)];
        Span<ulong> last = stackalloc ulong[WordBits];
        fixed (ulong* source = planes, destination = words, rows = room, padded = last)
        {
            int whole = words.Length / WordBits;
            int block = 0;
            if (widest == KernelWidth.Vector512)
                block = ToWords<Bits512, Vector512<ulong>>(source, planeWords, block, whole, bits, destination, rows);
            if (widest != KernelWidth.Portable)
                block = ToWords<Bits256, Vector256<ulong>>(source, planeWords, block, whole, bits, destination, rows);
            ToWords<Bits64, ulong>(source, planeWords, block, whole, bits, destination, rows);
            if (whole < planeWords)
            {
                BlockTranspose<Bits64, ulong>.ToWords(source + whole, planeWords, bits, padded, rows);
                Span<ulong> rest = words[(whole * WordBits)..];
                last[..rest.Length].CopyTo(rest);
            }
        }

        Wipe(room);
        Wipe(last);
    }

    /// <summary>Each bit of a plane as the word 0 or 1: <see cref="ToWords"/> of one plane, at the speed of memory.</summary>
    /// <param name="plane"><see cref="WordsFor"/>(count) words; padding is not looked at.</param>
    /// <param name="words">The elements; overwritten.</param>
    /// <param name="width">The vector width.</param>
    /// <exception cref="ArgumentException">The plane has another length.</exception>
    public static void Expand(ReadOnlySpan<ulong> plane, Span<ulong> words, KernelWidth width = KernelWidth.Auto)
    {
        PlaneLoop.Check(plane, 1, WordsFor(words.Length));
        KernelWidth widest = PlaneLoop.Resolve(width);
        int whole = words.Length / WordBits;
        fixed (ulong* source = plane, destination = words)
        {
            switch (widest)
            {
                case KernelWidth.Vector512:
                    Expand<Bits512, Vector512<ulong>>(source, whole, destination);
                    break;
                case KernelWidth.Vector256:
                    Expand<Bits256, Vector256<ulong>>(source, whole, destination);
                    break;
                default:
                    Expand<Bits64, ulong>(source, whole, destination);
                    break;
            }
        }

        for (int index = whole * WordBits; index < words.Length; index++)
            words[index] = (plane[whole] >> (index & (WordBits - 1))) & 1;
    }

    private static int ToPlanes<TLanes, TVector>(
        ulong* words, int block, int blocks, int firstBit, int bits, ulong* planes, nint planeWords, ulong* rows)
        where TLanes : struct, IBitLanes<TVector>
        where TVector : struct
    {
        for (; block <= blocks - TLanes.Words; block += TLanes.Words)
            BlockTranspose<TLanes, TVector>.ToPlanes(words + ((nint)block * WordBits), firstBit, bits, planes + block, planeWords, rows);
        return block;
    }

    private static int ToWords<TLanes, TVector>(
        ulong* planes, nint planeWords, int block, int blocks, int bits, ulong* words, ulong* rows)
        where TLanes : struct, IBitLanes<TVector>
        where TVector : struct
    {
        for (; block <= blocks - TLanes.Words; block += TLanes.Words)
            BlockTranspose<TLanes, TVector>.ToWords(planes + block, planeWords, bits, words + ((nint)block * WordBits), rows);
        return block;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Expand<TLanes, TVector>(ulong* plane, int planeWords, ulong* words)
        where TLanes : struct, IBitLanes<TVector>
        where TVector : struct
    {
        TVector one = TLanes.All(1);
        for (nint word = 0; word < planeWords; word++)
        {
            TVector bits = TLanes.ShiftRight(TLanes.All(plane[word]), TLanes.Ramp);
            for (int step = 0; step < WordBits; step += TLanes.Words, words += TLanes.Words)
            {
                TLanes.Store(TLanes.And(bits, one), words);
                bits = TLanes.ShiftRight(bits, TLanes.Words);
            }
        }
    }

    private static int Rows(KernelWidth width) => width switch
    {
        KernelWidth.Vector512 => WordBits * 8,
        KernelWidth.Vector256 => WordBits * 4,
        _ => WordBits,
    };

    private static void Wipe(Span<ulong> words) => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(words));
}
