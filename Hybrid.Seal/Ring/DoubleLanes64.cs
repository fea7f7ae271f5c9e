using System.Runtime.CompilerServices;

namespace Hybrid.Seal.Ring;

/// <summary>A vector of one double: the portable width, with fused multiply-add by the machine or in software.</summary>
internal readonly unsafe struct DoubleLanes64 : IDoubleLanes<double>
{
    public static bool IsSupported => true;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Broadcast(double value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Load(double* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double LoadPeriodic(double* source, int period) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double LoadIndexed(double* source, int* indices) => source[*indices];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(double x, double* destination) => *destination = x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double LoadIntegers(ulong* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreIntegers(double x, ulong* destination) => *destination = (ulong)x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSigned(double x, long* destination) => *destination = (long)x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Add(double x, double y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Subtract(double x, double y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Multiply(double x, double y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MultiplyAdd(double x, double y, double z) => Math.FusedMultiplyAdd(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MultiplySubtract(double x, double y, double z) => Math.FusedMultiplyAdd(x, y, -z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MultiplyAddNegated(double x, double y, double z) => Math.FusedMultiplyAdd(-x, y, z);

    // The mask is the sign, spread over all bits, of x with -0 made 0: no branch.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double AddWhereNegative(double x, double y)
    {
        long below = BitConverter.DoubleToInt64Bits(x + 0.0) >> 63;
        return x + BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(y) & below);
    }

    // Without their signs, doubles are in the order of their bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double LargerMagnitude(double x, double y) => BitConverter.Int64BitsToDouble(Math.Max(
        BitConverter.DoubleToInt64Bits(Math.Abs(x)), BitConverter.DoubleToInt64Bits(Math.Abs(y))));

    // One lane is in order.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Spread(ref double x, ref double y, int distance)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gather(ref double x, ref double y)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void UndoGather(ref double x, ref double y)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void UndoSpread(ref double x, ref double y, int distance)
    {
    }
}
