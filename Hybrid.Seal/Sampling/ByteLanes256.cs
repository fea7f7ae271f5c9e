using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Seal.Sampling;

/// <summary>Thirty-two bytes in an AVX2 register.</summary>
internal readonly unsafe struct ByteLanes256 : IByteLanes<Vector256<byte>>
{
    public static bool IsSupported => Vector256.IsHardwareAccelerated && Avx2.IsSupported;

    public static int Count => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Broadcast(byte value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(byte* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Add(Vector256<byte> x, Vector256<byte> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Subtract(Vector256<byte> x, Vector256<byte> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> And(Vector256<byte> x, Vector256<byte> y) => x & y;

    // A register as a table of the sixteen half bytes (Mula, 2008): looked up in constant time.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> CountOnes(Vector256<byte> x)
    {
        Vector256<byte> ones = Vector256.Create(
            (byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
        Vector256<byte> half = Vector256.Create((byte)0x0f);
        return Avx2.Shuffle(ones, x & half) + Avx2.Shuffle(ones, (x.AsUInt16() >> 4).AsByte() & half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AtLeast(Vector256<byte> x, Vector256<byte> bound) => Avx2.CompareEqual(Avx2.Max(x, bound), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSigned(Vector256<byte> x, long* destination)
    {
        StoreSigned(x.GetLower().AsSByte(), destination);
        StoreSigned(x.GetUpper().AsSByte(), destination + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreSigned(Vector128<sbyte> x, long* destination)
    {
        Avx2.ConvertToVector256Int64(x).Store(destination);
        Avx2.ConvertToVector256Int64(Sse2.ShiftRightLogical128BitLane(x, 4)).Store(destination + 4);
        Avx2.ConvertToVector256Int64(Sse2.ShiftRightLogical128BitLane(x, 8)).Store(destination + 8);
        Avx2.ConvertToVector256Int64(Sse2.ShiftRightLogical128BitLane(x, 12)).Store(destination + 12);
    }
}
