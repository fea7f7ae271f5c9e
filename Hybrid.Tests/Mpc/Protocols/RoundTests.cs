using Hybrid.Communication;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Protocols;
using Hybrid.Mpc.Sharing;
using Hybrid.Tensors;
using Hybrid.Tests.Core;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Mpc.Sharing;

namespace Hybrid.Tests.Mpc.Protocols;

[TestClass]
public sealed class RoundTests
{
    private const int Count = 10;

    [TestMethod]
    public async Task Parties_whose_steps_differ_find_out_before_any_result()
    {
        ArithmeticShare[] xs = Shares(91);
        CorrelationDemand demand = ProtocolCost.Square(Count).Demand + ProtocolCost.Truncate(Count, 3).Demand;
        await using Parties parties = await Parties.OpenAsync(92, demand);

        // Both steps send as many words.
        Task[] runs = [RunAsync(parties.Links[0], round => round.Square(xs[0])), RunAsync(parties.Links[1], round => round.Truncate(xs[1], 3))];
        foreach (Task run in runs)
            Sentences.Check(await Assert.ThrowsExactlyAsync<ProtocolException>(() => run), "round 0 of the shares");
        Assert.IsTrue(runs.Any(run => run.Exception!.InnerException!.Message.Contains("the parties' plans differ", StringComparison.Ordinal)));
        StringAssert.Contains(
            (await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => RunAsync(parties.Links[0], round => round.Open(xs[0])))).Message, "An earlier round on this link failed");
    }

    [TestMethod]
    public async Task Parties_whose_correlations_are_out_of_step_find_out_before_any_result()
    {
        ArithmeticShare[] xs = Shares(93);
        using var dealer = new LocalDealer(ProtocolCost.Square(2 * Count).Demand, new RandomWords(94).Source);
        using ICorrelationSource first = dealer.GiveSource(0);
        using ICorrelationSource second = dealer.GiveSource(1);
        using Correlation lost = await first.DrawAsync(new SquarePair(), 1);
        await using ChannelPair channels = await ChannelPair.OpenAsync();
        Task[] runs =
        [
            RunAsync(new TwoPartyLink(channels.Client, first), round => round.Square(xs[0])), RunAsync(new TwoPartyLink(channels.Server, second), round => round.Square(xs[1])),
        ];
        foreach (Task run in runs)
            await Assert.ThrowsExactlyAsync<ProtocolException>(() => run);
        Assert.IsTrue(runs.Any(run => run.Exception!.InnerException!.Message.Contains("the parties' plans differ", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_message_too_short_or_too_long_is_refused()
    {
        ArithmeticShare[] xs = Shares(95);
        foreach ((int length, string problem) in new[] { (79, "sent 79 bytes where 80 were expected"), (81, "announced a message of 81 bytes where at most 80") })
        {
            StepTag tag = await TagOfOpeningAsync(xs);
            (Channel client, Stream server) = await ChannelPair.OpenBareAsync();
            await using (client)
            await using (server)
            {
                await server.WriteAsync(ChannelPair.Frame((uint)length, tag.Value, new byte[length]));
                using var source = new SeededCorrelationSource(0, new byte[16], CorrelationDemand.None, feed: null);
                Sentences.Check(
                    await Assert.ThrowsExactlyAsync<ProtocolException>(() => RunAsync(new TwoPartyLink(client, source), round => round.Open(xs[0]))), problem);
            }
        }
    }

    [TestMethod]
    public async Task Too_few_correlations_stop_the_round_before_anything_is_sent()
    {
        ArithmeticShare[] xs = Shares(96);
        await using Parties parties = await Parties.OpenAsync(97, ProtocolCost.Square(Count - 1).Demand);
        for (int party = 0; party < 2; party++)
        {
            ParameterException error = await Assert.ThrowsExactlyAsync<ParameterException>(() => RunAsync(parties.Links[party], round => round.Square(xs[party])));
            Sentences.Check(error, $"{Count} square pairs", $"{Count - 1} are left");
            Assert.AreEqual(0, parties.Channels[party].Counters.MessagesSent);
        }
    }

    [TestMethod]
    public async Task A_round_runs_once_and_results_come_after_it()
    {
        ArithmeticShare[] xs = Shares(98);
        await using Parties parties = await Parties.OpenAsync(99, CorrelationDemand.None);
        await Parties.BothAsync(async party =>
        {
            var round = new Round(parties.Links[party]);
            Pending<ulong[]> opened = round.Open(xs[party]);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => opened.Result).Message, "has not run to its end");
            await round.RunAsync();
            Assert.HasCount(Count, opened.Result);
            StringAssert.Contains((await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await round.RunAsync())).Message, "ran before");
            Assert.ThrowsExactly<InvalidOperationException>(() => round.Open(xs[party]));

            // A round without steps costs nothing.
            var empty = new Round(parties.Links[party]);
            await empty.RunAsync();
            Assert.AreEqual(ProtocolCost.Free, empty.Cost);
            return round;
        });
        Assert.AreEqual(1, parties.Channels[0].Counters.MessagesSent);
    }

    [TestMethod]
    public async Task Operands_that_do_not_fit_are_refused()
    {
        ArithmeticShare[] xs = Shares(100);
        var random = new RandomWords(101);
        ArithmeticShare[] three = ShareTestTools.Split(random.Next(Count), new Shape(Count), 16, 3, random);
        ArithmeticShare[] longer = Parties.Split(random.Next(Count + 1), new Shape(Count + 1), 16, random);
        ArithmeticShare[] fine = Parties.Split(random.Next(Count), new Shape(Count), 40, random);
        ArithmeticShare[] empty = Parties.Split([], new Shape(0, 3), 16, random);
        await using Parties parties = await Parties.OpenAsync(102, CorrelationDemand.None);
        var round = new Round(parties.Links[0]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => round.Open(xs[1])).Message, "This is party 0 of 2");
        Assert.ThrowsExactly<ArgumentException>(() => round.Open(three[0]));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => round.Square(empty[0])).Message, "no elements");
        Sentences.Refused<ParameterException>(() => round.Multiply(xs[0], longer[0]), "The shapes differ");
        Sentences.Refused<ParameterException>(() => round.MatMul(xs[0], longer[0]), "MatMul");
        Assert.ThrowsExactly<ParameterException>(() => round.Square(fine[0]));
        Sentences.Refused<ParameterException>(() => round.Truncate(xs[0], 0), "by 0 bits");
        Sentences.Refused<ParameterException>(() => round.Truncate(xs[0], 17), "by 17 bits");
        var mask = new WeightMask(0, 0, 2, 3);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => round.ReceiveWeights(mask, 0)).Message, "party 1's");
        Assert.ThrowsExactly<ArgumentException>(() => round.SendWeights(mask, new ulong[5], 0));
        Assert.AreEqual(ProtocolCost.Free, round.Cost, "a refused step was kept");
    }

    private static async Task RunAsync<T>(TwoPartyLink link, Func<Round, Pending<T>> add)
        where T : class
    {
        var round = new Round(link);
        add(round);
        try
        {
            await round.RunAsync();
        }
        catch (ProtocolException e)
        {
            await link.Channel.AbortAsync(e.Message);
            throw;
        }
    }

    private static async Task<StepTag> TagOfOpeningAsync(ArithmeticShare[] xs)
    {
        (Channel client, Stream server) = await ChannelPair.OpenBareAsync();
        await using (client)
        await using (server)
        {
            using var source = new SeededCorrelationSource(0, new byte[16], CorrelationDemand.None, feed: null);
            using var stop = new CancellationTokenSource();
            var round = new Round(new TwoPartyLink(client, source));
            round.Open(xs[0]);
            Task run = round.RunAsync(stop.Token).AsTask();
            byte[] header = new byte[8];
            await server.ReadExactlyAsync(header);
            await stop.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => run);
            return new StepTag(BitConverter.ToUInt32(header, 4));
        }
    }

    private static ArithmeticShare[] Shares(byte seed)
    {
        var random = new RandomWords(seed);
        return Parties.Split(random.Next(Count), new Shape(Count), 16, random);
    }
}
