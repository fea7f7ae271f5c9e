using Hybrid.Mpc.Bits;
using Hybrid.Mpc.Correlations;

namespace Hybrid.Tests.Mpc.FunctionSharing;

/// <summary>Comparison keys as protocols get them: chunk by chunk from a dealer.</summary>
[TestClass]
public sealed class DealtComparisonMaskTests
{
    [TestMethod]
    public async Task Signs_come_out_right_at_every_size()
    {
        const int chunk = CorrelationKind.PlaneChunkElements;
        var random = new RandomWords(seed: 71);
        (int, int)[] sizes = [(2, 70), (8, 64), (9, 1), (41, chunk - 1), (64, chunk), (64, chunk + 1), (64, (2 * chunk) + 63)];
        foreach ((int bits, int count) in sizes)
        {
            await CheckAsync(bits, random.Next(count), [0], selections: count == 70 ? 2 : 0);
        }
    }

    [TestMethod]
    public async Task One_chunk_of_keys_serves_many_thresholds()
    {
        long[] knots = [-(1L << 61), -70000, -1, 0, 1, 5, 65536, 1L << 61, 0];
        // Within 2^62, so that no difference to a knot wraps; and the knots themselves with their neighbours.
        ulong[] near = [.. knots.SelectMany(knot => new[] { (ulong)(knot - 1), (ulong)knot, (ulong)(knot + 1) })];
        ulong[] words = new RandomWords(seed: 72).Next(CorrelationKind.PlaneChunkElements);
        ulong[] inputs = [.. words.Select(word => (ulong)((long)word >> 2)), .. near];
        await CheckAsync(64, inputs, knots, selections: 1);
    }

    [TestMethod]
    public async Task All_that_a_party_holds_looks_uniform()
    {
        const int count = 6 * CorrelationKind.PlaneChunkElements;
        var kind = new ComparisonMask(12, ComparisonMethod.FunctionSharing, selections: 0);
        for (int party = 0; party < 2; party++)
        {
            var demand = new CorrelationDemand([new(kind, count)]);
            using var dealer = new LocalDealer(2, new RandomWords(seed: 73).Source);
            using ICorrelationSource source = dealer.GiveSource(party, demand);
            using Correlation keys = source.Draw(demand.Draws[0]);
            List<ulong> roots = [];
            List<ulong> corrections = [];
            List<ulong> hashKeys = [];
            while (await keys.NextAsync(CancellationToken.None))
            {
                roots.AddRange(keys.Late(party == 0 ? ComparisonMask.Roots0 : ComparisonMask.Roots1));
                corrections.AddRange(keys.Common(ComparisonMask.Corrections));
                hashKeys.AddRange(keys.Common(ComparisonMask.HashKey));
            }

            ChiSquare.AssertUniform(keys.Early(ComparisonMask.Word), $"masks of party {party}");
            ChiSquare.AssertUniform(roots.ToArray(), $"roots of party {party}");
            ChiSquare.AssertUniform(corrections.ToArray(), $"corrections of party {party}");
            Assert.HasCount(hashKeys.Count, hashKeys.Distinct().ToArray(), "Two chunks have one AES key.");
        }
    }

    [TestMethod]
    public void A_key_takes_the_bytes_it_says()
    {
        const int count = CorrelationKind.PlaneChunkElements;
        var demand = new CorrelationDemand([new(new ComparisonMask(64, ComparisonMethod.FunctionSharing, selections: 0), count)]);
        Assert.AreEqual(8 + 16 + (912L * count), demand.DealtBytes(0));
        Assert.AreEqual(8 + 16 + (912L * count) + (count / 8), demand.DealtBytes(1));
    }

    private static async Task CheckAsync(int bits, ulong[] inputs, long[] thresholds, int selections)
    {
        var kind = new ComparisonMask(bits, ComparisonMethod.FunctionSharing, selections);
        var demand = new CorrelationDemand([new(kind, inputs.Length)]);
        using var dealer = new LocalDealer(2, new RandomWords(seed: 74).Source);
        using ICorrelationSource source0 = dealer.GiveSource(0, demand);
        using ICorrelationSource source1 = dealer.GiveSource(1, demand);
        using Correlation keys0 = source0.Draw(demand.Draws[0]);
        using Correlation keys1 = source1.Draw(demand.Draws[0]);
        while (await keys0.NextAsync(CancellationToken.None) && await keys1.NextAsync(CancellationToken.None))
        {
            ulong[] x = inputs[keys0.Elements(keys0.Chunk)];
            ulong[] opened = [.. Opened(keys0, keys1, x)];
            foreach (long threshold in thresholds)
            {
                ulong[] points = [.. opened.Select(word => unchecked(word - (ulong)threshold))];
                ulong[] signs = Signs(kind, [keys0, keys1], points);
                for (int index = 0; index < x.Length; index++)
                {
                    ulong expected = (unchecked(x[index] - (ulong)threshold) >> (bits - 1)) & 1;
                    ulong sign = (signs[index / 64] >> (index % 64)) & 1;
                    Assert.AreEqual(expected, sign, $"{bits} bits, threshold {threshold}, chunk {keys0.Chunk}, index {index}");
                }
            }
        }

        Assert.AreEqual(keys0.Chunks - 1, keys1.Chunk);
    }

    private static ulong[] Opened(Correlation keys0, Correlation keys1, ulong[] x)
    {
        var opened = new ulong[x.Length];
        Span<ulong> masks0 = keys0.Early(ComparisonMask.Word, keys0.Chunk);
        Span<ulong> masks1 = keys1.Early(ComparisonMask.Word, keys1.Chunk);
        for (int index = 0; index < x.Length; index++)
        {
            opened[index] = unchecked(x[index] + masks0[index] + masks1[index]);
        }

        return opened;
    }

    // sign(c) ⊕ sign(r) ⊕ [low(c) < low(r)].
    private static ulong[] Signs(ComparisonMask kind, Correlation[] keys, ulong[] points)
    {
        var signs = new ulong[(points.Length + 63) / 64];
        BitPlanes.FromWords(points, kind.Bits - 1, 1, signs);
        foreach (Correlation part in keys)
        {
            var less = new ulong[signs.Length];
            kind.Evaluate(part, points, less);
            Span<ulong> masks = part.Late(ComparisonMask.SignBit);
            for (int word = 0; word < signs.Length; word++)
            {
                signs[word] ^= less[word] ^ masks[word];
            }
        }

        return signs;
    }
}
