using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Seal.Ring;

/// <summary>Four doubles in an AVX register, with AVX2 and FMA.</summary>
internal readonly unsafe struct DoubleLanes256 : IDoubleLanes<Vector256<double>>
{
    // 2^52, and its bits: an integer below it is the fraction field of 2^52 plus that integer.
    private const double TwoTo52 = 4503599627370496.0;
    private const ulong TwoTo52Bits = 0x433UL << 52;

    // 1.5 * 2^52, which leaves room for a sign below 2^51.
    private const double SignedShift = 6755399441055744.0;

    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Broadcast(double value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(double* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LoadPeriodic(double* source, int period) =>
        period == 2 ? Avx.BroadcastVector128ToVector256(source) : Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LoadIndexed(double* source, int* indices) =>
        Avx2.GatherVector256(source, Vector128.Load(indices), sizeof(double));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<double> x, double* destination) => x.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LoadIntegers(ulong* source) =>
        (Vector256.Load(source) | Vector256.Create(TwoTo52Bits)).AsDouble() - Vector256.Create(TwoTo52);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreIntegers(Vector256<double> x, ulong* destination) =>
        ((x + Vector256.Create(TwoTo52)).AsUInt64() ^ Vector256.Create(TwoTo52Bits)).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSigned(Vector256<double> x, long* destination) =>
        ((x + Vector256.Create(SignedShift)).AsInt64() - Vector256.Create(SignedShift).AsInt64()).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Add(Vector256<double> x, Vector256<double> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Subtract(Vector256<double> x, Vector256<double> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Multiply(Vector256<double> x, Vector256<double> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> MultiplyAdd(Vector256<double> x, Vector256<double> y, Vector256<double> z) =>
        Fma.MultiplyAdd(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> MultiplySubtract(Vector256<double> x, Vector256<double> y, Vector256<double> z) =>
        Fma.MultiplySubtract(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> MultiplyAddNegated(Vector256<double> x, Vector256<double> y, Vector256<double> z) =>
        Fma.MultiplyAddNegated(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> AddWhereNegative(Vector256<double> x, Vector256<double> y) =>
        x + (Vector256.LessThan(x, Vector256<double>.Zero) & y);

    // Without their signs, doubles are in the order of their bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LargerMagnitude(Vector256<double> x, Vector256<double> y) =>
        Vector256.Max(Vector256.Abs(x).AsInt64(), Vector256.Abs(y).AsInt64()).AsDouble();

    // Two blocks A and B of four, by the place of their elements:
    //   x = A0 A1 A2 A3    y = B0 B1 B2 B3    as they lie in memory
    //   x = A0 B0 A1 B1    y = A2 B2 A3 B3    distance 2
    //   x = A0 B0 A2 B2    y = A1 B1 A3 B3    distance 1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Spread(ref Vector256<double> x, ref Vector256<double> y, int distance)
    {
        if (distance == 2)
        {
            Interleave(ref x, ref y);
        }

        SwapHalves(ref x, ref y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gather(ref Vector256<double> x, ref Vector256<double> y) => Interleave(ref x, ref y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void UndoGather(ref Vector256<double> x, ref Vector256<double> y) => Interleave(ref x, ref y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void UndoSpread(ref Vector256<double> x, ref Vector256<double> y, int distance)
    {
        SwapHalves(ref x, ref y);
        if (distance == 2)
        {
            Interleave(ref x, ref y);
        }
    }

    /// <summary>Even lanes of both in x, odd lanes of both in y; its own inverse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(ref Vector256<double> x, ref Vector256<double> y) =>
        (x, y) = (Avx.UnpackLow(x, y), Avx.UnpackHigh(x, y));

    /// <summary>Lower halves of both in x, upper halves of both in y; its own inverse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SwapHalves(ref Vector256<double> x, ref Vector256<double> y) =>
        (x, y) = (Avx.Permute2x128(x, y, 0x20), Avx.Permute2x128(x, y, 0x31));
}
