using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hybrid.Seal.Sampling;

/// <summary>Sixteen bytes of the runtime's own vectors, which run everywhere: SSE, Arm's Advanced SIMD, or one after the other.</summary>
internal readonly unsafe struct ByteLanes128 : IByteLanes<Vector128<byte>>
{
    public static bool IsSupported => true;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Broadcast(byte value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(byte* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Add(Vector128<byte> x, Vector128<byte> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Subtract(Vector128<byte> x, Vector128<byte> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> And(Vector128<byte> x, Vector128<byte> y) => x & y;

    // By pairs of bits, then fours, then all eight.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> CountOnes(Vector128<byte> x)
    {
        Vector128<byte> pairs = x - ((x >>> 1) & Vector128.Create((byte)0x55));
        Vector128<byte> fours = (pairs & Vector128.Create((byte)0x33)) + ((pairs >>> 2) & Vector128.Create((byte)0x33));
        return (fours + (fours >>> 4)) & Vector128.Create((byte)0x0f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AtLeast(Vector128<byte> x, Vector128<byte> bound) => Vector128.GreaterThanOrEqual(x, bound);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSigned(Vector128<byte> x, long* destination)
    {
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(x.AsSByte());
        StoreSigned(low, destination);
        StoreSigned(high, destination + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreSigned(Vector128<short> x, long* destination)
    {
        (Vector128<int> low, Vector128<int> high) = Vector128.Widen(x);
        Vector128.WidenLower(low).Store(destination);
        Vector128.WidenUpper(low).Store(destination + 2);
        Vector128.WidenLower(high).Store(destination + 4);
        Vector128.WidenUpper(high).Store(destination + 6);
    }
}
