using Hybrid.Mpc.Protocols;
using Hybrid.Mpc.Sharing;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc.Sharing;

namespace Hybrid.Tests.Mpc.Protocols;

[TestClass]
public sealed class TruncationTests
{
    private const int Many = 1_000_000;

    [TestMethod]
    [DataRow(1)]
    [DataRow(13)]
    [DataRow(16)]
    [DataRow(32)]
    [DataRow(61)]
    [DataRow(62)]
    public async Task A_million_numbers_of_the_legal_range_are_rounded_to_a_neighbour(int bits)
    {
        var random = new RandomWords(71);
        long[] x = Legal(random, Many);
        ulong[] result = await TruncateAsync(72, x, bits, random);
        for (int index = 0; index < Many; index++)
        {
            long floor = x[index] >> bits;
            long error = unchecked((long)result[index] - floor);
            bool whole = floor << bits == x[index];
            Assert.IsTrue(error == 0 || (error == 1 && !whole), $"{x[index]} >> {bits} at {index}: off by {error}");
        }
    }

    [TestMethod]
    public async Task A_million_fixed_point_products_are_right_to_the_last_bit()
    {
        const int bits = 16;
        var random = new RandomWords(73);
        // Magnitudes of all sizes; products stay below 2^62.
        ulong[] raw = random.Next(2 * Many);
        long[] x = new long[Many];
        long[] y = new long[Many];
        for (int index = 0; index < Many; index++)
        {
            int width = (int)(raw[index] & 63) % 62;
            x[index] = (long)raw[index] >> (63 - width);
            y[index] = (long)raw[Many + index] >> (2 + width);
        }

        ProtocolCost cost = ProtocolCost.Multiply(Many) + ProtocolCost.Truncate(Many, bits);
        ArithmeticShare[] xs = Parties.Split(Words(x), new Shape(Many), bits, random);
        ArithmeticShare[] ys = Parties.Split(Words(y), new Shape(Many), bits, random);
        await using Parties parties = await Parties.OpenAsync(74, cost.Demand);
        ArithmeticShare[] results = await Parties.BothAsync(async party =>
        {
            var first = new Round(parties.Links[party]);
            Pending<ArithmeticShare> product = first.Multiply(xs[party], ys[party]);
            await first.RunAsync();
            var second = new Round(parties.Links[party]);
            Pending<ArithmeticShare> quotient = second.Truncate(product.Result, bits);
            await second.RunAsync();
            return quotient.Result;
        });
        Assert.AreEqual(bits, results[0].FractionBits);
        ulong[] words = ShareTestTools.Reconstruct(results);
        double worst = 0;
        for (int index = 0; index < Many; index++)
        {
            Int128 exact = (Int128)x[index] * y[index];
            Assert.IsTrue(exact < (Int128)1 << 62 && exact >= -((Int128)1 << 62), "the test leaves the legal range");
            worst = Math.Max(worst, Math.Abs((double)(((Int128)(long)words[index] << bits) - exact)) / (1 << bits));
        }

        Assert.IsLessThan(1.0, worst, "units in the last place");
        Assert.IsGreaterThan(0.9, worst, "the test sees no rounding");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(16)]
    [DataRow(62)]
    public async Task The_ends_of_the_legal_range_do_not_wrap(int bits)
    {
        const long end = 1L << 62;
        long[] ends = [-end, -end + 1, -1, 0, 1, end - 1, end / 2, -end / 2, (1L << bits) - 1, -(1L << bits)];
        long[] x = [.. Enumerable.Range(0, 20_000).Select(index => ends[index % ends.Length])];
        ulong[] result = await TruncateAsync(75, x, bits, new RandomWords(76));
        for (int index = 0; index < x.Length; index++)
        {
            long error = unchecked((long)result[index] - (x[index] >> bits));
            Assert.IsTrue(error is 0 or 1, $"{x[index]} >> {bits} at {index}: off by {error}");
        }
    }

    [TestMethod]
    public async Task Rounding_is_right_on_average()
    {
        const int count = 100_000;
        foreach (long fraction in new long[] { 0, 1, 16384, 32768, 60000, 65535 })
        {
            long x = (-123L << 16) + fraction;
            ulong[] result = await TruncateAsync(77, [.. Enumerable.Repeat(x, count)], 16, new RandomWords(78));
            double up = result.Average(word => unchecked((long)word + 123.0));
            double deviation = Math.Sqrt(fraction * (65536 - fraction) / 65536.0 / 65536.0 / count);
            Assert.AreEqual(fraction / 65536.0, up, 5 * deviation, $"fraction {fraction}");
        }
    }

    private static async Task<ulong[]> TruncateAsync(byte seed, long[] x, int bits, RandomWords random)
    {
        ArithmeticShare[] xs = Parties.Split(Words(x), new Shape(x.Length), 62, random);
        await using Parties parties = await Parties.OpenAsync(seed, ProtocolCost.Truncate(x.Length, bits).Demand);
        ArithmeticShare[] results = await parties.RoundAsync((round, party) => round.Truncate(xs[party], bits));
        Assert.AreEqual(62 - bits, results[1].FractionBits);
        return ShareTestTools.Reconstruct(results);
    }

    // Both signs, magnitudes of all sizes below 2^62.
    private static long[] Legal(RandomWords random, int count) =>
        [.. random.Next(count).Select(word => (long)word >> (2 + (int)(word & 63) % 62))];

    private static ulong[] Words(long[] integers) => [.. integers.Select(integer => unchecked((ulong)integer))];
}
