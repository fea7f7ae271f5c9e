using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Mpc.Bits;

/// <summary>One word at a time; runs everywhere.</summary>
internal readonly unsafe struct Bits64 : IBitLanes<ulong>
{
    public static int Words => 1;

    public static ulong Ramp => 0;

    public static ulong All(ulong word) => word;

    public static ulong Load(ulong* source) => *source;

    public static void Store(ulong value, ulong* destination) => *destination = value;

    public static ulong Gather(ulong* source) => *source;

    public static void Scatter(ulong value, ulong* destination) => *destination = value;

    public static ulong Xor(ulong x, ulong y) => x ^ y;

    public static ulong And(ulong x, ulong y) => x & y;

    public static ulong Not(ulong x) => ~x;

    public static ulong ShiftLeft(ulong x, int bits) => x << bits;

    public static ulong ShiftRight(ulong x, int bits) => x >> bits;

    public static ulong ShiftRight(ulong x, ulong bits) => x >> (int)bits;
}

/// <summary>Four words at a time.</summary>
internal readonly unsafe struct Bits256 : IBitLanes<Vector256<ulong>>
{
    public static int Words => 4;

    public static Vector256<ulong> Ramp => Vector256.Create(0UL, 1, 2, 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> All(ulong word) => Vector256.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Load(ulong* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<ulong> value, ulong* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Gather(ulong* source) => Vector256.Create(source[0], source[64], source[128], source[192]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector256<ulong> value, ulong* destination)
    {
        destination[0] = value.GetElement(0);
        destination[64] = value.GetElement(1);
        destination[128] = value.GetElement(2);
        destination[192] = value.GetElement(3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Xor(Vector256<ulong> x, Vector256<ulong> y) => x ^ y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> And(Vector256<ulong> x, Vector256<ulong> y) => x & y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Not(Vector256<ulong> x) => ~x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> ShiftLeft(Vector256<ulong> x, int bits) => x << bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> ShiftRight(Vector256<ulong> x, int bits) => x >>> bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> ShiftRight(Vector256<ulong> x, Vector256<ulong> bits) => Avx2.ShiftRightLogicalVariable(x, bits);
}

/// <summary>Eight words at a time.</summary>
internal readonly unsafe struct Bits512 : IBitLanes<Vector512<ulong>>
{
    public static int Words => 8;

    public static Vector512<ulong> Ramp => Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> All(ulong word) => Vector512.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Load(ulong* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<ulong> value, ulong* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Gather(ulong* source) => Vector512.Create(
        source[0], source[64], source[128], source[192],
        source[256], source[320], source[384], source[448]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector512<ulong> value, ulong* destination)
    {
        destination[0] = value.GetElement(0);
        destination[64] = value.GetElement(1);
        destination[128] = value.GetElement(2);
        destination[192] = value.GetElement(3);
        destination[256] = value.GetElement(4);
        destination[320] = value.GetElement(5);
        destination[384] = value.GetElement(6);
        destination[448] = value.GetElement(7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Xor(Vector512<ulong> x, Vector512<ulong> y) => x ^ y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> And(Vector512<ulong> x, Vector512<ulong> y) => x & y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Not(Vector512<ulong> x) => ~x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> ShiftLeft(Vector512<ulong> x, int bits) => x << bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> ShiftRight(Vector512<ulong> x, int bits) => x >>> bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> ShiftRight(Vector512<ulong> x, Vector512<ulong> bits) => Avx512F.ShiftRightLogicalVariable(x, bits);
}
