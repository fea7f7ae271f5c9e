using System.Numerics;
using Hybrid.Numerics;
using Hybrid.Paillier.Arithmetic;

namespace Hybrid.Tests.Paillier.Arithmetic;

/// <summary>Carries big integers into and out of rings, the plain way.</summary>
internal static class LaneRingNumbers
{
    public static KernelWidth[] Widths => LaneRing.IsWideSupported ? [KernelWidth.Portable, KernelWidth.Vector512] : [KernelWidth.Portable];

    public static BigInteger RandomOdd(Random random, int bits) => Random(random, bits) | BigInteger.One | (BigInteger.One << (bits - 1));

    public static LaneRing Create(BigInteger[] moduli, int bits, int importBits, KernelWidth width)
    {
        int limbs = Limbs.CountFor(bits);
        return LaneRing.Create([.. moduli.SelectMany(m => Limbs.FromBigInteger(m, limbs))], moduli.Length, bits, importBits, width);
    }

    public static BigInteger Random(Random random, int bits)
    {
        var bytes = new byte[(bits + 7) / 8];
        random.NextBytes(bytes);
        return new BigInteger(bytes, isUnsigned: true) & ((BigInteger.One << bits) - 1);
    }

    public static BigInteger[] Random(Random random, LaneRing ring, int bits) =>
        [.. Enumerable.Range(0, LaneRing.Lanes).Select(_ => Random(random, bits))];

    public static void Import(LaneRing ring, ulong[] block, BigInteger[] values, int bits, LaneWorkspace workspace)
    {
        int limbs = Limbs.CountFor(bits);
        ring.Import(block, values.SelectMany(v => Limbs.FromBigInteger(v, limbs)).ToArray(), limbs, 1, workspace);
    }

    public static BigInteger Export(LaneRing ring, ReadOnlySpan<ulong> block, int lane, LaneWorkspace workspace)
    {
        var one = new ulong[ring.BlockWords];
        var row = new ulong[ring.Digits];
        row[0] = 1;
        for (int i = 0; i < LaneRing.Lanes; i++)
        {
            ring.SetLane(one.AsSpan(0, ring.HalfBlockWords), i, row);
        }

        var raw = new ulong[ring.BlockWords];
        ring.Multiply(raw, block, one, workspace);
        var low = new ulong[ring.ModulusLimbs];
        var high = new ulong[ring.ModulusLimbs];
        ring.Normalise(low, high, raw, lane, workspace);
        BigInteger modulus = Limbs.ToBigInteger(ring.Modulus(lane));
        Assert.IsTrue(Limbs.ToBigInteger(low) < modulus && Limbs.ToBigInteger(high) < modulus, "Components must be canonical.");
        return Limbs.ToBigInteger(low) + (Limbs.ToBigInteger(high) * modulus);
    }
}
