using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Seal.Sampling;

/// <summary>Four words in an AVX2 register.</summary>
internal readonly unsafe struct WordLanes256 : IWordLanes<Vector256<ulong>>
{
    public static bool IsSupported => Vector256.IsHardwareAccelerated && Avx2.IsSupported;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Broadcast(ulong value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Load(ulong* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<ulong> x, ulong* destination) => x.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Add(Vector256<ulong> x, Vector256<ulong> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Subtract(Vector256<ulong> x, Vector256<ulong> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> And(Vector256<ulong> x, Vector256<ulong> y) => x & y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Xor(Vector256<ulong> x, Vector256<ulong> y) => x ^ y;

    // Both products by halves: x = x1 2^32 + x0, and y alike.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> MultiplyLow(Vector256<ulong> x, Vector256<ulong> y)
    {
        Vector256<ulong> crossed = Halves(x >> 32, y) + Halves(x, y >> 32);
        return Halves(x, y) + (crossed << 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> MultiplyHigh(Vector256<ulong> x, Vector256<ulong> y)
    {
        Vector256<ulong> x1 = x >> 32;
        Vector256<ulong> y1 = y >> 32;
        Vector256<ulong> middle = Halves(x1, y) + (Halves(x, y) >> 32);
        Vector256<ulong> crossed = Halves(x, y1) + (middle & Vector256.Create(0xffff_fffful));
        return Halves(x1, y1) + (middle >> 32) + (crossed >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> AddWhereNegative(Vector256<ulong> x, Vector256<ulong> y) =>
        x + (y & Vector256.LessThan(x.AsInt64(), Vector256<long>.Zero).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAtLeast(Vector256<ulong> x, Vector256<ulong> bound) => Vector256.GreaterThanOrEqualAny(x, bound);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Rotate32(Vector256<ulong> x) => Avx2.Shuffle(x.AsUInt32(), 0b10_11_00_01).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> RotateRight24(Vector256<ulong> x) =>
        Avx2.Shuffle(
            x.AsByte(),
            Vector256.Create(
                (byte)3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10, 3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10)).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> RotateRight16(Vector256<ulong> x) =>
        Avx2.Shuffle(
            x.AsByte(),
            Vector256.Create(
                (byte)2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9, 2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9)).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> RotateRight63(Vector256<ulong> x) => (x + x) | (x >> 63);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreColumns(Vector256<ulong>* rows, ulong* destination)
    {
        StoreFourColumns(rows, destination);
        StoreFourColumns(rows + 4, destination + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFourColumns(Vector256<ulong>* rows, ulong* destination)
    {
        Vector256<ulong> even01 = Avx2.UnpackLow(rows[0], rows[1]);   // columns 0 and 2
        Vector256<ulong> odd01 = Avx2.UnpackHigh(rows[0], rows[1]);   // columns 1 and 3
        Vector256<ulong> even23 = Avx2.UnpackLow(rows[2], rows[3]);
        Vector256<ulong> odd23 = Avx2.UnpackHigh(rows[2], rows[3]);
        Avx2.Permute2x128(even01, even23, 0x20).Store(destination);
        Avx2.Permute2x128(odd01, odd23, 0x20).Store(destination + 8);
        Avx2.Permute2x128(even01, even23, 0x31).Store(destination + 16);
        Avx2.Permute2x128(odd01, odd23, 0x31).Store(destination + 24);
    }

    // The product of the low halves of each word.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Halves(Vector256<ulong> x, Vector256<ulong> y) => Avx2.Multiply(x.AsUInt32(), y.AsUInt32());
}
