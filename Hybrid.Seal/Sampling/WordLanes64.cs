using System.Numerics;
using System.Runtime.CompilerServices;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Sampling;

/// <summary>One word in an ordinary register; runs everywhere.</summary>
internal readonly unsafe struct WordLanes64 : IWordLanes<ulong>
{
    public static bool IsSupported => true;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Broadcast(ulong value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(ulong* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ulong x, ulong* destination) => *destination = x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ulong x, ulong y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Subtract(ulong x, ulong y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong And(ulong x, ulong y) => x & y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Xor(ulong x, ulong y) => x ^ y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyLow(ulong x, ulong y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyHigh(ulong x, ulong y) => Modulus.MultiplyHigh(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AddWhereNegative(ulong x, ulong y) => x + (y & (ulong)((long)x >> 63));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAtLeast(ulong x, ulong bound) => x >= bound;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Rotate32(ulong x) => BitOperations.RotateRight(x, 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong RotateRight24(ulong x) => BitOperations.RotateRight(x, 24);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong RotateRight16(ulong x) => BitOperations.RotateRight(x, 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong RotateRight63(ulong x) => BitOperations.RotateRight(x, 63);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreColumns(ulong* rows, ulong* destination) => new ReadOnlySpan<ulong>(rows, 8).CopyTo(new Span<ulong>(destination, 8));
}
