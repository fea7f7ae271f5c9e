using Hybrid.Mpc.Correlations;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Mpc.Correlations;

[TestClass]
public sealed class CorrelationDemandTests
{
    private static readonly WeightMask Weights = new(0, 1, 100, 10);

    [TestMethod]
    public void Sums_and_multiples_do_not_depend_on_the_order()
    {
        CorrelationDemand a = CorrelationDemand.Of(new MultiplicationTriple(), 5) + CorrelationDemand.Of(new TruncationTuple(16), 7);
        CorrelationDemand b = CorrelationDemand.Of(new TruncationTuple(16), 1) + CorrelationDemand.Of(new SquarePair(), 2);
        Assert.AreEqual(a + b, b + a);
        Assert.AreEqual((a + b).GetHashCode(), (b + a).GetHashCode());
        CollectionAssert.AreEqual((a + b).Kinds.ToArray(), (b + a).Kinds.ToArray());
        Assert.AreEqual(8, (a + b)[new TruncationTuple(16)]);
        Assert.AreEqual(0, (a + b)[new TruncationTuple(15)]);
        Assert.AreEqual(a + a + a, a.Times(3));
        Assert.AreEqual(CorrelationDemand.None, a.Times(0));
        Assert.AreNotEqual(a, b);
        Assert.AreEqual("2 square pairs, 1 truncation tuples of 16 bits", b.ToString());
        Assert.AreEqual("nothing", CorrelationDemand.None.ToString());
    }

    [TestMethod]
    public async Task Bytes_are_those_of_the_dealers_messages()
    {
        CorrelationKind[] kinds =
        [
            new MultiplicationTriple(), new SquarePair(), new BitTriple(), new TruncationTuple(16), new MatrixTriple(20, 30, 40), Weights, new WeightedRow(Weights),
        ];
        long[] counts = [20000, 1, 5461, 5462, 9, 1, 300];
        CorrelationDemand demand = kinds.Zip(counts, CorrelationDemand.Of).Aggregate((x, y) => x + y);
        using var seeds = new DealerSeeds(new RandomWords(53).Source);
        using var dealer = new CorrelationDealer(demand, seeds);
        long bytes = 16;
        for (int pool = 0; pool < demand.Kinds.Count; pool++)
        {
            CorrelationKind kind = demand.Kinds[pool];
            for (long units = demand[kind]; kind.CorrectionBytes > 0 && units > 0;)
            {
                ReadOnlyMemory<byte> message = await dealer.NextAsync(pool, CancellationToken.None);
                Assert.IsLessThanOrEqualTo(CorrectionMessage.MaximumBytes(kind), message.Length);
                units -= CorrectionMessage.ReadCount(message.Span, kind, pool, demand[kind] - units, units);
                bytes += message.Length;
            }
        }

        Assert.AreEqual(bytes, demand.DealtBytes(1));
        Assert.AreEqual(16, demand.DealtBytes(0));
        int squares = demand.Kinds.ToList().IndexOf(new SquarePair());
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await dealer.NextAsync(squares, CancellationToken.None));
    }

    [TestMethod]
    public void Weights_have_one_mask_and_counts_an_end()
    {
        CorrelationDemand one = CorrelationDemand.Of(Weights, 1);
        Sentences.Refused<ParameterException>(() => CorrelationDemand.Of(Weights, 2), "masks of party 1's weights 0, 100 × 10", "open weights once");
        Sentences.Refused<ParameterException>(() => _ = one + one, "open weights once");
        Sentences.Refused<ParameterException>(() => one.Times(2), "open weights once");
        Sentences.Refused<ParameterException>(() => CorrelationDemand.Of(new SquarePair(), 1L << 49).Times(int.MaxValue), "square pairs", "562949953421312 are the most");
        Sentences.Refused<ParameterException>(() => _ = CorrelationDemand.Of(new SquarePair(), 1L << 49) + CorrelationDemand.Of(new SquarePair(), 1), "562949953421313 square pairs");
        Assert.IsGreaterThan(1L << 52, CorrelationDemand.Of(new SquarePair(), 1L << 49).DealtBytes(1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CorrelationDemand.Of(new SquarePair(), -1));
    }

    [TestMethod]
    public void Impossible_sizes_are_refused()
    {
        Sentences.Refused<ParameterException>(() => _ = new TruncationTuple(0), "by 0 bits", "choose 1 to 62");
        Sentences.Refused<ParameterException>(() => _ = new TruncationTuple(63), "by 63 bits");
        Sentences.Refused<ParameterException>(() => _ = new MatrixTriple(0, 1, 1), "0 × 1 by 1 × 1");
        Sentences.Refused<ParameterException>(() => _ = new MatrixTriple(int.MaxValue, int.MaxValue, int.MaxValue), "cut it into blocks");
        Sentences.Refused<ParameterException>(() => _ = new WeightMask(0, 0, 1 << 20, 1 << 20), "cut it into blocks");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new WeightMask(0, 2, 1, 1));
    }
}
