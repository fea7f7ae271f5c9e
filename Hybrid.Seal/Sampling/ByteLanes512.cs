using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Seal.Sampling;

/// <summary>Sixty-four bytes in an AVX-512 register.</summary>
internal readonly unsafe struct ByteLanes512 : IByteLanes<Vector512<byte>>
{
    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512BW.IsSupported;

    public static int Count => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Broadcast(byte value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(byte* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Add(Vector512<byte> x, Vector512<byte> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Subtract(Vector512<byte> x, Vector512<byte> y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> And(Vector512<byte> x, Vector512<byte> y) => x & y;

    // A register as a table of the sixteen half bytes (Mula, 2008): looked up in constant time.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> CountOnes(Vector512<byte> x)
    {
        Vector512<byte> ones = Vector512.Create(
            Vector256.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
        Vector512<byte> half = Vector512.Create((byte)0x0f);
        return Avx512BW.Shuffle(ones, x & half) + Avx512BW.Shuffle(ones, (x.AsUInt16() >> 4).AsByte() & half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AtLeast(Vector512<byte> x, Vector512<byte> bound) => Vector512.GreaterThanOrEqual(x, bound);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSigned(Vector512<byte> x, long* destination)
    {
        StoreSigned(x.GetLower().GetLower().AsSByte(), destination);
        StoreSigned(x.GetLower().GetUpper().AsSByte(), destination + 16);
        StoreSigned(x.GetUpper().GetLower().AsSByte(), destination + 32);
        StoreSigned(x.GetUpper().GetUpper().AsSByte(), destination + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreSigned(Vector128<sbyte> x, long* destination)
    {
        Avx512F.ConvertToVector512Int64(x).Store(destination);
        Avx512F.ConvertToVector512Int64(Sse2.ShiftRightLogical128BitLane(x, 8)).Store(destination + 8);
    }
}
