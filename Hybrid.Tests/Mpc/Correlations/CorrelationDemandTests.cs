using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;
using Hybrid.Tensors;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Mpc.Correlations;

[TestClass]
public sealed class CorrelationDemandTests
{
    private static readonly WeightMask Weights = new(0, 1, 1000);

    // Every kind, in counts within, at and beyond chunks.
    private static readonly CorrelationDraw[] ForAnyParties =
    [
        new(new MultiplicationTriple(), 50_000), new(new SquarePair(), 1), new(new TruncationTuple(16), 21_846), new(new BitMask(), 8192),
        new(new SelectionMask(), 8193), new(new BitProductMask(3), 100), new(new MergeMask(16), 16_400), new(new MergeMask(5, 6), 300), new(new ZeroShare(), 70_000),
        new(new ComparisonMask(41, ComparisonMethod.Tree, 2), 9000), new(new BilinearTriple(new MatMulMap(new Shape(20, 30), new Shape(30, 40))), 30),
    ];

    private static readonly CorrelationDraw[] ForTwo =
    [
        new(Weights, 1), new(new WeightedProduct(new MatMulMap(new Shape(7, 100), new Shape(100, 10)), Weights), 3),
        new(new ComparisonMask(64, ComparisonMethod.FunctionSharing, 1), 8200),
    ];

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(5)]
    public void Declared_bytes_are_those_of_the_dealers_messages(int parties)
    {
        var demand = new CorrelationDemand(parties == 2 ? [.. ForTwo, .. ForAnyParties] : ForAnyParties);
        using var seeds = new DealerSeeds(parties, new RandomWords(31).Source);
        using var memory = new DealerMemory();
        using var work = new DealerWork(demand, seeds, memory);
        long[] bytes = new long[parties];
        while (work.MoveNext())
        {
            for (int party = 0; party < parties; party++)
                bytes[party] += work.Message(party).Length;
        }

        for (int party = 0; party < parties; party++)
            Assert.AreEqual(bytes[party], demand.DealtBytes(party, parties), $"party {party} of {parties}");
        Assert.IsGreaterThan(0, bytes[^1]);

        // All but the last expand what they hold from their seeds; keys have parts that all are sent.
        for (int party = 0; party < parties - 1; party++)
        {
            long common = parties == 2 ? new CorrelationDemand([ForTwo[2]]).DealtBytes(party) : 0;
            Assert.AreEqual(common, bytes[party]);
        }

        Assert.IsFalse(work.MoveNext());
    }

    [TestMethod]
    public void Bytes_for_one_element_are_few()
    {
        // Headers of 8 bytes left out.
        Assert.AreEqual(8, Bytes(new MultiplicationTriple()));
        Assert.AreEqual(8, Bytes(new SquarePair()));
        Assert.AreEqual(16, Bytes(new TruncationTuple(16)));
        Assert.AreEqual(8, Bytes(new ZeroShare()));
        Assert.AreEqual(0, Bytes(Weights));
    }

    [TestMethod]
    public void Order_matters_and_sums_follow_one_another()
    {
        var a = new CorrelationDemand([new(new MultiplicationTriple(), 5), new(new TruncationTuple(16), 7)]);
        var b = new CorrelationDemand([new(new TruncationTuple(16), 1), new(new SquarePair(), 2)]);
        Assert.AreEqual(new CorrelationDemand([.. a.Draws, .. b.Draws]), a + b);
        Assert.AreEqual((a + b).GetHashCode(), CorrelationDemand.Add(a, b).GetHashCode());
        Assert.AreNotEqual(a + b, b + a);
        CollectionAssert.AreEqual((a + b).Hash(), CorrelationDemand.Add(a, b).Hash());
        CollectionAssert.AreNotEqual((a + b).Hash(), (b + a).Hash());
        Assert.AreEqual(8, (a + b)[new TruncationTuple(16)]);
        Assert.AreEqual(0, (a + b)[new TruncationTuple(15)]);
        Assert.AreEqual(a, a + CorrelationDemand.None);
        Assert.AreEqual("5 multiplication triples, 8 truncation tuples of 16 bits, 2 square pairs", (a + b).ToString());
        Assert.AreEqual("nothing", CorrelationDemand.None.ToString());
        Assert.AreEqual(a.DealtBytes(1) + b.DealtBytes(1), (a + b).DealtBytes(1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => a.DealtBytes(2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => a.DealtBytes(0, 1));
    }

    [TestMethod]
    public void Names_tell_kinds_apart()
    {
        CorrelationKind[] kinds =
        [
            .. ForAnyParties.Concat(ForTwo).Select(draw => draw.Kind), new TruncationTuple(17), new BitProductMask(4), new MergeMask(15), new MergeMask(15, 6),
            new ComparisonMask(41, ComparisonMethod.Tree, 1), new ComparisonMask(40, ComparisonMethod.Tree, 2),
            new ComparisonMask(41, ComparisonMethod.FunctionSharing, 2), new BilinearTriple(new MatMulMap(new Shape(20, 30), new Shape(30, 41))),
            new WeightMask(1, 1, 1000), new WeightMask(0, 0, 1000), new WeightMask(0, 1, 1001),
            new WeightedProduct(new MatMulMap(new Shape(8, 100), new Shape(100, 10)), Weights),
            new WeightedProduct(new MatMulMap(new Shape(7, 100), new Shape(100, 10)), new WeightMask(1, 1, 1000)),
            new SelectedProduct(100, 10, new WeightMask(1, 1, 1000)), new SelectedProduct(10, 100, new WeightMask(1, 1, 1000)),
            new SelectedProduct(100, 10, Weights),
        ];
        Assert.HasCount(kinds.Length, kinds.Distinct());
        Assert.HasCount(kinds.Length, kinds.Select(kind => kind.Name).Distinct());
    }

    [TestMethod]
    public void Impossible_sizes_are_refused()
    {
        Sentences.Refused<ParameterException>(() => _ = new TruncationTuple(0), "by 0 bits", "choose 1 to 62");
        Sentences.Refused<ParameterException>(() => _ = new TruncationTuple(63), "by 63 bits");
        Sentences.Refused<ParameterException>(
            () => _ = new BilinearTriple(new MatMulMap(new Shape(1 << 13, 1 << 13), new Shape(1 << 13, 1))), "cut it into blocks");
        Sentences.Refused<ParameterException>(() => _ = new WeightMask(0, 0, 1 << 27), "cut it into blocks");
        Sentences.Refused<ParameterException>(
            () => _ = new WeightedProduct(new MatMulMap(new Shape(1, 2), new Shape(2, 3)), Weights), "6 weights", "1000");
        Sentences.Refused<ParameterException>(() => _ = new SelectedProduct(2, 3, Weights), "2 by 3", "1000");
        Sentences.Refused<ParameterException>(() => _ = new SelectedProduct(1 << 13, 1 << 13, new WeightMask(0, 0, 1 << 26)), "cut it into blocks");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new SelectedProduct(0, 3, Weights));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new SelectedProduct(3, 0, Weights));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new WeightMask(0, 2, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new WeightMask(0, 1, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new WeightMask(-1, 1, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new ComparisonMask(1, ComparisonMethod.Tree, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new ComparisonMask(65, ComparisonMethod.Tree, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new ComparisonMask(64, ComparisonMethod.Tree, -1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new ComparisonMask(64, ComparisonMethod.Tree, 1, -1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new ComparisonMask(2, ComparisonMethod.Tree, 1, 63));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new ComparisonMask(49, ComparisonMethod.Tree, 1, 16));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new BitProductMask(5));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new MergeMask(17));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new MergeMask(6, 5));
    }

    private static long Bytes(CorrelationKind kind)
    {
        var draw = new CorrelationDraw(kind, 1);
        long bytes = new CorrelationDemand([draw]).DealtBytes(1);
        return Math.Max(0, bytes - CorrectionMessage.HeaderBytes);
    }
}
