using Hybrid.Mpc.Correlations;
using Hybrid.Tests.Core;
using Hybrid.Tests.Mpc.Ring64;

namespace Hybrid.Tests.Mpc.Correlations;

[TestClass]
public sealed class LocalDealerTests
{
    // Of the element-wise kinds a chunk has 5461 units or more: the draws end within, at and beyond chunks.
    private static readonly int[] Draws = [1, 0, 5460, 5461, 7, 12000, 3];

    [TestMethod]
    public Task Products_of_triples_are_right() =>
        AssertRelation(41, new MultiplicationTriple(), values => [.. values[0].Zip(values[1], (a, b) => unchecked(a * b))], result: 2);

    [TestMethod]
    public Task Squares_of_pairs_are_right() =>
        AssertRelation(42, new SquarePair(), values => [.. values[0].Select(a => unchecked(a * a))], result: 1);

    [TestMethod]
    public Task Conjunctions_of_bit_triples_are_right() =>
        AssertRelation(43, new BitTriple(), values => [.. values[0].Zip(values[1], (a, b) => a & b)], result: 2);

    [TestMethod]
    [DataRow(1)]
    [DataRow(16)]
    [DataRow(62)]
    public async Task Upper_bits_and_highest_bits_of_truncation_tuples_are_right(int bits)
    {
        await AssertRelation(44, new TruncationTuple(bits), values => [.. values[0].Select(r => r >> bits)], result: 1);
        await AssertRelation(45, new TruncationTuple(bits), values => [.. values[0].Select(r => r >> 63)], result: 2);
    }

