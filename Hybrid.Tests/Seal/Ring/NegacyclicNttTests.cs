using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Ring;

[TestClass]
public sealed class NegacyclicNttTests
{
    private const int Seed = 20;

    private static readonly int[] Bits = [30, 36, 40, 49, 50, 60, 61];

    /// <summary>Numbers that the tests of Microsoft SEAL's ntt_negacyclic_harvey expect.</summary>
    [TestMethod]
    public void Gives_SEALs_values()
    {
        var ntt = new NegacyclicNtt(new NttTables(new Modulus(0xffffffffffc0001), 2));
        ulong[] polynomial = [1, 0];
        ntt.Forward(polynomial);
        CollectionAssert.AreEqual(new ulong[] { 1, 1 }, polynomial);
        polynomial = [1, 1];
        ntt.Forward(polynomial);
        CollectionAssert.AreEqual(new ulong[] { 288794978602139553, 864126526004445282 }, polynomial);
    }

    [TestMethod]
    public void Value_j_is_the_polynomial_at_the_power_2_reverse_j_plus_1_of_the_root()
    {
        foreach (int degree in new[] { 2, 4, 8, 16, 64, 128, 256, 512 })
        {
            foreach (int bits in Bits)
            {
                NttTables tables = RingSamples.Tables(degree, bits);
                ulong p = tables.Modulus.Value;
                ulong[] polynomial = RingSamples.Random(degree, tables.Modulus, Seed);
                var expected = new ulong[degree];
                for (int j = 0; j < degree; j++)
                {
                    int exponent = 2 * NttTables.ReverseBits(j, tables.LogDegree) + 1;
                    expected[j] = RingSamples.Evaluate(polynomial, tables.Modulus.PowMod(tables.Root, (ulong)exponent), p);
                }

                foreach (KernelWidth width in RingSamples.Widths(tables))
                {
                    ulong[] values = [.. polynomial];
                    new NegacyclicNtt(tables, width).Forward(values);
                    CollectionAssert.AreEqual(expected, values, $"{width}, degree {degree}, {bits} bits, seed {Seed}");
                }
            }
        }
    }

    [TestMethod]
    public void Products_of_values_are_negacyclic_products_of_coefficients()
    {
        foreach (int degree in new[] { 2, 4, 32, 64, 128, 256 })
        {
            foreach (int bits in Bits)
            {
                NttTables tables = RingSamples.Tables(degree, bits);
                ulong[] a = RingSamples.Random(degree, tables.Modulus, Seed);
                ulong[] b = RingSamples.Random(degree, tables.Modulus, Seed + 1);
                ulong[] expected = RingSamples.Schoolbook(a, b, tables.Modulus.Value);
                foreach (KernelWidth width in RingSamples.Widths(tables))
                {
                    var ntt = new NegacyclicNtt(tables, width);
                    ulong[] x = [.. a];
                    ulong[] y = [.. b];
                    ntt.Forward(x);
                    ntt.Forward(y);
                    ntt.Multiply(x, y, x);
                    ntt.Inverse(x);
                    CollectionAssert.AreEqual(expected, x, $"{width}, degree {degree}, {bits} bits, seed {Seed}");
                }
            }
        }
    }

    [TestMethod]
    public void X_to_the_N_is_minus_one_at_every_degree_and_length()
    {
        // (X^(N-1)) (X) = -1: a known product at degrees too large for the schoolbook.
        foreach (NttTables tables in EveryDegree())
        {
            foreach (KernelWidth width in RingSamples.Widths(tables))
            {
                var ntt = new NegacyclicNtt(tables, width);
                var x = new ulong[tables.Degree];
                var y = new ulong[tables.Degree];
                x[^1] = 1;
                y[1] = 1;
                ntt.Forward(x);
                ntt.Forward(y);
                ntt.Multiply(x, y, y);
                ntt.Inverse(y);
                var minusOne = new ulong[tables.Degree];
                minusOne[0] = tables.Modulus.Value - 1;
                Assert.IsTrue(minusOne.AsSpan().SequenceEqual(y), At(tables, width));
            }
        }
    }

    [TestMethod]
    public void Inverse_undoes_forward_and_every_kernel_gives_the_same_bits()
    {
        foreach (NttTables tables in EveryDegree())
        {
            var portable = new NegacyclicNtt(tables, KernelWidth.Portable);
            NegacyclicNtt[] kernels = [.. RingSamples.Widths(tables).Select(width => new NegacyclicNtt(tables, width))];
            IEnumerable<ulong[]> samples = RingSamples.Extremes(tables.Degree, tables.Modulus);
            foreach (ulong[] sample in samples.Append(RingSamples.Random(tables.Degree, tables.Modulus, Seed)))
            {
                ulong[] forward = [.. sample];
                ulong[] inverse = [.. sample];
                ulong[] product = new ulong[sample.Length];
                portable.Forward(forward);
                portable.Inverse(inverse);
                portable.Multiply(sample, forward, product);
                foreach (NegacyclicNtt ntt in kernels)
                {
                    string at = $"{At(tables, ntt.Width)}, starting {sample[0]}, {sample[1]}";
                    ulong[] work = [.. sample];
                    ntt.Forward(work);
                    Assert.IsTrue(forward.AsSpan().SequenceEqual(work), $"forward, {at}");
                    ntt.Inverse(work);
                    Assert.IsTrue(sample.AsSpan().SequenceEqual(work), $"round trip, {at}");
                    ntt.Inverse(work);
                    Assert.IsTrue(inverse.AsSpan().SequenceEqual(work), $"inverse, {at}");
                    ntt.Multiply(sample, forward, work);
                    Assert.IsTrue(product.AsSpan().SequenceEqual(work), $"product, {at}");
                }
            }
        }
    }

