using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Ring;

[TestClass]
public sealed class NttKernelTests
{
    [TestMethod]
    public void Auto_takes_the_widest_that_fits()
    {
        NttTables tables = RingSamples.Tables(64, 50);
        Assert.AreEqual(RingSamples.Widths(tables).Last(), new NegacyclicNtt(tables).Width);
        Assert.AreEqual(KernelWidth.Portable, new NegacyclicNtt(RingSamples.Tables(64, 51)).Width);
        Assert.AreEqual(KernelWidth.Portable, new NegacyclicNtt(RingSamples.Tables(32, 50)).Width);
    }

    [TestMethod]
    [DataRow(KernelWidth.Vector256)]
    [DataRow(KernelWidth.Vector512)]
    public void A_vector_kernel_refuses_what_it_cannot_do(KernelWidth width)
    {
        ParameterException error = Assert.ThrowsExactly<ParameterException>(() => new NegacyclicNtt(RingSamples.Tables(64, 51), width));
        Assert.AreEqual(ParameterFault.Unsupported, error.Fault);
        Assert.ThrowsExactly<ParameterException>(() => new NegacyclicNtt(RingSamples.Tables(32, 50), width));
    }

    [TestMethod]
    public void Refuses_a_kernel_that_is_none_and_missing_tables()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new NegacyclicNtt(RingSamples.Tables(64, 50), (KernelWidth)77));
        Assert.ThrowsExactly<ArgumentNullException>(() => new NegacyclicNtt(null!));
    }

    [TestMethod]
    public void Polynomials_of_few_coefficients_transform_as_others_do()
    {
        var random = new Random(417);
        foreach (int degree in new[] { 64, 128, 256, 4096, 8192 })
        {
            NttTables tables = RingSamples.Tables(degree, 50);
            foreach (KernelWidth width in RingSamples.Widths(tables))
            {
                var ntt = new NegacyclicNtt(tables, width);
                foreach (int length in new[] { 0, 1, 3, 16, 31, 32, 33, 64, degree / 4, degree / 2, degree - 1, degree }.Where(length => length <= degree))
                {
                    var expected = new ulong[degree];
                    for (int i = 0; i < length; i++)
                        expected[i] = i == 0 ? tables.Modulus.Value - 1 : (ulong)random.NextInt64((long)tables.Modulus.Value);
                    ulong[] actual = [.. expected];
                    ntt.Forward(expected);
                    ntt.ForwardShort(actual, length);
                    CollectionAssert.AreEqual(expected, actual, $"{degree}, {width}, {length} coefficients");
                }
            }
        }
    }

    [TestMethod]
    public void Roots_lie_balanced_on_a_cache_line_in_the_order_of_the_lanes()
    {
        NttTables tables = RingSamples.Tables(64, 50);
        double half = tables.Modulus.Value / 2.0;
        foreach (DoubleRoots roots in new[] { DoubleRoots.Forward(tables, 8), DoubleRoots.Inverse(tables, 8) })
        {
            Assert.AreEqual(64, roots.Values.Length);
            foreach (double root in roots.Values)
            {
                Assert.IsLessThan(half, Math.Abs(root));
            }

            unsafe
            {
                fixed (double* first = roots.Values)
                {
                    Assert.AreEqual(0, (nint)first % 64);
                }
            }
        }

        // The last level has 32 roots, eight for two vectors: roots 0, 4, 2, 6, 1, 5, 3, 7 of each eight.
        ReadOnlySpan<double> forward = DoubleRoots.Forward(tables, 8).Values;
        Assert.AreEqual(DoubleRoots.Balanced(tables.RootPowers[32 + 8 + 4], tables.Modulus), forward[32 + 8 + 1]);
        Assert.AreEqual(DoubleRoots.Balanced(tables.RootPowers[32 + 8 + 3], tables.Modulus), forward[32 + 8 + 6]);

        // Roots and inverse roots, of the levels between vectors, are inverse to each other.
        ReadOnlySpan<double> inverse = DoubleRoots.Inverse(tables, 8).Values;
        for (int i = 0; i < 8; i++)
        {
            var product = (Int128)forward[i] * (Int128)inverse[i] % tables.Modulus.Value;
            Assert.AreEqual(Int128.One, product > 0 ? product : product + tables.Modulus.Value, $"index {i}");
        }
    }
}
