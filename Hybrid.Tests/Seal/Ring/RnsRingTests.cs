using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Ring;

[TestClass]
public sealed class RnsRingTests
{
    [TestMethod]
    public void Every_prime_has_the_kernel_it_can_have_and_the_inverses_of_the_others()
    {
        Modulus[] primes = NttPrimes.Chain(64, [60, 40, 40, 50]);
        foreach (KernelWidth width in RingSamples.Widths(RingSamples.Tables(64, 50)))
        {
            var ring = new RnsRing(64, primes, width);
            Assert.AreEqual(64, ring.Degree);
            for (int i = 0; i < primes.Length; i++)
            {
                Assert.AreEqual(primes[i], ring.Modulus(i));
                Assert.AreEqual(i == 0 ? KernelWidth.Portable : width, ring.Primes[i].Width, $"prime {i}");
                for (int j = 0; j < primes.Length; j++)
                {
                    if (i != j)
                    {
                        Assert.AreEqual(UInt128.One, (UInt128)ring.Inverse(i, j) * primes[i].Value % primes[j].Value, $"1 / prime {i} modulo prime {j}");
                    }
                }
            }
        }
    }

    [TestMethod]
    public void Slices_are_the_residues_of_one_prime()
    {
        var ring = new RnsRing(16, NttPrimes.Chain(16, [30, 30]), KernelWidth.Auto);
        ulong[] polynomial = [.. Enumerable.Range(0, 32).Select(i => (ulong)i)];
        Assert.AreEqual(16, ring.Slice(polynomial.AsSpan(), 1).Length);
        Assert.AreEqual(16UL, ring.Slice(polynomial.AsSpan(), 1)[0]);
        Assert.AreEqual(0UL, ring.Slice((ReadOnlySpan<ulong>)polynomial, 0)[0]);
    }
}
