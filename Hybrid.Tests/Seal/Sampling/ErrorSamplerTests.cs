using System.Numerics;
using Hybrid.Numerics;
using Hybrid.Seal.Sampling;
using Hybrid.Security;

namespace Hybrid.Tests.Seal.Sampling;

[TestClass]
public sealed class ErrorSamplerTests
{
    private const int BlockBytes = 21 * 64;

    [TestMethod]
    public void Errors_count_the_ones_among_42_bits_that_serve_once()
    {
        const int Seed = 61;
        foreach (int length in SamplingSamples.Lengths)
        {
            byte[] bits = new byte[(length + 255) / 256 * BlockBytes];
            using AesCtrGenerator source = SamplingSamples.Source(Seed);
            source.Fill(bits);
            long[] expected = new long[length];
            for (int i = 0; i < length; i++)
            {
                ReadOnlySpan<byte> block = bits.AsSpan(i / 256 * BlockBytes, BlockBytes);
                int c = i % 256 / 64;
                int j = i % 64;
                expected[i] = BitOperations.PopCount(block[20 * 64 + j] & (3u << (2 * c))) - 21;
                for (int row = 5 * c; row < 5 * c + 5; row++)
                {
                    expected[i] += BitOperations.PopCount(block[64 * row + j]);
                }
            }

            foreach (KernelWidth width in SamplingSamples.Widths)
            {
                CollectionAssert.AreEqual(expected, Draw(length, Seed, width), $"seed {Seed}, {length} errors, {width}");
            }
        }
    }

    [TestMethod]
    public void The_bound_is_reached_and_not_passed()
    {
        foreach (KernelWidth width in SamplingSamples.Widths)
        {
            long[] drawn = new long[300];
            ErrorSampler.Fill(new RepeatingSource([0xff]), drawn, width);
            Assert.IsTrue(drawn.All(value => value == ErrorSampler.Bound), $"{width}");
            ErrorSampler.Fill(new RepeatingSource([0]), drawn, width);
            Assert.IsTrue(drawn.All(value => value == -ErrorSampler.Bound), $"{width}");
        }
    }

    [TestMethod]
    public void Errors_have_the_centred_binomial_distribution()
    {
        const int Tail = 10; // beyond it the classes are merged: fewer than one in a thousand
        double[] probabilities = new double[2 * Tail + 1];
        double choose = 1; // C(42, k)
        for (int k = 0; k <= 42; k++)
        {
            probabilities[Math.Clamp(k - 21, -Tail, Tail) + Tail] += choose / Math.Pow(2, 42);
            choose = choose * (42 - k) / (k + 1);
        }

        long[] drawn = Draw(1_000_000, 62, KernelWidth.Auto);
        long[] counts = new long[2 * Tail + 1];
        double squares = 0;
        double neighbours = 0;
        for (int i = 0; i < drawn.Length; i++)
        {
            counts[Math.Clamp(drawn[i], -Tail, Tail) + Tail]++;
            squares += drawn[i] * drawn[i];
            neighbours += drawn[i] * drawn[(i + 1) % drawn.Length];
        }

        SamplingSamples.AssertDistribution(counts, probabilities, "centred binomial");
        double deviation = Math.Sqrt(squares / drawn.Length);
        Assert.AreEqual(ErrorSampler.StandardDeviation, deviation, 0.012); // five of the statistic's own deviations
        // Of independent errors this has a standard deviation of 0.0105.
        Assert.AreEqual(0, neighbours / drawn.Length, 0.0525);
    }

    private static long[] Draw(int length, int seed, KernelWidth width) =>
        SamplingSamples.Draw<long>(length, seed, (source, errors) => ErrorSampler.Fill(source, errors, width));
}
