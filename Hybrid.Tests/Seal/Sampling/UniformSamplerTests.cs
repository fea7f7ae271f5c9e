using Hybrid.Numerics;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;

namespace Hybrid.Tests.Seal.Sampling;

[TestClass]
public sealed class UniformSamplerTests
{
    [TestMethod]
    public void Small_primes_are_uniform()
    {
        foreach (ulong p in new ulong[] { 3, 5, 17, 257, 12289 })
        {
            long[] counts = new long[p];
            foreach (ulong residue in Draw(200_000, new Modulus(p), 41, KernelWidth.Auto))
            {
                counts[residue]++;
            }

            SamplingSamples.AssertDistribution(counts, SamplingSamples.Uniform(counts.Length), $"uniform modulo {p}");
        }
    }

    [TestMethod]
    [DataRow(1125899906826241ul)]     // just below 2^50: almost nothing is rejected
    [DataRow(562949953443841ul)]      // just above 2^49: nearly a half is
    [DataRow(1152921504606830593ul)]  // 60 bits
    [DataRow(2305843009213554689ul)]  // 61 bits
    public void Long_primes_are_uniform_in_each_of_64_parts(ulong p)
    {
        long[] counts = new long[64];
        foreach (ulong residue in Draw(200_000, new Modulus(p), 42, KernelWidth.Auto))
        {
            Assert.IsLessThan(p, residue);
            counts[(int)((UInt128)residue * 64 / p)]++;
        }

        SamplingSamples.AssertDistribution(counts, SamplingSamples.Uniform(64), $"uniform modulo {p}");
    }

    [TestMethod]
    public void Every_width_draws_the_same()
    {
        foreach (int bits in new[] { 30, 50, 60 })
        {
            Modulus modulus = NttPrimes.Find(4096, bits, 1)[0];
            ulong[] expected = Draw(4096, modulus, 43, KernelWidth.Portable);
            foreach (KernelWidth width in SamplingSamples.Widths)
            {
                CollectionAssert.AreEqual(expected, Draw(4096, modulus, 43, width), $"{bits} bits, {width}");
            }
        }
    }

    private static ulong[] Draw(int length, Modulus modulus, int seed, KernelWidth width) =>
        SamplingSamples.Draw<ulong>(length, seed, (source, residues) => UniformSampler.Fill(source, modulus, residues, width));
}
