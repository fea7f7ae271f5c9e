using System.Numerics;
using System.Runtime.InteropServices;
using Hybrid.Numerics;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;
using Hybrid.Security;

namespace Hybrid.Tests.Seal.Sampling;

[TestClass]
public sealed class FloodingSamplerTests
{
    private static readonly Modulus[] Moduli =
        [.. new ulong[] { 3, 12289, 1073707009, 1125899906826241, 1152921504606791681, 2305843009213554689 }.Select(p => new Modulus(p))];

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(5)]
    public void Few_bits_are_exactly_uniform(int bits)
    {
        // Every word of 8 bits once: all are kept but those whose bits + 1 low bits are ones.
        var source = RepeatingSource.OfWords([.. Enumerable.Range(0, 256).Select(i => (ulong)i)]);
        int classes = (1 << (bits + 1)) - 1;
        int kept = 256 / (classes + 1) * classes;
        foreach (KernelWidth width in SamplingSamples.Widths)
        {
            long[] drawn = new long[4 * kept];
            FloodingSampler.Fill(source, bits, drawn, width);
            for (int value = 1 - (1 << bits); value < 1 << bits; value++)
            {
                Assert.AreEqual(drawn.Length / classes, drawn.Count(number => number == value), $"{value}, {bits} bits, {width}");
            }
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(31)]
    [DataRow(62)]
    public void The_ends_are_reached_and_not_passed(int bits)
    {
        long largest = (1L << bits) - 1;
        long[] drawn = new long[9];
        FloodingSampler.Fill(RepeatingSource.OfWords(0), bits, drawn);
        Assert.IsTrue(drawn.All(value => value == -largest));
        FloodingSampler.Fill(RepeatingSource.OfWords(ulong.MaxValue - 1), bits, drawn);
        Assert.IsTrue(drawn.All(value => value == largest));
        // The word of ones is rejected.
        FloodingSampler.Fill(RepeatingSource.OfWords(ulong.MaxValue, 0), bits, drawn);
        Assert.IsTrue(drawn.All(value => value == -largest));
    }

    [TestMethod]
    [DataRow(4)]
    [DataRow(40)]
    [DataRow(62)]
    public void Numbers_are_uniform_in_each_of_31_parts_and_the_same_in_every_width(int bits)
    {
        const int Seed = 81;
        long[] drawn = Draw(KernelWidth.Portable);
        foreach (KernelWidth width in SamplingSamples.Widths)
        {
            CollectionAssert.AreEqual(drawn, Draw(width), $"seed {Seed}, {width}");
        }

        long[] counts = new long[31];
        Int128 numbers = ((Int128)2 << bits) - 1;
        foreach (long value in drawn)
        {
            counts[(int)(((Int128)value + (1L << bits) - 1) * 31 / numbers)]++;
        }

        SamplingSamples.AssertDistribution(counts, SamplingSamples.Uniform(31), $"flooding with {bits} bits");

        long[] Draw(KernelWidth width) =>
            SamplingSamples.Draw<long>(100_003, Seed, (source, destination) => FloodingSampler.Fill(source, bits, destination, width));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(30)]
    [DataRow(49)]
    [DataRow(50)]
    [DataRow(62)]
    [DataRow(90)]
    [DataRow(100)]
    public void Residues_are_those_of_one_number_modulo_every_prime(int bits)
    {
        const int Seed = 82;
        const int Batch = 512;
        const int Degree = 2 * Batch + 13;
        BigInteger[] numbers = new BigInteger[Degree];
        using (AesCtrGenerator source = SamplingSamples.Source(Seed))
        {
            for (int done = 0; done < Degree; done += Batch)
            {
                int count = Math.Min(Batch, Degree - done);
                ulong[] words = new ulong[2 * count];
                source.Fill(MemoryMarshal.AsBytes(words.AsSpan()));
                for (int i = 0; i < count; i++)
                {
                    numbers[done + i] = Number(words[i], words[count + i], bits);
                    while (numbers[done + i] == BigInteger.One << bits)
                    {
                        ulong[] fresh = new ulong[2];
                        source.Fill(MemoryMarshal.AsBytes(fresh.AsSpan()));
                        numbers[done + i] = Number(fresh[0], fresh[1], bits);
                    }
                }
            }
        }

        Assert.IsTrue(numbers.All(number => BigInteger.Abs(number) < BigInteger.One << bits));
        foreach (KernelWidth width in SamplingSamples.Widths)
        {
            ulong[] residues = SamplingSamples.Draw<ulong>(
                Moduli.Length * Degree, Seed, (source, drawn) => FloodingSampler.FillResidues(source, bits, Moduli, Degree, drawn, width));
            for (int i = 0; i < residues.Length; i++)
            {
                BigInteger p = Moduli[i / Degree].Value;
                var expected = (ulong)((numbers[i % Degree] % p + p) % p);
                Assert.AreEqual(expected, residues[i], $"seed {Seed}, number {i % Degree} modulo {p}, {bits} bits, {width}");
            }
        }
    }

    [TestMethod]
    public void The_ends_of_two_words_have_the_right_residues()
    {
        const int Degree = 16;
        BigInteger largest = (BigInteger.One << 100) - 1;
        foreach (KernelWidth width in SamplingSamples.Widths)
        {
            AssertResidues([0], -largest);
            // A draw is the low words, then the high ones: all ones but the least bit of the low one.
            ulong[] words = new ulong[2 * Degree];
            Array.Fill(words, ulong.MaxValue - 1, 0, Degree);
            Array.Fill(words, ulong.MaxValue, Degree, Degree);
            AssertResidues(words, largest);

            void AssertResidues(ulong[] drawn, BigInteger number)
            {
                ulong[] residues = new ulong[Moduli.Length * Degree];
                FloodingSampler.FillResidues(RepeatingSource.OfWords(drawn), 100, Moduli, Degree, residues, width);
                for (int i = 0; i < residues.Length; i++)
                {
                    BigInteger p = Moduli[i / Degree].Value;
                    Assert.AreEqual((ulong)((number % p + p) % p), residues[i], $"{number} modulo {p}, {width}");
                }
            }
        }
    }

    [TestMethod]
    public void Bits_and_lengths_out_of_range_are_refused()
    {
        var source = new RepeatingSource([0]);
        foreach (int bits in new[] { -1, 0, 63 })
        {
            ParameterException error = Assert.ThrowsExactly<ParameterException>(() => FloodingSampler.Fill(source, bits, new long[1]));
            Assert.AreEqual(ParameterFault.OutOfRange, error.Fault);
        }

        Assert.AreEqual(100, FloodingSampler.MaximumResidueBits);
        Assert.ThrowsExactly<ParameterException>(() => FloodingSampler.FillResidues(source, 101, Moduli, 1, new ulong[Moduli.Length]));
        Assert.ThrowsExactly<ArgumentException>(() => FloodingSampler.FillResidues(source, 100, Moduli, 2, new ulong[Moduli.Length]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => FloodingSampler.FillResidues(source, 100, Moduli, -1, []));
    }

    private static BigInteger Number(ulong low, ulong high, int bits)
    {
        BigInteger drawn = (low & ((1ul << 50) - 1)) + ((BigInteger)(high & ((1ul << 51) - 1)) << 50);
        return (drawn & ((BigInteger.One << (bits + 1)) - 1)) - (BigInteger.One << bits) + 1;
    }
}
