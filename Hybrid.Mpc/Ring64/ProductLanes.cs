using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Mpc.Ring64;

/// <summary>One word at a time: the reference for the other widths.</summary>
internal readonly unsafe struct ScalarLanes : IProductLanes<ulong, ulong>
{
    public static int Count => 1;

    public static bool PacksFactors => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(ulong* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyAdd(ulong sum, ulong factor, ulong words) => unchecked(sum + (factor * words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ulong sum, ulong* destination, bool accumulate) =>
        *destination = unchecked(accumulate ? *destination + sum : sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Total(ulong sum) => sum;
}

/// <summary>Four words at a time.</summary>
/// <remarks>
/// AVX2 has no 64-bit product. With x = x0 + 2^32 x1, a·b mod 2^64 is a0·b0 + 2^32 (a0·b1 + a1·b0), of whose bracket only the
/// low 32 bits count: one 32-bit product of b with the halves of a swapped makes both its terms. They are summed apart and
/// joined once, at the end.
/// </remarks>
internal readonly unsafe struct Vector256Lanes : IProductLanes<Vector256Lanes.Words, Vector256Lanes.Sum>
{
    public static int Count => 4;

    public static bool PacksFactors => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words Load(ulong* source)
    {
        Vector256<uint> halves = Vector256.Load(source).AsUInt32();
        return new Words(halves, Swap(halves));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sum MultiplyAdd(Sum sum, ulong factor, Words words)
    {
        Vector256<uint> broadcast = Vector256.Create(factor).AsUInt32();
        return MultiplyAdd(sum, broadcast, words);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sum MultiplyAdd(Sum sum, Words left, Words right) => MultiplyAdd(sum, left.Halves, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Sum sum, ulong* destination, bool accumulate)
    {
        Vector256<ulong> words = Join(sum);
        (accumulate ? words + Vector256.Load(destination) : words).Store(destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Total(Sum sum) => Vector256.Sum(Join(sum));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Sum MultiplyAdd(Sum sum, Vector256<uint> left, Words right) =>
        new(sum.Low + Avx2.Multiply(left, right.Halves), sum.Cross + (left * right.Swapped));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Join(Sum sum) => sum.Low + ((sum.Cross + Swap(sum.Cross)).AsUInt64() << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Swap(Vector256<uint> halves) => Avx2.Shuffle(halves, 0b10_11_00_01);

    internal readonly struct Words(Vector256<uint> halves, Vector256<uint> swapped)
    {
        public readonly Vector256<uint> Halves = halves;
        public readonly Vector256<uint> Swapped = swapped;
    }

    internal readonly struct Sum(Vector256<ulong> low, Vector256<uint> cross)
    {
        public readonly Vector256<ulong> Low = low;
        public readonly Vector256<uint> Cross = cross;
    }
}

/// <summary>Eight words at a time, with AVX-512's own 64-bit product.</summary>
internal readonly unsafe struct Vector512Lanes : IProductLanes<Vector512<ulong>, Vector512<ulong>>
{
    public static int Count => 8;

    public static bool PacksFactors => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Load(ulong* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> MultiplyAdd(Vector512<ulong> sum, ulong factor, Vector512<ulong> words) =>
        sum + (Vector512.Create(factor) * words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> MultiplyAdd(Vector512<ulong> sum, Vector512<ulong> left, Vector512<ulong> right) =>
        sum + (left * right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<ulong> sum, ulong* destination, bool accumulate) =>
        (accumulate ? sum + Vector512.Load(destination) : sum).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Total(Vector512<ulong> sum) => Vector512.Sum(sum);
}