    [TestMethod]
    [DataRow(1, 1, 1, 5)]
    [DataRow(3, 5, 2, 2000)]
    [DataRow(40, 70, 50, 3)]
    [DataRow(200, 1, 300, 2)]
    public async Task Matrix_triples_are_right(int m, int k, int n, int count)
    {
        var kind = new MatrixTriple(m, k, n);
        using var dealt = new Dealt(46, CorrelationDemand.Of(kind, count));
        foreach (int part in new[] { 1, count - 1 })
        {
            Correlation[] parts = await dealt.DrawAsync(kind, part);
            (ulong[] a, ulong[] b, ulong[] c) = (Dealt.Value(parts, 0), Dealt.Value(parts, 1), Dealt.Value(parts, 2));
            for (int unit = 0; unit < part; unit++)
            {
                ulong[] expected = NaiveProduct.Compute(a[(unit * m * k)..((unit + 1) * m * k)], b[(unit * k * n)..((unit + 1) * k * n)], m, k, n);
                CollectionAssert.AreEqual(expected, c[(unit * m * n)..((unit + 1) * m * n)]);
            }
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task Rows_for_private_weights_meet_one_mask_in_every_draw(int owner)
    {
        var mask = new WeightMask(3, owner, 30, 7);
        var other = new WeightMask(4, owner, 30, 7);
        var rows = new WeightedRow(mask);
        using var dealt = new Dealt(
            47, CorrelationDemand.Of(mask, 1) + CorrelationDemand.Of(rows, 2001) + CorrelationDemand.Of(other, 1) + CorrelationDemand.Of(new WeightedRow(other), 1));
        Correlation[] masks = await dealt.DrawAsync(mask, 1);
        Assert.IsTrue(masks[1 - owner].Vectors[0].IsEmpty);
        ulong[] b = Dealt.Value(masks, 0);
        CollectionAssert.AreNotEqual(b, Dealt.Value(await dealt.DrawAsync(other, 1), 0));
        foreach (int count in new[] { 1, 1500, 500 })
        {
            Correlation[] parts = await dealt.DrawAsync(rows, count);
            Assert.IsTrue(parts[owner].Vectors[0].IsEmpty);
            CollectionAssert.AreEqual(NaiveProduct.Compute(Dealt.Value(parts, 0), b, count, 30, 7), Dealt.Value(parts, 1));
        }
    }

    [TestMethod]
    public async Task Every_vector_and_every_part_is_uniform_and_fresh()
    {
        const int count = 30000;
        CorrelationKind[] kinds = [new MultiplicationTriple(), new SquarePair(), new BitTriple(), new TruncationTuple(16)];
        using var dealt = new Dealt(48, kinds.Aggregate(CorrelationDemand.None, (sum, kind) => sum + CorrelationDemand.Of(kind, 2 * count)));
        var seen = new HashSet<ulong>();
        foreach (CorrelationKind kind in kinds)
        {
            for (int draw = 0; draw < 2; draw++)
            {
                Correlation[] parts = await dealt.DrawAsync(kind, count);
                for (int vector = 0; vector < kind.Vectors.Length; vector++)
                {
                    foreach (Correlation part in parts)
                    {
                        ChiSquare.AssertUniform(part.Vectors[vector], $"{part}, vector {vector}");
                        Assert.IsTrue(seen.Add(part.Vectors[vector][0]), "two vectors start alike");
                    }
                }
            }
        }
    }

    [TestMethod]
    public async Task What_is_exhausted_says_what_was_asked_for_and_what_is_left()
    {
        using var dealt = new Dealt(49, CorrelationDemand.Of(new SquarePair(), 100) + CorrelationDemand.Of(new MatrixTriple(2, 3, 4), 1));
        await dealt.DrawAsync(new SquarePair(), 60);
        foreach (ICorrelationSource source in dealt.Sources)
        {
            Sentences.Check(
                await Assert.ThrowsExactlyAsync<ParameterException>(async () => await source.DrawAsync(new SquarePair(), 41)), "41 square pairs", "40 are left");
            Sentences.Check(
                await Assert.ThrowsExactlyAsync<ParameterException>(async () => await source.DrawAsync(new MatrixTriple(2, 3, 5), 1)),
                "1 matrix triples of 2 × 3 by 3 × 5", "0 are left");
            Assert.AreEqual(40, source.Left[new SquarePair()]);
        }

        // The refusals took nothing away.
        Correlation[] rest = await dealt.DrawAsync(new SquarePair(), 40);
        Assert.AreEqual(60, rest[0].First);
        CollectionAssert.AreEqual(Dealt.Value(rest, 0).Select(a => unchecked(a * a)).ToArray(), Dealt.Value(rest, 1));
        Assert.AreEqual(CorrelationDemand.Of(new MatrixTriple(2, 3, 4), 1), dealt.Sources[1].Left);
    }

    [TestMethod]
    public async Task Nothing_is_used_or_given_twice()
    {
        using var dealer = new LocalDealer(CorrelationDemand.Of(new SquarePair(), 2), new RandomWords(50).Source);
        using ICorrelationSource source = dealer.GiveSource(0);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => dealer.GiveSource(0)).Message, "repeat the first one's masks");
        using Correlation drawn = await source.DrawAsync(new SquarePair(), 1);
        using Correlation next = await source.DrawAsync(new SquarePair(), 1);
        Assert.AreNotEqual(drawn.Vectors[0][0], next.Vectors[0][0]);
        drawn.Use();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(drawn.Use).Message, "square pairs from number 0 on was used before");
    }

    [TestMethod]
    public async Task Sources_outlive_the_dealer_but_not_themselves()
    {
        using var dealt = new Dealt(51, CorrelationDemand.Of(new SquarePair(), 3));
        Correlation[] parts = await dealt.DrawAsync(new SquarePair(), 1);
        dealt.Dispose();
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(async () => await dealt.Sources[0].DrawAsync(new SquarePair(), 1));
        parts[0].Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => parts[0].Vectors[0][0]);
    }

    [TestMethod]
    public void Rows_without_their_mask_are_refused()
    {
        using var dealer = new LocalDealer(CorrelationDemand.Of(new WeightedRow(new WeightMask(0, 1, 2, 3)), 1), new RandomWords(52).Source);
        Sentences.Refused<ParameterException>(() => dealer.GiveSource(1), "rows for party 1's weights 0, 2 × 3", "add the cost of opening");
    }

    private static async Task AssertRelation(byte seed, CorrelationKind kind, Func<ulong[][], ulong[]> compute, int result)
    {
        using var dealt = new Dealt(seed, CorrelationDemand.Of(kind, Draws.Sum()));
        foreach (int draw in Draws)
        {
            Correlation[] parts = await dealt.DrawAsync(kind, draw);
            ulong[][] values = [.. Enumerable.Range(0, kind.Vectors.Length).Select(vector => Dealt.Value(parts, vector))];
            Assert.HasCount(draw, values[0]);
            CollectionAssert.AreEqual(compute(values), values[result], $"{kind}, draw of {draw}");
        }

        Assert.AreEqual(CorrelationDemand.None, dealt.Sources[0].Left);
    }
}
