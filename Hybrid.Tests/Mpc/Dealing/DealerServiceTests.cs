using Hybrid.Communication;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Mpc.Ring64;
using Hybrid.Tensors;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Mpc.Dealing;

[TestClass]
public sealed class DealerServiceTests
{
    private static readonly CorrelationDemand Some = new([new(new MultiplicationTriple(), 100)]);

    public static IEnumerable<object[]> Methods => from method in Enum.GetValues<ComparisonMethod>() from prefetch in new[] { false, true } select new object[] { method, prefetch };

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public async Task Two_parties_compute_again_and_again_with_what_they_are_dealt(ComparisonMethod method, bool prefetch)
    {
        var meet = new Meet();
        DealerConnection[] parties = await meet.GatherAsync(options: Meet.Party with { Prefetch = prefetch });
        foreach (int count in new[] { 1, 100, 20_000 })
        {
            long[] numbers = Meet.Numbers(count);
            foreach (long[] opened in await Meet.ReluAsync(parties, numbers, method))
                CollectionAssert.AreEqual(numbers.Select(number => Math.Max(0, number)).ToArray(), opened);
        }

        await Task.WhenAll(parties.Select(party => party.DisposeAsync().AsTask()));
        Assert.IsNull(await meet.EndAsync());
    }

    [TestMethod]
    public async Task Three_parties_and_several_meetings_at_once()
    {
        var meet = new Meet();
        var other = MeetingId.Create(new RandomWords(10).Source);
        Task<DealerConnection[]> others = Task.WhenAll(Enumerable.Range(0, 2).Select(party => DealerConnection.ConnectAsync(meet.Connect(), other, party, 2, Meet.Party)));
        DealerConnection[] three = await meet.GatherAsync(3);
        DealerConnection[] two = await others.WaitAsync(Meet.Patience);
        Assert.AreEqual(2, meet.Dealer.Meetings);
        await SumsAsync(three);
        await SumsAsync(two);
        await SumsAsync(three);
        await Task.WhenAll(three.Concat(two).Select(party => party.DisposeAsync().AsTask()));
        Assert.IsNull(await meet.EndAsync());
    }

    [TestMethod]
    public async Task Masks_of_weights_serve_later_demands_of_the_meeting()
    {
        var mask = new WeightMask(0, 0, 20);
        var product = new WeightedProduct(new MatMulMap(new Shape(7, 4), new Shape(4, 5)), mask);
        var meet = new Meet();
        DealerConnection[] parties = await meet.GatherAsync();
        await DrawAllAsync(parties, new CorrelationDemand([new(mask, 1)]));
        await DrawAllAsync(parties, new CorrelationDemand([new(product, 3)]));
        await DrawAllAsync(parties, CorrelationDemand.None);
        // A mask that was never dealt.
        var strange = new CorrelationDemand([new(new WeightedProduct(product.Map, new WeightMask(1, 0, 20)), 1)]);
        await EveryoneFailsAsync(parties, strange, "were not dealt");
        StringAssert.Contains((await meet.EndAsync())!.InnerExceptions[0].Message, "were not dealt");
    }

