using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Ring;

/// <summary>The transform of a polynomial given modulo another prime: by every kernel, what its definition says.</summary>
[TestClass]
public sealed class ForwardRebasedTests
{
    private const int Seed = 40;

    [TestMethod]
    [DataRow(30)]
    [DataRow(36)]
    [DataRow(49)]
    [DataRow(50)]
    [DataRow(60)]
    public void Takes_each_residue_nearest_to_zero_and_transforms(int bits)
    {
        foreach (int fromBits in new[] { 30, 36, 49, 50, 51, 60 })
        {
            foreach (int degree in new[] { 2, 32, 64, 128, 256 })
            {
                AssertAgrees(RingSamples.Tables(degree, bits), Other(degree, fromBits));
            }
        }
    }

    [TestMethod]
    public void Agrees_at_every_degree()
    {
        for (int degree = 64; degree <= 32768; degree *= 2)
        {
            AssertAgrees(RingSamples.Tables(degree, 50), Other(degree, 50));
            AssertAgrees(RingSamples.Tables(degree, 36), Other(degree, 50));
        }
    }

    [TestMethod]
    public void A_polynomial_of_the_same_prime_is_only_transformed()
    {
        NttTables tables = RingSamples.Tables(128, 50);
        foreach (KernelWidth width in RingSamples.Widths(tables))
        {
            var ntt = new NegacyclicNtt(tables, width);
            ulong[] source = RingSamples.Random(128, tables.Modulus, Seed);
            ulong[] expected = [.. source];
            ntt.Forward(expected);
            var values = new ulong[128];
            ntt.ForwardRebased(source, tables.Modulus, values);
            CollectionAssert.AreEqual(expected, values, $"{width}, seed {Seed}");
        }
    }

    [TestMethod]
    public void Refuses_spans_of_the_wrong_length_and_partial_overlap()
    {
        NttTables tables = RingSamples.Tables(64, 40);
        var ntt = new NegacyclicNtt(tables);
        var right = new ulong[64];
        Assert.ThrowsExactly<ArgumentException>(() => ntt.ForwardRebased(new ulong[63], tables.Modulus, right));
        Assert.ThrowsExactly<ArgumentException>(() => ntt.ForwardRebased(right, tables.Modulus, new ulong[65]));
        Assert.ThrowsExactly<ArgumentNullException>(() => ntt.ForwardRebased(right, null!, right));
        var memory = new ulong[65];
        Assert.ThrowsExactly<ArgumentException>(() => ntt.ForwardRebased(memory.AsSpan(0, 64), tables.Modulus, memory.AsSpan(1)));
    }

    /// <summary>Another prime than <see cref="RingSamples.Tables"/> gives for that length.</summary>
    private static Modulus Other(int degree, int bits) => NttPrimes.Find(degree, bits, 2)[1];

    private static void AssertAgrees(NttTables tables, Modulus from)
    {
        ulong p = tables.Modulus.Value;
        var portable = new NegacyclicNtt(tables, KernelWidth.Portable);
        NegacyclicNtt[] kernels = [.. RingSamples.Widths(tables).Select(width => new NegacyclicNtt(tables, width))];
        foreach (ulong[] sample in RingSamples.Extremes(tables.Degree, from).Append(RingSamples.Random(tables.Degree, from, Seed)))
        {
            ulong[] expected = [.. sample.Select(residue => Rebased(residue, from.Value, p))];
            portable.Forward(expected);
            foreach (NegacyclicNtt ntt in kernels)
            {
                string at = $"{ntt.Width}, degree {tables.Degree}, from {from} to {p}, starting {sample[0]}, {sample[1]}, seed {Seed}";
                ulong[] source = [.. sample];
                var values = new ulong[sample.Length];
                ntt.ForwardRebased(source, from, values);
                Assert.IsTrue(expected.AsSpan().SequenceEqual(values), at);
                Assert.IsTrue(sample.AsSpan().SequenceEqual(source), $"the source changed: {at}");
                ntt.ForwardRebased(source, from, source);
                Assert.IsTrue(expected.AsSpan().SequenceEqual(source), $"in place: {at}");
            }
        }
    }

    private static ulong Rebased(ulong residue, ulong q, ulong p)
    {
        Int128 nearest = residue > q / 2 ? (Int128)residue - q : residue;
        Int128 remainder = nearest % p;
        return (ulong)(remainder < 0 ? remainder + p : remainder);
    }
}