    [TestMethod]
    public void Products_agree_with_128_bit_division()
    {
        foreach (int bits in Bits)
        {
            NttTables tables = RingSamples.Tables(64, bits);
            ulong p = tables.Modulus.Value;
            ulong[][] factors = [.. RingSamples.Extremes(64, tables.Modulus), RingSamples.Random(64, tables.Modulus, Seed)];
            foreach (KernelWidth width in RingSamples.Widths(tables))
            {
                var ntt = new NegacyclicNtt(tables, width);
                var product = new ulong[64];
                foreach (ulong[] a in factors)
                {
                    foreach (ulong[] b in factors)
                    {
                        ntt.Multiply(a, b, product);
                        for (int i = 0; i < 64; i++)
                        {
                            Assert.AreEqual((ulong)((UInt128)a[i] * b[i] % p), product[i], $"{width}, {a[i]} * {b[i]} mod {p}");
                        }
                    }
                }
            }
        }
    }

    [TestMethod]
    public void Works_at_any_alignment_and_touches_nothing_else()
    {
        NttTables tables = RingSamples.Tables(256, 50);
        ulong[] sample = RingSamples.Random(256, tables.Modulus, Seed);
        ulong[] expected = [.. sample];
        new NegacyclicNtt(tables, KernelWidth.Portable).Forward(expected);
        foreach (KernelWidth width in RingSamples.Widths(tables))
        {
            var ntt = new NegacyclicNtt(tables, width);
            for (int shift = 0; shift < 8; shift++)
            {
                var memory = new ulong[256 + 16];
                Array.Fill(memory, ulong.MaxValue);
                Span<ulong> work = memory.AsSpan(shift, 256);
                sample.CopyTo(work);
                ntt.Forward(work);
                Assert.IsTrue(expected.AsSpan().SequenceEqual(work), $"{width}, shifted by {shift}");
                ntt.Inverse(work);
                Assert.IsTrue(sample.AsSpan().SequenceEqual(work), $"{width}, shifted by {shift}");
                Assert.IsFalse(memory.AsSpan(0, shift).ContainsAnyExcept(ulong.MaxValue), $"{width}, before, shifted by {shift}");
                Assert.IsFalse(memory.AsSpan(shift + 256).ContainsAnyExcept(ulong.MaxValue), $"{width}, after, shifted by {shift}");
            }
        }
    }

    [TestMethod]
    public void Refuses_spans_of_the_wrong_length_and_partial_overlap()
    {
        var ntt = new NegacyclicNtt(RingSamples.Tables(64, 40));
        var right = new ulong[64];
        foreach (int length in new[] { 0, 63, 65, 128 })
        {
            var wrong = new ulong[length];
            Assert.ThrowsExactly<ArgumentException>(() => ntt.Forward(wrong));
            Assert.ThrowsExactly<ArgumentException>(() => ntt.Inverse(wrong));
            Assert.ThrowsExactly<ArgumentException>(() => ntt.Multiply(wrong, right, right));
            Assert.ThrowsExactly<ArgumentException>(() => ntt.Multiply(right, wrong, right));
            Assert.ThrowsExactly<ArgumentException>(() => ntt.Multiply(right, right, wrong));
        }

        var memory = new ulong[65];
        Assert.ThrowsExactly<ArgumentException>(() => ntt.Multiply(memory.AsSpan(0, 64), right, memory.AsSpan(1)));
        Assert.ThrowsExactly<ArgumentException>(() => ntt.Multiply(right, memory.AsSpan(1), memory.AsSpan(0, 64)));
    }

    /// <summary>Every degree from 2 to 2^14 with a prime of each length in turn, all lengths at 4096, and the two largest with 50 bits.</summary>
    private static IEnumerable<NttTables> EveryDegree()
    {
        for (int log = 1; log <= 14; log++)
        {
            yield return RingSamples.Tables(1 << log, Bits[log % Bits.Length]);
            yield return RingSamples.Tables(1 << log, 50);
        }

        foreach (int bits in Bits)
        {
            yield return RingSamples.Tables(4096, bits);
        }

        yield return RingSamples.Tables(1 << 15, 50);
        yield return RingSamples.Tables(1 << 17, 50);
    }

    private static string At(NttTables tables, KernelWidth width) => $"{width}, degree {tables.Degree}, p = {tables.Modulus}, seed {Seed}";
}
