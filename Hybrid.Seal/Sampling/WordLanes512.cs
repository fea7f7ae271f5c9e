using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Seal.Sampling;

/// <summary>Eight words in an AVX-512 register.</summary>
internal readonly unsafe struct WordLanes512 : IWordLanes<Vector512<ulong>>
{
    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported && Avx512DQ.IsSupported;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Broadcast(ulong value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Load(ulong* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<ulong> x, ulong* destination) => x.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Add(Vector512<ulong> x, Vector512<ulong> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Subtract(Vector512<ulong> x, Vector512<ulong> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> And(Vector512<ulong> x, Vector512<ulong> y) => x & y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Xor(Vector512<ulong> x, Vector512<ulong> y) => x ^ y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> MultiplyLow(Vector512<ulong> x, Vector512<ulong> y) => Avx512DQ.MultiplyLow(x, y);

    // By halves: x = x1 2^32 + x0, and y alike.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> MultiplyHigh(Vector512<ulong> x, Vector512<ulong> y)
    {
        Vector512<ulong> x1 = x >> 32;
        Vector512<ulong> y1 = y >> 32;
        Vector512<ulong> middle = Halves(x1, y) + (Halves(x, y) >> 32);
        Vector512<ulong> crossed = Halves(x, y1) + (middle & Vector512.Create(0xffff_fffful));
        return Halves(x1, y1) + (middle >> 32) + (crossed >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> AddWhereNegative(Vector512<ulong> x, Vector512<ulong> y) =>
        x + (y & (x.AsInt64() >> 63).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAtLeast(Vector512<ulong> x, Vector512<ulong> bound) => Vector512.GreaterThanOrEqualAny(x, bound);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Rotate32(Vector512<ulong> x) => Avx512F.RotateRight(x, 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> RotateRight24(Vector512<ulong> x) => Avx512F.RotateRight(x, 24);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> RotateRight16(Vector512<ulong> x) => Avx512F.RotateRight(x, 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> RotateRight63(Vector512<ulong> x) => Avx512F.RotateRight(x, 63);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreColumns(Vector512<ulong>* rows, ulong* destination)
    {
        // Pairs of rows by words, then fours by quarters of a vector, then all eight.
        Vector512<ulong> even01 = Avx512F.UnpackLow(rows[0], rows[1]);
        Vector512<ulong> odd01 = Avx512F.UnpackHigh(rows[0], rows[1]);
        Vector512<ulong> even23 = Avx512F.UnpackLow(rows[2], rows[3]);
        Vector512<ulong> odd23 = Avx512F.UnpackHigh(rows[2], rows[3]);
        Vector512<ulong> even45 = Avx512F.UnpackLow(rows[4], rows[5]);
        Vector512<ulong> odd45 = Avx512F.UnpackHigh(rows[4], rows[5]);
        Vector512<ulong> even67 = Avx512F.UnpackLow(rows[6], rows[7]);
        Vector512<ulong> odd67 = Avx512F.UnpackHigh(rows[6], rows[7]);
        StoreEveryOtherColumn(even01, even23, even45, even67, destination);
        StoreEveryOtherColumn(odd01, odd23, odd45, odd67, destination + 8);
    }

    // Quarter j of each vector holds two words of column 2 j of those wanted.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreEveryOtherColumn(
        Vector512<ulong> rows01, Vector512<ulong> rows23, Vector512<ulong> rows45, Vector512<ulong> rows67, ulong* destination)
    {
        Vector512<ulong> low0123 = Avx512F.Shuffle4x128(rows01, rows23, 0b10_00_10_00);  // quarters 0 and 2 of each
        Vector512<ulong> high0123 = Avx512F.Shuffle4x128(rows01, rows23, 0b11_01_11_01); // quarters 1 and 3
        Vector512<ulong> low4567 = Avx512F.Shuffle4x128(rows45, rows67, 0b10_00_10_00);
        Vector512<ulong> high4567 = Avx512F.Shuffle4x128(rows45, rows67, 0b11_01_11_01);
        Avx512F.Shuffle4x128(low0123, low4567, 0b10_00_10_00).Store(destination);
        Avx512F.Shuffle4x128(high0123, high4567, 0b10_00_10_00).Store(destination + 16);
        Avx512F.Shuffle4x128(low0123, low4567, 0b11_01_11_01).Store(destination + 32);
        Avx512F.Shuffle4x128(high0123, high4567, 0b11_01_11_01).Store(destination + 48);
    }

    // The product of the low halves of each word.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Halves(Vector512<ulong> x, Vector512<ulong> y) => Avx512F.Multiply(x.AsUInt32(), y.AsUInt32());
}
