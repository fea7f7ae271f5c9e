using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Seal.Ring;

/// <summary>Eight doubles in an AVX-512 register.</summary>
internal readonly unsafe struct DoubleLanes512 : IDoubleLanes<Vector512<double>>
{
    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported && Avx512DQ.IsSupported;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Broadcast(double value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(double* source) => Vector512.Load(source);

    // Four are loaded as eight floats: .NET 10 encodes a constant added to the address of vbroadcastf64x4 by the wrong unit.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LoadPeriodic(double* source, int period) => period switch
    {
        2 => Avx512DQ.BroadcastVector128ToVector512(source),
        4 => Avx512DQ.BroadcastVector256ToVector512((float*)source).AsDouble(),
        _ => Vector512.Load(source),
    };

    // The platform offers the gather of four only.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LoadIndexed(double* source, int* indices) => Vector512.Create(
        Avx2.GatherVector256(source, Vector128.Load(indices), sizeof(double)),
        Avx2.GatherVector256(source, Vector128.Load(indices + 4), sizeof(double)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> x, double* destination) => x.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LoadIntegers(ulong* source) => Avx512DQ.ConvertToVector512Double(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreIntegers(Vector512<double> x, ulong* destination) =>
        Avx512DQ.ConvertToVector512UInt64WithTruncation(x).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSigned(Vector512<double> x, long* destination) =>
        Avx512DQ.ConvertToVector512Int64WithTruncation(x).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(Vector512<double> x, Vector512<double> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Subtract(Vector512<double> x, Vector512<double> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Multiply(Vector512<double> x, Vector512<double> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MultiplyAdd(Vector512<double> x, Vector512<double> y, Vector512<double> z) =>
        Avx512F.FusedMultiplyAdd(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MultiplySubtract(Vector512<double> x, Vector512<double> y, Vector512<double> z) =>
        Avx512F.FusedMultiplySubtract(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MultiplyAddNegated(Vector512<double> x, Vector512<double> y, Vector512<double> z) =>
        Avx512F.FusedMultiplyAddNegated(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> AddWhereNegative(Vector512<double> x, Vector512<double> y) =>
        Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<double>.Zero), x + y, x);

    // Without their signs, doubles are in the order of their bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LargerMagnitude(Vector512<double> x, Vector512<double> y) =>
        Vector512.Max(Vector512.Abs(x).AsInt64(), Vector512.Abs(y).AsInt64()).AsDouble();

    // Two blocks A and B of eight, by the place of their elements:
    //   x = A0 A1 A2 A3 A4 A5 A6 A7    y = B0 B1 B2 B3 B4 B5 B6 B7    as they lie in memory
    //   x = A0 B0 A1 B1 A2 B2 A3 B3    y = A4 B4 A5 B5 A6 B6 A7 B7    distance 4
    //   x = A0 B0 A4 B4 A1 B1 A5 B5    y = A2 B2 A6 B6 A3 B3 A7 B7    distance 2
    //   x = A0 B0 A4 B4 A2 B2 A6 B6    y = A1 B1 A5 B5 A3 B3 A7 B7    distance 1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Spread(ref Vector512<double> x, ref Vector512<double> y, int distance)
    {
        if (distance == 1)
        {
            SwapHalves(ref x, ref y);
        }
        else if (distance == 2)
        {
            Permute(ref x, ref y, Vector512.Create(0L, 1, 8, 9, 2, 3, 10, 11), Vector512.Create(4L, 5, 12, 13, 6, 7, 14, 15));
        }
        else
        {
            Permute(ref x, ref y, Vector512.Create(0L, 8, 1, 9, 2, 10, 3, 11), Vector512.Create(4L, 12, 5, 13, 6, 14, 7, 15));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gather(ref Vector512<double> x, ref Vector512<double> y) =>
        Permute(ref x, ref y, Vector512.Create(0L, 8, 4, 12, 2, 10, 6, 14), Vector512.Create(1L, 9, 5, 13, 3, 11, 7, 15));

    // The permutation of Gather is its own inverse.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void UndoGather(ref Vector512<double> x, ref Vector512<double> y) => Gather(ref x, ref y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void UndoSpread(ref Vector512<double> x, ref Vector512<double> y, int distance)
    {
        if (distance == 1)
        {
            SwapHalves(ref x, ref y);
        }
        else if (distance == 2)
        {
            (x, y) = (Avx512F.Shuffle4x128(x, y, 0b10_00_10_00), Avx512F.Shuffle4x128(x, y, 0b11_01_11_01));
        }
        else
        {
            Permute(ref x, ref y, Vector512.Create(0L, 2, 4, 6, 8, 10, 12, 14), Vector512.Create(1L, 3, 5, 7, 9, 11, 13, 15));
        }
    }

    /// <summary>Lower halves of both in x, upper halves of both in y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SwapHalves(ref Vector512<double> x, ref Vector512<double> y) =>
        (x, y) = (Avx512F.Shuffle4x128(x, y, 0b01_00_01_00), Avx512F.Shuffle4x128(x, y, 0b11_10_11_10));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Permute(ref Vector512<double> x, ref Vector512<double> y, Vector512<long> toX, Vector512<long> toY) =>
        (x, y) = (Avx512F.PermuteVar8x64x2(x, toX, y), Avx512F.PermuteVar8x64x2(x, toY, y));
}
