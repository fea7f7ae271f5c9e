using Hybrid.Communication;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Protocols;
using Hybrid.Mpc.Sharing;
using Hybrid.Tensors;

namespace Hybrid.Tests.Mpc.Protocols;

[TestClass]
public sealed class ProtocolCostTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(100)]
    [DataRow(5000)]
    public async Task Steps_cost_what_they_declare(int count)
    {
        await AssertCost(ProtocolCost.Open(count), count, (round, x) => round.Open(x));
        await AssertCost(ProtocolCost.OpenTo(0, count), count, (round, x) => round.OpenTo(0, x));
        await AssertCost(ProtocolCost.OpenTo(1, count), count, (round, x) => round.OpenTo(1, x));
        await AssertCost(ProtocolCost.Multiply(count), count, (round, x) => round.Multiply(x, x));
        await AssertCost(ProtocolCost.Square(count), count, (round, x) => round.Square(x));
        await AssertCost(ProtocolCost.Truncate(count, 7), count, (round, x) => round.Truncate(x, 7));
        await AssertCost(
            ProtocolCost.Truncate(count, 7).Beside(ProtocolCost.Open(count)).Beside(ProtocolCost.Truncate(count, 8)),
            count,
            (round, x) =>
            {
                round.Truncate(x, 7);
                round.Open(x);
                round.Truncate(x, 8);
            });
    }

    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(9, 30, 5)]
    public async Task Matrix_products_cost_what_they_declare(int m, int k, int n)
    {
        var random = new RandomWords(81);
        ArithmeticShare[] y = Parties.Split(random.Next(k * n), new Shape(k, n), 16, random);
        await AssertCost(ProtocolCost.MatMul(m, k, n), new Shape(m, k), (round, x) => round.MatMul(x, y[x.Party]));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task Private_weights_cost_what_they_declare(int owner)
    {
        const int m = 4, k = 9, n = 6;
        var random = new RandomWords(82);
        var mask = new WeightMask(0, owner, k, n);
        ArithmeticShare[] xs = Parties.Split(random.Next(m * k), new Shape(m, k), 16, random);
        ProtocolCost opening = ProtocolCost.OpenWeights(mask);
        ProtocolCost product = ProtocolCost.MatMul(m, mask);
        await using Parties parties = await Parties.OpenAsync(83, opening.Demand + product.Demand.Times(2));
        PrivateWeights[] weights = await parties.RoundAsync((round, party) =>
            party == owner ? round.SendWeights(mask, new ulong[k * n], 8) : round.ReceiveWeights(mask, 8));
        for (int query = 0; query < 2; query++)
            await parties.RoundAsync((round, party) => round.MatMul(xs[party], weights[party]));
        AssertMeasured(parties, opening + product + product, exchanges: false);
        Assert.AreEqual(8 + (8 * k * n), opening.BytesFrom(owner));
        Assert.AreEqual(0, product.BytesFrom(owner));
        Assert.AreEqual(8 + (8 * m * k), product.BytesFrom(1 - owner));
    }

    [TestMethod]
    public void Costs_add_up_side_by_side_and_one_after_the_other()
    {
        ProtocolCost a = ProtocolCost.Multiply(3);
        ProtocolCost b = ProtocolCost.OpenTo(1, 5);
        Assert.AreEqual((1, 6L, 6L, 56L), (a.Rounds, a.WordsFromParty0, a.WordsFromParty1, a.BytesFrom(0)));
        Assert.AreEqual((1, 48L, 0L), (b.Rounds, b.BytesFrom(0), b.BytesFrom(1)));
        Assert.AreEqual((2, 104L, 56L), ((a + b).Rounds, (a + b).BytesFrom(0), (a + b).BytesFrom(1)));
        Assert.AreEqual((1, 96L, 56L), (a.Beside(b).Rounds, a.Beside(b).BytesFrom(0), a.Beside(b).BytesFrom(1)));
        Assert.AreEqual(CorrelationDemand.Of(new MultiplicationTriple(), 6), (a + b + a).Demand);
        Assert.AreEqual(a, ProtocolCost.Free + a);
    }

    private static Task AssertCost(ProtocolCost declared, int count, Action<Round, ArithmeticShare> add) =>
        AssertCost(declared, new Shape(count), add);

    private static async Task AssertCost(ProtocolCost declared, Shape shape, Action<Round, ArithmeticShare> add)
    {
        var random = new RandomWords(84);
        ArithmeticShare[] xs = Parties.Split(random.Next(shape.ElementCount), shape, 16, random);
        await using Parties parties = await Parties.OpenAsync(85, declared.Demand);
        ICollection<ProtocolCost> costs = await Parties.BothAsync(async party =>
        {
            var round = new Round(parties.Links[party]);
            add(round, xs[party]);
            await round.RunAsync();
            return round.Cost;
        });
        Assert.IsTrue(costs.All(cost => cost == declared));
        AssertMeasured(parties, declared, declared.BytesFrom(0) > 0 && declared.BytesFrom(1) > 0);
    }

    // A channel counts a round where it waits after having sent: that is each exchange, and no message that goes one way.
    private static void AssertMeasured(Parties parties, ProtocolCost declared, bool exchanges)
    {
        for (int party = 0; party < 2; party++)
        {
            ChannelCounters measured = parties.Channels[party].Counters;
            Assert.AreEqual(declared.BytesFrom(party), measured.BytesSent);
            Assert.AreEqual(declared.BytesFrom(1 - party), measured.BytesReceived);
            Assert.AreEqual(party == 0 ? declared.MessagesFromParty0 : declared.MessagesFromParty1, measured.MessagesSent);
            if (exchanges)
            {
                Assert.AreEqual(declared.Rounds, measured.Rounds);
            }

            Assert.AreEqual(CorrelationDemand.None, parties.Left(party));
        }
    }
}
