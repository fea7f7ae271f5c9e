using System.Runtime.CompilerServices;

namespace Hybrid.Mpc.Bits;

/// <summary>Transposes squares of 64 by 64 bits, one in every lane.</summary>
/// <remarks>
/// Six rounds swap the off-diagonal quarters of ever smaller squares, three rounds at a time in registers. No branch and no
/// address depends on a bit. Source: Warren, "Hacker's Delight" (2nd ed. 2012), section 7-3.
/// </remarks>
internal static unsafe class BlockTranspose<TLanes, TVector>
    where TLanes : struct, IBitLanes<TVector>
    where TVector : struct
{
    /// <summary>Bits of a square's side.</summary>
    public const int Side = 64;

    // Squares that lie within 32, 16, … 1 bits: where their low halves are.
    private const ulong Low32 = 0x00000000FFFFFFFF;
    private const ulong Low16 = 0x0000FFFF0000FFFF;
    private const ulong Low8 = 0x00FF00FF00FF00FF;
    private const ulong Low4 = 0x0F0F0F0F0F0F0F0F;
    private const ulong Low2 = 0x3333333333333333;
    private const ulong Low1 = 0x5555555555555555;

    /// <summary>
    /// Takes words: bits [<paramref name="firstBit"/>, firstBit + bits) of <see cref="Side"/> · lanes of them become one vector of
    /// each of <paramref name="bits"/> planes.
    /// </summary>
    /// <param name="words">The words.</param>
    /// <param name="firstBit">Which bit goes to the first plane.</param>
    /// <param name="bits">How many bits are wanted.</param>
    /// <param name="planes">The first plane's vector.</param>
    /// <param name="stride">From one plane to the next.</param>
    /// <param name="rows">Room for <see cref="Side"/> vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToPlanes(ulong* words, int firstBit, int bits, ulong* planes, nint stride, ulong* rows)
    {
        for (nint row = 0; row < Side; row++)
            TLanes.Store(TLanes.Gather(words + row), rows + (row * TLanes.Words));
        for (nint row = 0; row < 8; row++)
            Far(rows + (row * TLanes.Words));
        for (nint row = firstBit & ~7; row < firstBit + bits; row += 8)
            Near(rows + (row * TLanes.Words));
        rows += (nint)firstBit * TLanes.Words;
        for (nint row = 0; row < bits; row++)
            TLanes.Store(TLanes.Load(rows + (row * TLanes.Words)), planes + (row * stride));
    }

    /// <summary>The inverse of <see cref="ToPlanes"/> with the first bit 0: bits that have no plane are zero.</summary>
    /// <param name="planes">The first plane's vector.</param>
    /// <param name="stride">From one plane to the next.</param>
    /// <param name="bits">How many planes there are.</param>
    /// <param name="words">Where <see cref="Side"/> · lanes words go.</param>
    /// <param name="rows">Room for <see cref="Side"/> vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToWords(ulong* planes, nint stride, int bits, ulong* words, ulong* rows)
    {
        for (nint row = 0; row < bits; row++)
            TLanes.Store(TLanes.Load(planes + (row * stride)), rows + (row * TLanes.Words));
        for (nint row = bits; row < Side; row++)
            TLanes.Store(default, rows + (row * TLanes.Words));
        for (nint row = 0; row < 8; row++)
            Far(rows + (row * TLanes.Words));
        for (nint row = 0; row < Side; row += 8)
            Near(rows + (row * TLanes.Words));
        for (nint row = 0; row < Side; row++)
            TLanes.Scatter(TLanes.Load(rows + (row * TLanes.Words)), words + row);
    }

    // The rounds of 32, 16 and 8, which leave rows apart that are not a multiple of 8 apart.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Far(ulong* rows) => Rounds(rows, 8 * TLanes.Words, 32, Low32, 16, Low16, 8, Low8);

    // The rounds of 4, 2 and 1, among eight rows that lie together.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Near(ulong* rows) => Rounds(rows, TLanes.Words, 4, Low4, 2, Low2, 1, Low1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rounds(ulong* rows, nint stride, int bits0, ulong low0, int bits1, ulong low1, int bits2, ulong low2)
    {
        TVector row0 = TLanes.Load(rows);
        TVector row1 = TLanes.Load(rows + stride);
        TVector row2 = TLanes.Load(rows + (2 * stride));
        TVector row3 = TLanes.Load(rows + (3 * stride));
        TVector row4 = TLanes.Load(rows + (4 * stride));
        TVector row5 = TLanes.Load(rows + (5 * stride));
        TVector row6 = TLanes.Load(rows + (6 * stride));
        TVector row7 = TLanes.Load(rows + (7 * stride));
        TVector low = TLanes.All(low0);
        Swap(ref row0, ref row4, bits0, low);
        Swap(ref row1, ref row5, bits0, low);
        Swap(ref row2, ref row6, bits0, low);
        Swap(ref row3, ref row7, bits0, low);
        low = TLanes.All(low1);
        Swap(ref row0, ref row2, bits1, low);
        Swap(ref row1, ref row3, bits1, low);
        Swap(ref row4, ref row6, bits1, low);
        Swap(ref row5, ref row7, bits1, low);
        low = TLanes.All(low2);
        Swap(ref row0, ref row1, bits2, low);
        Swap(ref row2, ref row3, bits2, low);
        Swap(ref row4, ref row5, bits2, low);
        Swap(ref row6, ref row7, bits2, low);
        TLanes.Store(row0, rows);
        TLanes.Store(row1, rows + stride);
        TLanes.Store(row2, rows + (2 * stride));
        TLanes.Store(row3, rows + (3 * stride));
        TLanes.Store(row4, rows + (4 * stride));
        TLanes.Store(row5, rows + (5 * stride));
        TLanes.Store(row6, rows + (6 * stride));
        TLanes.Store(row7, rows + (7 * stride));
    }

    // The upper row's high halves for the lower row's low ones.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Swap(ref TVector upper, ref TVector lower, int bits, TVector low)
    {
        TVector difference = TLanes.And(TLanes.Xor(TLanes.ShiftRight(upper, bits), lower), low);
        lower = TLanes.Xor(lower, difference);
        upper = TLanes.Xor(upper, TLanes.ShiftLeft(difference, bits));
    }
}
