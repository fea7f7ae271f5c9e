using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Functions;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc.Circuits;

namespace Hybrid.Tests.Mpc.Protocols;

/// <summary>Every number of the legal range becomes one of its two neighbours, right on average.</summary>
[TestClass]
public sealed class TruncationTests
{
    private const int Many = 200_000;

    [TestMethod]
    [DataRow(2, 1)]
    [DataRow(2, 13)]
    [DataRow(2, 16)]
    [DataRow(2, 32)]
    [DataRow(2, 61)]
    [DataRow(2, 62)]
    [DataRow(3, 16)]
    [DataRow(4, 7)]
    public async Task Numbers_of_the_legal_range_are_rounded_to_a_neighbour(int parties, int bits)
    {
        long[] x = [.. new RandomWords(71).Next(Many).Select(word => (long)word >> (2 + (int)(word & 63) % 62))];
        long[] result = await TruncateAsync(parties, x, bits);
        bool[] seen = new bool[2];
        for (int index = 0; index < Many; index++)
        {
            long floor = x[index] >> bits;
            long error = result[index] - floor;
            bool whole = floor << bits == x[index];
            Assert.IsTrue(error == 0 || (error == 1 && !whole), $"{x[index]} >> {bits} at {index}: off by {error}");
            seen[error] |= !whole;
        }

        Assert.IsTrue(seen[0] && seen[1], "only one rounding came");
    }

    [TestMethod]
    [DataRow(2, 1)]
    [DataRow(2, 16)]
    [DataRow(2, 62)]
    [DataRow(3, 30)]
    public async Task Nothing_wraps_at_the_ends_of_the_range(int parties, int bits)
    {
        long most = (1L << 62) - 1;
        long[] ends = [most, most - 1, -most - 1, -most, 0, 1, -1, (1L << bits) - 1, -(1L << bits), 1L << (bits - 1)];
        long[] x = [.. Enumerable.Range(0, 20_000).Select(index => ends[index % ends.Length])];
        long[] result = await TruncateAsync(parties, x, bits);
        for (int index = 0; index < x.Length; index++)
        {
            long error = result[index] - (x[index] >> bits);
            Assert.IsTrue(error is 0 or 1, $"{x[index]} >> {bits} at {index}: off by {error}");
        }
    }

    [TestMethod]
    public async Task Rounding_is_right_on_average()
    {
        const int count = 100_000;
        long[] fractions = [0, 1, 16384, 32768, 60000, 65535];
        long[] x = [.. fractions.SelectMany(fraction => Enumerable.Repeat((-123L << 16) + fraction, count))];
        long[] result = await TruncateAsync(2, x, 16);
        for (int which = 0; which < fractions.Length; which++)
        {
            long fraction = fractions[which];
            double up = result.Skip(which * count).Take(count).Average(integer => integer + 123.0);
            double deviation = Math.Sqrt(fraction * (65536 - fraction) / 65536.0 / 65536.0 / count);
            Assert.AreEqual(fraction / 65536.0, up, 5 * deviation, $"fraction {fraction}");
        }
    }

    [TestMethod]
    public async Task Fixed_point_products_are_right_to_the_last_bit()
    {
        // Magnitudes of all sizes; the products stay below 2^62, which no range of the factors alone would tell.
        ulong[] raw = new RandomWords(73).Next(2 * Many);
        long[] x = new long[Many];
        long[] y = new long[Many];
        for (int index = 0; index < Many; index++)
        {
            int width = (int)(raw[index] & 63) % 62;
            x[index] = (long)raw[index] >> (63 - width);
            y[index] = (long)raw[Many + index] >> (2 + width);
        }

        WordRange small = WordRange.OfBits(30);
        var shape = new Shape(Many);
        long[] z = await Parties.ComputeAsync(
            wires => wires[0].Narrow(small).Multiply(wires[1].Narrow(small)).Narrow(WordRange.Widest),
            Feed.Of(0, shape, 16, x, WordRange.Widest), Feed.Of(1, shape, 16, y, WordRange.Widest));
        for (int index = 0; index < Many; index++)
        {
            Int128 error = z[index] - (((Int128)x[index] * y[index]) >> 16);
            Assert.IsTrue(error == 0 || error == 1, $"{x[index]} · {y[index]} at {index}: off by {error}");
        }
    }

    [TestMethod]
    public async Task Scaling_up_is_exact_and_local()
    {
        long[] x = [-(1L << 40), -1, 0, 1, (1L << 40) - 1];
        int rounds = -1;
        long[] z = await Parties.ComputeAsync(
            wires =>
            {
                Wire scaled = wires[0].Rescale(20);
                rounds = scaled.Circuit.Cost.Rounds;
                return scaled;
            },
            Feed.Of(1, new Shape(5), 3, x));
        Assert.AreEqual(0, rounds);
        CollectionAssert.AreEqual(x.Select(integer => integer << 17).ToArray(), z);
    }

    private static Task<long[]> TruncateAsync(int parties, long[] x, int bits) => Parties.ComputeAsync(
        new CircuitOptions { Parties = parties }, wires => wires[0].Rescale(62 - bits), Feed.Of(parties - 1, new Shape(x.Length), 62, x, WordRange.Widest));
}
