using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Words = System.Runtime.Intrinsics.Vector512<ulong>;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>
/// Eight rows, each with its digits one after the other, to and from a block, which has the eight rows' words of a digit
/// side by side: transpositions of eight by eight words, in registers.
/// </summary>
internal static unsafe class WideTransposition
{
    private const int Lanes = LaneRing.Lanes;

    /// <summary>block[digit · 8 + lane] = rows[numbers[lane] · words + digit].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather(ulong* block, ulong* rows, ReadOnlySpan<int> numbers, int words)
    {
        ulong* r0 = rows + ((long)numbers[0] * words), r1 = rows + ((long)numbers[1] * words);
        ulong* r2 = rows + ((long)numbers[2] * words), r3 = rows + ((long)numbers[3] * words);
        ulong* r4 = rows + ((long)numbers[4] * words), r5 = rows + ((long)numbers[5] * words);
        ulong* r6 = rows + ((long)numbers[6] * words), r7 = rows + ((long)numbers[7] * words);
        int digit = 0;
        for (; digit + Lanes <= words; digit += Lanes)
        {
            ulong* to = block + (digit * Lanes);
            Transpose(r0 + digit, r1 + digit, r2 + digit, r3 + digit, r4 + digit, r5 + digit, r6 + digit, r7 + digit,
                to, to + 8, to + 16, to + 24, to + 32, to + 40, to + 48, to + 56);
        }

        for (; digit < words; digit++)
        {
            Vector512.Create(r0[digit], r1[digit], r2[digit], r3[digit], r4[digit], r5[digit], r6[digit], r7[digit]).Store(block + (digit * Lanes));
        }
    }

    /// <summary>rows[numbers[lane] · words + digit] = block[digit · 8 + lane].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scatter(ulong* rows, ReadOnlySpan<int> numbers, ulong* block, int words)
    {
        ulong* r0 = rows + ((long)numbers[0] * words), r1 = rows + ((long)numbers[1] * words);
        ulong* r2 = rows + ((long)numbers[2] * words), r3 = rows + ((long)numbers[3] * words);
        ulong* r4 = rows + ((long)numbers[4] * words), r5 = rows + ((long)numbers[5] * words);
        ulong* r6 = rows + ((long)numbers[6] * words), r7 = rows + ((long)numbers[7] * words);
        int digit = 0;
        for (; digit + Lanes <= words; digit += Lanes)
        {
            ulong* from = block + (digit * Lanes);
            Transpose(from, from + 8, from + 16, from + 24, from + 32, from + 40, from + 48, from + 56,
                r0 + digit, r1 + digit, r2 + digit, r3 + digit, r4 + digit, r5 + digit, r6 + digit, r7 + digit);
        }

        for (; digit < words; digit++)
        {
            ulong* from = block + (digit * Lanes);
            (r0[digit], r1[digit], r2[digit], r3[digit]) = (from[0], from[1], from[2], from[3]);
            (r4[digit], r5[digit], r6[digit], r7[digit]) = (from[4], from[5], from[6], from[7]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        ulong* a0, ulong* a1, ulong* a2, ulong* a3, ulong* a4, ulong* a5, ulong* a6, ulong* a7,
        ulong* b0, ulong* b1, ulong* b2, ulong* b3, ulong* b4, ulong* b5, ulong* b6, ulong* b7)
    {
        (Words even01, Words odd01) = Interleave(a0, a1);
        (Words even23, Words odd23) = Interleave(a2, a3);
        (Words even45, Words odd45) = Interleave(a4, a5);
        (Words even67, Words odd67) = Interleave(a6, a7);
        Quarter(even01, even23, even45, even67, b0, b4, b2, b6);
        Quarter(odd01, odd23, odd45, odd67, b1, b5, b3, b7);
    }

    // Words 0, 2, 4, 6 of both, in pairs; and words 1, 3, 5, 7.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Words Even, Words Odd) Interleave(ulong* left, ulong* right)
    {
        Words a = Vector512.Load(left), b = Vector512.Load(right);
        return (Avx512F.UnpackLow(a, b), Avx512F.UnpackHigh(a, b));
    }

    // Pairs 0, 2, 1 and 3 of all four.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(Words p, Words q, Words r, Words s, ulong* pair0, ulong* pair2, ulong* pair1, ulong* pair3)
    {
        const byte First = 0x88, Second = 0xDD;
        Words pq = Avx512F.Shuffle4x128(p, q, First), rs = Avx512F.Shuffle4x128(r, s, First);
        Avx512F.Shuffle4x128(pq, rs, First).Store(pair0);
        Avx512F.Shuffle4x128(pq, rs, Second).Store(pair2);
        pq = Avx512F.Shuffle4x128(p, q, Second);
        rs = Avx512F.Shuffle4x128(r, s, Second);
        Avx512F.Shuffle4x128(pq, rs, First).Store(pair1);
        Avx512F.Shuffle4x128(pq, rs, Second).Store(pair3);
    }
}