    [TestMethod]
    public async Task A_source_given_up_early_leaves_the_connection_in_order()
    {
        var demand = new CorrelationDemand([new(new SelectionMask(), 300_000), new(new MultiplicationTriple(), 300_000)]);
        var meet = new Meet();
        DealerConnection[] parties = await meet.GatherAsync();
        await Task.WhenAll(parties.Select(async party =>
        {
            ICorrelationSource source = await party.PrepareAsync(demand);
            if (party.Party == 1)
            {
                await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => party.PrepareAsync(Some).AsTask());
            }

            source.Dispose();
        })).WaitAsync(Meet.Patience);
        await SumsAsync(parties);
        await Task.WhenAll(parties.Select(party => party.DisposeAsync().AsTask()));
        Assert.IsNull(await meet.EndAsync());
    }

    [TestMethod]
    public async Task Demands_that_differ_are_named_to_everyone()
    {
        var meet = new Meet();
        DealerConnection[] parties = await meet.GatherAsync(3);
        Exception[] errors = await Task.WhenAll(parties.Select(party => Fails(party.PrepareAsync(
            party.Party == 2 ? new CorrelationDemand([new(new MultiplicationTriple(), 101)]) : Some).AsTask()))).WaitAsync(Meet.Patience);
        foreach (Exception error in errors)
            Sentences.Check(error, "Party 2", "party 0", "same plan");
        await CheckEndAsync(meet, parties, "Party 2");
    }

    [TestMethod]
    public async Task Demands_over_a_limit_are_refused()
    {
        var meet = new Meet(Meet.Options with { MaximumDealtBytes = 1000 });
        DealerConnection[] parties = await meet.GatherAsync();
        await EveryoneFailsAsync(parties, new CorrelationDemand([new(new MultiplicationTriple(), 1000)]), "1000");
        await CheckEndAsync(meet, parties, "dealt");
    }

    [TestMethod]
    public async Task Hostile_demands_are_refused()
    {
        foreach (byte[] message in new byte[][] { [1], [1, 0xFF, 0xFF, 0xFF, 0x7F], [1, 1, 0, 0, 0, 77] })
        {
            var meet = new Meet();
            Channel[] parties = [await meet.ComeRawAsync(0), await meet.ComeRawAsync(1)];
            foreach (Channel party in parties)
            {
                (await party.ReceiveAsync(DealerMessages.Met, 0)).Dispose();
                await party.SendAsync(DealerMessages.Demand, message);
            }

            foreach (Channel party in parties)
            {
                Sentences.Check(await Fails(party.ReceiveAsync(DealerMessages.Seed, 16).AsTask().WaitAsync(Meet.Patience)), "demand");
                await party.DisposeAsync();
            }

            Assert.IsInstanceOfType<FormatRefusedException>((await meet.EndAsync())!.InnerExceptions[0]);
        }
    }

    [TestMethod]
    public async Task A_demand_longer_than_any_is_refused_before_it_is_read()
    {
        var meet = new Meet();
        Channel[] parties = [await meet.ComeRawAsync(0), await meet.ComeRawAsync(1)];
        foreach (Channel party in parties)
            (await party.ReceiveAsync(DealerMessages.Met, 0)).Dispose();
        await Fails(parties[1].SendAsync(DealerMessages.Demand, new byte[(1 << 24) + 1]).AsTask().WaitAsync(Meet.Patience));
        Exception error = await Fails(parties[0].ReceiveAsync(DealerMessages.Seed, 16).AsTask().WaitAsync(Meet.Patience));
        Sentences.Check(error, "party 1", "16777217");
        foreach (Channel party in parties)
            await party.DisposeAsync();
        Assert.IsNotNull(await meet.EndAsync());
    }

    [TestMethod]
    public async Task A_meeting_that_is_not_complete_in_time()
    {
        var meet = new Meet(Meet.Options with { MeetingTime = TimeSpan.FromMilliseconds(200) });
        Exception error = await Fails(DealerConnection.ConnectAsync(meet.Connect(), meet.Id, 1, 3, Meet.Party).WaitAsync(Meet.Patience));
        Sentences.Check(error, "0.2 s", "0, 2 of 3");
        Sentences.Check((await meet.EndAsync())!.InnerException!, "0.2 s", "0, 2 of 3");

        var silent = new Meet(Meet.Options with { MeetingTime = TimeSpan.FromMilliseconds(200) });
        await using Channel channel = await Channel.OpenAsync(silent.Connect(), ChannelRole.Initiator, "dealer", Meet.Calm);
        Sentences.Check(await Fails(channel.ReceiveAsync(DealerMessages.Met, 0).AsTask().WaitAsync(Meet.Patience)), "did not say hello");
        await silent.EndAsync();
    }

    [TestMethod]
    public async Task A_party_that_the_dealer_keeps_waiting_gives_up()
    {
        var meet = new Meet();
        Exception error = await Fails(DealerConnection.ConnectAsync(
            meet.Connect(), meet.Id, 0, 2, Meet.Party with { MeetingTime = TimeSpan.FromMilliseconds(100) }).WaitAsync(Meet.Patience));
        Sentences.Check(error, "together", "0.1 s");
        await meet.EndAsync();
    }

    [TestMethod]
    public async Task A_number_taken_twice_or_out_of_range_leaves_the_meeting_alone()
    {
        var meet = new Meet();
        await using Channel first = await meet.ComeRawAsync(0);
        while (meet.Dealer.Meetings == 0)
            await Task.Delay(5);
        foreach ((int party, int parties, string part) in new[] { (0, 2, "already"), (2, 2, "numbers start"), (1, 3, "meeting of 2"), (0, 1, "2 to 16"), (0, 17, "2 to 16") })
        {
            await using Channel channel = await meet.ComeRawAsync(party, parties);
            Sentences.Check(await Fails(channel.ReceiveAsync(DealerMessages.Met, 0).AsTask().WaitAsync(Meet.Patience)), part);
            Sentences.Check(await Fails(meet.Served[^1].WaitAsync(Meet.Patience)), part);
        }

        await using DealerConnection second = await DealerConnection.ConnectAsync(meet.Connect(), meet.Id, 1, 2, Meet.Party).WaitAsync(Meet.Patience);
        (await first.ReceiveAsync(DealerMessages.Met, 0)).Dispose();
    }

    [TestMethod]
    public async Task Another_version_is_refused_at_both_ends()
    {
        var meet = new Meet();
        await using Channel channel = await Channel.OpenAsync(meet.Connect(), ChannelRole.Initiator, "dealer", Meet.Calm);
        await channel.SendAsync(DealerMessages.Hello, new byte[] { 2, 0, 1, 2, 3 });
        Sentences.Check(await Fails(channel.ReceiveAsync(DealerMessages.Met, 0).AsTask().WaitAsync(Meet.Patience)), "version 2", "same release");
        Sentences.Check((await meet.EndAsync())!.InnerException!, "version 2");
    }

    [TestMethod]
    public async Task More_meetings_than_the_dealer_holds_are_refused()
    {
        var meet = new Meet(Meet.Options with { MaximumMeetings = 1 });
        DealerConnection[] parties = await meet.GatherAsync();
        Exception error = await Fails(DealerConnection.ConnectAsync(
            meet.Connect(), MeetingId.Create(new RandomWords(11).Source), 0, 2, Meet.Party).WaitAsync(Meet.Patience));
        Sentences.Check(error, "all 1 meetings");
        await SumsAsync(parties);
        await Task.WhenAll(parties.Select(party => party.DisposeAsync().AsTask()));
        await meet.EndAsync();
    }

    [TestMethod]
    public async Task A_party_that_vanishes_is_named_to_the_others_whatever_they_do()
    {
        // While the meeting gathers, between demands, while another waits for its seed, and in the middle of a stream.
        for (int moment = 0; moment < 4; moment++)
        {
            var meet = new Meet();
            Stream stream = meet.Connect();
            Task<DealerConnection> joining = DealerConnection.ConnectAsync(stream, meet.Id, 1, 2, Meet.Party);
            if (moment == 0)
            {
                await stream.DisposeAsync();
                await Fails(joining.WaitAsync(Meet.Patience));
                Assert.HasCount(1, (await meet.EndAsync())!.InnerExceptions);
                continue;
            }

            DealerConnection other = await DealerConnection.ConnectAsync(meet.Connect(), meet.Id, 0, 2, Meet.Party).WaitAsync(Meet.Patience);
            DealerConnection vanishing = await joining;
            var large = new CorrelationDemand([new(new ComparisonMask(41, ComparisonMethod.FunctionSharing, 1), 200_000)]);
            Task<Exception> failing = moment == 1
                ? Task.Run(async () => { await Task.Delay(50); return await Fails(other.PrepareAsync(Some).AsTask()); })
                : moment == 2 ? Fails(other.PrepareAsync(Some).AsTask())
                : Fails(DrawAllAsync([other], large));
            if (moment == 3)
            {
                using ICorrelationSource source = await vanishing.PrepareAsync(large);
                await stream.DisposeAsync();
            }

            await stream.DisposeAsync();
            Sentences.Check(await failing.WaitAsync(Meet.Patience), "party 1", "closed the connection");
            await other.DisposeAsync();
            await vanishing.DisposeAsync();
            Assert.HasCount(2, (await meet.EndAsync())!.InnerExceptions);
        }
    }

    [TestMethod]
    public async Task A_party_that_leaves_while_another_wants_more()
    {
        var meet = new Meet();
        DealerConnection[] parties = await meet.GatherAsync();
        await parties[1].DisposeAsync();
        Sentences.Check(await Fails(parties[0].PrepareAsync(Some).AsTask().WaitAsync(Meet.Patience)), "party 1 said goodbye");
        await CheckEndAsync(meet, parties, "goodbye");
    }

    [TestMethod]
    public async Task A_party_that_takes_nothing_holds_up_its_own_meeting_only()
    {
        var large = new CorrelationDemand([new(new MultiplicationTriple(), 1 << 20)]);
        var meet = new Meet();
        DealerConnection[] slow = await meet.GatherAsync();
        ICorrelationSource[] sources = await Task.WhenAll(slow.Select(party => party.PrepareAsync(large).AsTask())).WaitAsync(Meet.Patience);
        var other = MeetingId.Create(new RandomWords(10).Source);
        DealerConnection[] quick = await Task.WhenAll(Enumerable.Range(0, 2).Select(party => DealerConnection.ConnectAsync(meet.Connect(), other, party, 2, Meet.Party))).WaitAsync(Meet.Patience);
        await SumsAsync(quick);
        foreach (ICorrelationSource source in sources)
            source.Dispose();
        await SumsAsync(slow);
        await Task.WhenAll(slow.Concat(quick).Select(party => party.DisposeAsync().AsTask()));
        Assert.IsNull(await meet.EndAsync());
    }

    [TestMethod]
    public async Task A_dealer_that_stops_tells_all_parties()
    {
        var meet = new Meet();
        DealerConnection[] parties = await meet.GatherAsync();
        Task<Exception> waiting = Fails(parties[0].PrepareAsync(Some).AsTask());
        meet.Stop();
        Sentences.Check(await waiting.WaitAsync(Meet.Patience), "shutting down");
        Sentences.Check(await Fails(parties[1].PrepareAsync(Some).AsTask().WaitAsync(Meet.Patience)), "shutting down");
        foreach (DealerConnection party in parties)
            await party.DisposeAsync();
        await meet.EndAsync();
        Assert.IsTrue(meet.Served.All(served => served.IsCanceled));
    }

    [TestMethod]
    public void Limits_that_make_no_sense_are_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DealerService(new DealerOptions { MaximumMeetings = 0 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DealerService(new DealerOptions { MaximumParties = 1 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DealerService(new DealerOptions { MeetingTime = TimeSpan.Zero }));
    }

    // Triples of all parties add up to products.
    private static async Task SumsAsync(DealerConnection[] parties)
    {
        ulong[][][] shares = await Task.WhenAll(parties.Select(party => Task.Run(() => TripleAsync(party, 50_000)))).WaitAsync(Meet.Patience);
        for (int i = 0; i < 50_000; i++)
        {
            ulong Sum(int vector) => shares.Aggregate(0UL, (sum, share) => unchecked(sum + share[vector][i]));
            Assert.AreEqual(unchecked(Sum(0) * Sum(1)), Sum(2));
        }
    }

    private static async Task<ulong[][]> TripleAsync(DealerConnection party, int count)
    {
        var draw = new CorrelationDraw(new MultiplicationTriple(), count);
        using ICorrelationSource source = await party.PrepareAsync(new CorrelationDemand([draw]));
        using Correlation part = source.Draw(draw);
        List<ulong>[] words = [[], [], []];
        while (await part.NextAsync(default))
        {
            words[0].AddRange(part.Early(0, part.Chunk));
            words[1].AddRange(part.Early(1, part.Chunk));
            words[2].AddRange(part.Late(2));
        }

        return [.. words.Select(list => list.ToArray())];
    }

    private static Task DrawAllAsync(IEnumerable<DealerConnection> parties, CorrelationDemand demand) => Task.WhenAll(parties.Select(async party =>
    {
        using ICorrelationSource source = await party.PrepareAsync(demand);
        foreach (CorrelationDraw draw in demand.Draws)
        {
            using Correlation part = source.Draw(draw);
            while (await part.NextAsync(default))
            {
            }
        }
    })).WaitAsync(Meet.Patience);

    private static async Task EveryoneFailsAsync(DealerConnection[] parties, CorrelationDemand demand, string part)
    {
        foreach (Exception error in await Task.WhenAll(parties.Select(party => Fails(DrawAllAsync([party], demand)))))
            Sentences.Check(error, part);
        foreach (DealerConnection party in parties)
            await party.DisposeAsync();
    }

    private static async Task CheckEndAsync(Meet meet, DealerConnection[] parties, string part)
    {
        foreach (DealerConnection party in parties)
            await party.DisposeAsync();
        foreach (Exception error in (await meet.EndAsync())!.InnerExceptions)
            Sentences.Check(error, part);
    }

    private static async Task<Exception> Fails(Task task)
    {
        try
        {
            await task;
        }
        catch (HybridException e)
        {
            return e;
        }

        throw new AssertFailedException("Nothing failed.");
    }
}
