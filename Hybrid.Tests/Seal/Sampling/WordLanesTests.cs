using System.Runtime.Intrinsics;
using Hybrid.Numerics;
using Hybrid.Seal.Sampling;

namespace Hybrid.Tests.Seal.Sampling;

[TestClass]
public sealed class WordLanesTests
{
    [TestMethod]
    public void The_lanes_of_64_bits_compute_what_they_say() => Check<ulong, WordLanes64>();

    [TestMethod]
    public void The_lanes_of_256_bits_compute_what_they_say()
    {
        if (WordLanes256.IsSupported)
        {
            Check<Vector256<ulong>, WordLanes256>();
        }

        Assert.AreEqual(4, WordLanes256.Count);
    }

    [TestMethod]
    public void The_lanes_of_512_bits_compute_what_they_say()
    {
        if (WordLanes512.IsSupported)
        {
            Check<Vector512<ulong>, WordLanes512>();
        }

        Assert.AreEqual(8, WordLanes512.Count);
    }

    [TestMethod]
    public void A_width_that_is_not_there_is_refused()
    {
        Assert.AreEqual(SamplingSamples.Widths.Last(), SamplingWidths.Choose(KernelWidth.Auto));
        foreach (KernelWidth width in new[] { KernelWidth.Vector256, KernelWidth.Vector512 }.Where(width => !SamplingWidths.IsSupported(width)))
        {
            ParameterException error = Assert.ThrowsExactly<ParameterException>(() => SamplingWidths.Choose(width));
            Assert.AreEqual(ParameterFault.Unsupported, error.Fault);
        }
    }

    private static unsafe void Check<TVector, TLanes>()
        where TVector : unmanaged
        where TLanes : struct, IWordLanes<TVector>
    {
        const int Seed = 21;
        var random = new Random(Seed);
        ulong[] corners = [0, 1, uint.MaxValue, 1ul << 32, long.MaxValue, 1ul << 63, ulong.MaxValue];
        ulong[] x = new ulong[TLanes.Count];
        ulong[] y = new ulong[TLanes.Count];
        ulong[] result = new ulong[TLanes.Count];
        for (int round = 0; round < 500; round++)
        {
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = Pick();
                y[i] = Pick();
            }

            fixed (ulong* px = x, py = y, pr = result)
            {
                TVector a = TLanes.Load(px);
                TVector b = TLanes.Load(py);
                TLanes.Store(TLanes.Add(a, b), pr);
                Same((u, v) => unchecked(u + v), "sum");
                TLanes.Store(TLanes.Subtract(a, b), pr);
                Same((u, v) => unchecked(u - v), "difference");
                TLanes.Store(TLanes.And(a, b), pr);
                Same((u, v) => u & v, "and");
                TLanes.Store(TLanes.Xor(a, b), pr);
                Same((u, v) => u ^ v, "exclusive or");
                TLanes.Store(TLanes.MultiplyLow(a, b), pr);
                Same((u, v) => unchecked(u * v), "low product");
                TLanes.Store(TLanes.MultiplyHigh(a, b), pr);
                Same((u, v) => (ulong)((UInt128)u * v >> 64), "high product");
                TLanes.Store(TLanes.AddWhereNegative(a, b), pr);
                Same((u, v) => unchecked((long)u < 0 ? u + v : u), "conditional sum");
                TLanes.Store(TLanes.Rotate32(a), pr);
                Same((u, _) => ulong.RotateRight(u, 32), "rotation by 32");
                TLanes.Store(TLanes.RotateRight24(a), pr);
                Same((u, _) => ulong.RotateRight(u, 24), "rotation by 24");
                TLanes.Store(TLanes.RotateRight16(a), pr);
                Same((u, _) => ulong.RotateRight(u, 16), "rotation by 16");
                TLanes.Store(TLanes.RotateRight63(a), pr);
                Same((u, _) => ulong.RotateRight(u, 63), "rotation by 63");
                Assert.AreEqual(x.Zip(y).Any(pair => pair.First >= pair.Second), TLanes.AnyAtLeast(a, b), $"seed {Seed}, round {round}");
            }

            void Same(Func<ulong, ulong, ulong> operation, string name) =>
                CollectionAssert.AreEqual(x.Zip(y, operation).ToArray(), result, $"{name}, seed {Seed}, round {round}");
        }

        // Row r holds 10 r + lane; column l is then 10 r + l for all r.
        TVector* rows = stackalloc TVector[8];
        for (int i = 0; i < 8 * TLanes.Count; i++)
        {
            ((ulong*)rows)[i] = (ulong)(i / TLanes.Count * 10 + i % TLanes.Count);
        }

        ulong[] columns = new ulong[8 * TLanes.Count];
        fixed (ulong* destination = columns)
        {
            TLanes.StoreColumns(rows, destination);
        }

        for (int i = 0; i < columns.Length; i++)
        {
            Assert.AreEqual((ulong)(i % 8 * 10 + i / 8), columns[i], $"column {i / 8}, row {i % 8}");
        }

        ulong Pick() => random.Next(3) == 0 ? corners[random.Next(corners.Length)] : (ulong)random.NextInt64(long.MinValue, long.MaxValue);
    }
}
