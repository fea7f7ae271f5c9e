using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>One block at a time; runs everywhere.</summary>
internal readonly unsafe struct Blocks128 : IBlockLanes<Vector128<ulong>>
{
    public static int Words => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Load(ulong* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<ulong> value, ulong* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Xor(Vector128<ulong> x, Vector128<ulong> y) => x ^ y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> AndNot(Vector128<ulong> x, Vector128<ulong> y) => Vector128.AndNot(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> ShiftLeft(Vector128<ulong> x, int bits) => x << bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Controls(Vector128<ulong> x) => Vector128.Shuffle(x, Vector128.Create(1UL));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Choose(Vector128<ulong> by, Vector128<ulong> set, Vector128<ulong> clear) => Sse41.IsSupported
        ? Sse41.BlendVariable(clear.AsDouble(), set.AsDouble(), by.AsDouble()).AsUInt64()
        : Vector128.ConditionalSelect(Vector128.LessThan(by.AsInt64(), Vector128<long>.Zero).AsUInt64(), set, clear);
}

/// <summary>Two blocks at a time.</summary>
internal readonly unsafe struct Blocks256 : IBlockLanes<Vector256<ulong>>
{
    public static int Words => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Load(ulong* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<ulong> value, ulong* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Xor(Vector256<ulong> x, Vector256<ulong> y) => x ^ y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> AndNot(Vector256<ulong> x, Vector256<ulong> y) => Vector256.AndNot(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> ShiftLeft(Vector256<ulong> x, int bits) => x << bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Controls(Vector256<ulong> x) => Avx2.UnpackHigh(x, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Choose(Vector256<ulong> by, Vector256<ulong> set, Vector256<ulong> clear) =>
        Avx.BlendVariable(clear.AsDouble(), set.AsDouble(), by.AsDouble()).AsUInt64();
}

/// <summary>Four blocks at a time.</summary>
internal readonly unsafe struct Blocks512 : IBlockLanes<Vector512<ulong>>
{
    public static int Words => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Load(ulong* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<ulong> value, ulong* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Xor(Vector512<ulong> x, Vector512<ulong> y) => x ^ y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> AndNot(Vector512<ulong> x, Vector512<ulong> y) => Vector512.AndNot(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> ShiftLeft(Vector512<ulong> x, int bits) => x << bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Controls(Vector512<ulong> x) => Avx512F.UnpackHigh(x, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Choose(Vector512<ulong> by, Vector512<ulong> set, Vector512<ulong> clear) =>
        Vector512.ConditionalSelect(Vector512.LessThan(by.AsInt64(), Vector512<long>.Zero).AsUInt64(), set, clear);
}
