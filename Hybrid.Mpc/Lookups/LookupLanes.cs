using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Mpc.Lookups;

/// <summary>One real and one word at a time: the reference for the other widths.</summary>
internal readonly unsafe struct LookupLanes64 : ILookupLanes<double, ulong>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Broadcast(double value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Load(double* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(double value, double* destination) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Add(double x, double y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Subtract(double x, double y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Multiply(double x, double y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRounded(double value, ulong* destination) =>
        *destination = unchecked((ulong)DeterministicMath.Round(value));

    // A difference below 2^63 is zero just where subtracting one sets the top bit: no comparison that might become a branch.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhere(ulong value, ulong first, ulong chosen, ulong* destination) =>
        *destination = unchecked(value & (0 - (((first ^ chosen) - 1) >> 63)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyAdd(ulong sum, double coefficients, ulong* words) =>
        unchecked(sum + ((ulong)(int)BitConverter.DoubleToInt64Bits(coefficients + DeterministicMath.Rounder) * *words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Total(ulong sum) => sum;
}

/// <summary>Four reals and words at a time.</summary>
/// <remarks>
/// c · b mod 2^64 for a signed c of 32 bits: with b = b0 + 2^32 b1 and b0 read as signed, so that b1 takes its carry, it is c·b0 (a
/// signed product) + 2^32 (c·b1), of which only the low half of the bracket counts. The two are summed apart and joined once.
/// </remarks>
internal readonly unsafe struct LookupLanes256 : ILookupLanes<Vector256<double>, LookupLanes256.Sum>
{
    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Broadcast(double value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(double* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<double> value, double* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Add(Vector256<double> x, Vector256<double> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Subtract(Vector256<double> x, Vector256<double> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Multiply(Vector256<double> x, Vector256<double> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRounded(Vector256<double> value, ulong* destination) =>
        ((value + Vector256.Create(DeterministicMath.Rounder)).AsInt64() - Vector256.Create(DeterministicMath.RounderBits))
            .AsUInt64().Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhere(ulong value, ulong first, ulong chosen, ulong* destination) =>
        (Vector256.Create(value) & Vector256.Equals(Vector256<ulong>.Indices, Vector256.Create(unchecked(chosen - first))))
            .Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sum MultiplyAdd(Sum sum, Vector256<double> coefficients, ulong* words)
    {
        Vector256<int> c = (coefficients + Vector256.Create(DeterministicMath.Rounder)).AsInt32();
        Vector256<ulong> b = Vector256.Load(words);
        Vector256<ulong> high = (b + Vector256.Create(0x80000000UL)) >> 32;
        return new(sum.Low + Avx2.Multiply(c, b.AsInt32()), sum.High + Avx2.Multiply(c.AsUInt32(), high.AsUInt32()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Total(Sum sum) => Vector256.Sum(sum.Low.AsUInt64() + (sum.High << 32));

    internal readonly struct Sum(Vector256<long> low, Vector256<ulong> high)
    {
        public readonly Vector256<long> Low = low;
        public readonly Vector256<ulong> High = high;
    }
}

/// <summary>Eight reals and words at a time.</summary>
/// <remarks>
/// c · b mod 2^64 for a signed c of 32 bits: with b = b0 + 2^32 b1 and b0 read as signed, so that b1 takes its carry, it is c·b0 (a
/// signed product) + 2^32 (c·b1), of which only the low half of the bracket counts. The two are summed apart and joined once.
/// </remarks>
internal readonly unsafe struct LookupLanes512 : ILookupLanes<Vector512<double>, LookupLanes512.Sum>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Broadcast(double value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(double* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> value, double* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(Vector512<double> x, Vector512<double> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Subtract(Vector512<double> x, Vector512<double> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Multiply(Vector512<double> x, Vector512<double> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRounded(Vector512<double> value, ulong* destination) =>
        ((value + Vector512.Create(DeterministicMath.Rounder)).AsInt64() - Vector512.Create(DeterministicMath.RounderBits))
            .AsUInt64().Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhere(ulong value, ulong first, ulong chosen, ulong* destination) =>
        (Vector512.Create(value) & Vector512.Equals(Vector512<ulong>.Indices, Vector512.Create(unchecked(chosen - first))))
            .Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sum MultiplyAdd(Sum sum, Vector512<double> coefficients, ulong* words)
    {
        Vector512<int> c = (coefficients + Vector512.Create(DeterministicMath.Rounder)).AsInt32();
        Vector512<ulong> b = Vector512.Load(words);
        Vector512<ulong> high = (b + Vector512.Create(0x80000000UL)) >> 32;
        return new(sum.Low + Avx512F.Multiply(c, b.AsInt32()), sum.High + Avx512F.Multiply(c.AsUInt32(), high.AsUInt32()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Total(Sum sum) => Vector512.Sum(sum.Low.AsUInt64() + (sum.High << 32));

    internal readonly struct Sum(Vector512<long> low, Vector512<ulong> high)
    {
        public readonly Vector512<long> Low = low;
        public readonly Vector512<ulong> High = high;
    }
}
