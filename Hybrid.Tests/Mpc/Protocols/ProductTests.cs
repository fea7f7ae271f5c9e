using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Protocols;
using Hybrid.Mpc.Sharing;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc.Ring64;
using Hybrid.Tests.Mpc.Sharing;

namespace Hybrid.Tests.Mpc.Protocols;

[TestClass]
public sealed class ProductTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(1023)]
    [DataRow(1025)]
    [DataRow(1_000_000)]
    public async Task Products_and_squares_are_exact_modulo_2_64(int count)
    {
        var random = new RandomWords(61);
        ulong[] x = random.Next(count);
        ulong[] y = random.Next(count);
        var shape = new Shape(count);
        ArithmeticShare[] xs = Parties.Split(x, shape, 16, random);
        ArithmeticShare[] ys = Parties.Split(y, shape, 20, random);
        await using Parties parties = await Parties.OpenAsync(62, ProtocolCost.Multiply(count).Demand + ProtocolCost.Square(count).Demand);
        ArithmeticShare[] products = await parties.RoundAsync((round, party) => round.Multiply(xs[party], ys[party]));
        ArithmeticShare[] squares = await parties.RoundAsync((round, party) => round.Square(xs[party]));
        Assert.AreEqual((36, 32), (products[0].FractionBits, squares[0].FractionBits));
        CollectionAssert.AreEqual(x.Zip(y, (a, b) => unchecked(a * b)).ToArray(), ShareTestTools.Reconstruct(products));
        CollectionAssert.AreEqual(x.Select(a => unchecked(a * a)).ToArray(), ShareTestTools.Reconstruct(squares));
        CollectionAssert.AreEqual(x, ShareTestTools.Reconstruct(xs), "an input changed");
    }

    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(3, 50, 4)]
    [DataRow(40, 33, 65)]
    [DataRow(1, 300, 200)]
    public async Task Matrix_products_are_exact_modulo_2_64(int m, int k, int n)
    {
        var random = new RandomWords(63);
        ulong[] x = random.Next(m * k);
        ulong[] y = random.Next(k * n);
        ArithmeticShare[] xs = Parties.Split(x, new Shape(m, k), 16, random);
        ArithmeticShare[] ys = Parties.Split(y, new Shape(k, n), 10, random);
        await using Parties parties = await Parties.OpenAsync(64, ProtocolCost.MatMul(m, k, n).Demand);
        ArithmeticShare[] products = await parties.RoundAsync((round, party) => round.MatMul(xs[party], ys[party]));
        Assert.AreEqual(new Shape(m, n), products[0].Shape);
        Assert.AreEqual(26, products[1].FractionBits);
        CollectionAssert.AreEqual(NaiveProduct.Compute(x, y, m, k, n), ShareTestTools.Reconstruct(products));
    }

    [TestMethod]
    [DataRow(0, 50, 4)]
    [DataRow(1, 50, 4)]
    [DataRow(1, 1, 1)]
    [DataRow(0, 200, 130)]
    public async Task Products_with_weights_opened_once_are_exact_in_every_query(int owner, int k, int n)
    {
        int[] batches = [1, 33, 70];
        var random = new RandomWords(65);
        ulong[] w = random.Next(k * n);
        var mask = new WeightMask(7, owner, k, n);
        ProtocolCost opening = ProtocolCost.OpenWeights(mask);
        CorrelationDemand demand = batches.Aggregate(opening.Demand, (sum, m) => sum + ProtocolCost.MatMul(m, mask).Demand);
        await using Parties parties = await Parties.OpenAsync(66, demand);
        PrivateWeights[] weights = await parties.RoundAsync((round, party) =>
            party == owner ? round.SendWeights(mask, w, 12) : round.ReceiveWeights(mask, 12));
        CollectionAssert.AreNotEqual(w, weights[1 - owner].Words.ToArray());
        foreach (int m in batches)
        {
            ulong[] x = random.Next(m * k);
            ArithmeticShare[] xs = Parties.Split(x, new Shape(m, k), 16, random);
            ArithmeticShare[] products = await parties.RoundAsync((round, party) => round.MatMul(xs[party], weights[party]));
            Assert.AreEqual(28, products[owner].FractionBits);
            CollectionAssert.AreEqual(NaiveProduct.Compute(x, w, m, k, n), ShareTestTools.Reconstruct(products));
        }

        // Opening other weights behind the same mask would show their difference.
        await Assert.ThrowsExactlyAsync<ParameterException>(async () => await parties.RoundAsync((round, party) =>
            party == owner ? round.SendWeights(mask, w, 12) : round.ReceiveWeights(mask, 12)));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_round_opens_to_whom_it_should(bool tcp)
    {
        var random = new RandomWords(67);
        ulong[] x = random.Next(100_000);
        ulong[] y = random.Next(77);
        ArithmeticShare[] xs = Parties.Split(x, new Shape(1000, 100), 16, random);
        ArithmeticShare[] ys = Parties.Split(y, new Shape(77), 16, random);
        await using Parties parties = await Parties.OpenAsync(68, CorrelationDemand.None, tcp);
        ulong[][] both = await parties.RoundAsync((round, party) => round.Open(xs[party]));
        CollectionAssert.AreEqual(x, both[0]);
        CollectionAssert.AreEqual(x, both[1]);
        for (int to = 0; to < 2; to++)
        {
            ulong[][] one = await parties.RoundAsync((round, party) => round.OpenTo(to, ys[party]));
            CollectionAssert.AreEqual(y, one[to]);
            Assert.IsEmpty(one[1 - to]);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Independent_steps_share_one_exchange(bool tcp)
    {
        const int count = 100_000;
        var random = new RandomWords(69);
        ulong[] x = random.Next(count);
        ulong[] y = random.Next(count);
        ulong[] small = [.. random.Next(count).Select(word => unchecked((ulong)((long)word >> 2)))];
        ArithmeticShare[] xs = Parties.Split(x, new Shape(count), 16, random);
        ArithmeticShare[] ys = Parties.Split(y, new Shape(count), 16, random);
        ArithmeticShare[] smalls = Parties.Split(small, new Shape(count), 16, random);
        ProtocolCost cost = ProtocolCost.Multiply(count).Beside(ProtocolCost.Square(count)).Beside(ProtocolCost.Truncate(count, 16))
            .Beside(ProtocolCost.Multiply(count)).Beside(ProtocolCost.Open(count)).Beside(ProtocolCost.OpenTo(1, count));
        await using Parties parties = await Parties.OpenAsync(70, cost.Demand, tcp);
        Pending<ArithmeticShare>[][] shares = new Pending<ArithmeticShare>[2][];
        Pending<ulong[]>[][] opened = new Pending<ulong[]>[2][];
        await Parties.BothAsync(async party =>
        {
            var round = new Round(parties.Links[party]);
            shares[party] =
            [
                round.Multiply(xs[party], ys[party]), round.Square(ys[party]), round.Truncate(smalls[party], 16), round.Multiply(ys[party], ys[party]),
            ];
            opened[party] = [round.Open(xs[party]), round.OpenTo(1, ys[party])];
            Assert.AreEqual(cost.BytesFrom(party), round.Cost.BytesFrom(party));
            await round.RunAsync();
            return round;
        });
        ulong[][] results = [.. Enumerable.Range(0, 4).Select(step => ShareTestTools.Reconstruct(shares[0][step].Result, shares[1][step].Result))];
        CollectionAssert.AreEqual(x.Zip(y, (a, b) => unchecked(a * b)).ToArray(), results[0]);
        CollectionAssert.AreEqual(y.Select(a => unchecked(a * a)).ToArray(), results[1]);
        CollectionAssert.AreEqual(results[1], results[3]);
        for (int index = 0; index < count; index++)
        {
            long error = unchecked((long)results[2][index] - ((long)small[index] >> 16));
            Assert.IsTrue(error is 0 or 1, $"element {index} is off by {error}");
        }

        CollectionAssert.AreEqual(x, opened[0][0].Result);
        CollectionAssert.AreEqual(y, opened[1][1].Result);
        foreach (var counters in parties.Channels.Select(channel => channel.Counters))
            Assert.AreEqual((1L, 1L), (counters.Rounds, counters.MessagesSent));
    }
}
