using System.Runtime.InteropServices;

namespace Hybrid.Tests.Mpc;

/// <summary>Whether words look uniform: each of their eight bytes, by Pearson's test.</summary>
internal static class ChiSquare
{
    // 255 degrees of freedom: mean 255, standard deviation 22.6. Uniform bytes come beyond five of those once in a million tests.
    private const double Limit = 255 + (5 * 22.6);

    /// <summary>Fails unless every byte position's values are about equally frequent. Give some tens of thousands of words.</summary>
    public static void AssertUniform(ReadOnlySpan<ulong> words, string what)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(words);
        double expected = words.Length / 256.0;
        Assert.IsGreaterThan(20, expected, "too few words to tell");
        for (int position = 0; position < sizeof(ulong); position++)
        {
            var counts = new int[256];
            for (int index = position; index < bytes.Length; index += sizeof(ulong))
                counts[bytes[index]]++;
            double statistic = counts.Sum(count => (count - expected) * (count - expected) / expected);
            Assert.IsLessThan(Limit, statistic, $"{what}: byte {position} has a chi-square of {statistic}");
        }
    }
}
