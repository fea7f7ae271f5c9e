using Hybrid.Communication;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Mpc.Dealing;

/// <summary>A party against dealers that do not keep to the protocol.</summary>
[TestClass]
public sealed class DealerConnectionTests
{
    private static readonly CorrelationDraw Draw = new(new MultiplicationTriple(), 50_000);
    private static readonly CorrelationDemand Demand = new([Draw]);

    [TestMethod]
    public async Task Messages_repeated_or_missing_or_of_wrong_length_are_refused()
    {
        byte[][] messages = Messages();
        Assert.IsGreaterThan(2, messages.Length);
        byte[] all = [.. messages.SelectMany(message => message)];
        await RefusedAsync<FormatRefusedException>([[.. messages[0], .. messages[0], .. all[(2 * messages[0].Length)..]]], "chunk 0", "chunk 1");
        await RefusedAsync<FormatRefusedException>([[.. messages[1], .. messages[0], .. messages[2]]], "chunk 1", "chunk 0");
        await RefusedAsync<FormatRefusedException>([messages[0][..^8], all[(messages[0].Length - 8)..]], "is due");
        await RefusedAsync<FormatRefusedException>([[]], "empty batch");
        await RefusedAsync<ProtocolException>([[.. all, 0]], "announced");
    }

    [TestMethod]
    public async Task A_dealer_that_dies_in_the_middle_is_named()
    {
        foreach (int batches in new[] { 0, 1, 2 })
        {
            byte[][] messages = Messages();
            (DealerConnection party, Channel dealer, Stream stream) = await OpenAsync();
            Task<Exception> running = FailsAsync(party);
            await AnswerAsync(dealer, messages[..batches]);
            await stream.DisposeAsync();
            Exception error = await running.WaitAsync(Meet.Patience);
            Sentences.Check(error, "dealer", "closed the connection");
            await party.DisposeAsync();
            await dealer.DisposeAsync();
        }
    }

    [TestMethod]
    public async Task A_seed_of_another_length_is_refused()
    {
        (DealerConnection party, Channel dealer, _) = await OpenAsync();
        Task<Exception> running = FailsAsync(party);
        (await dealer.ReceiveAsync(DealerMessages.Demand, 1000)).Dispose();
        await dealer.SendAsync(DealerMessages.Seed, new byte[15]);
        Sentences.Check(await running.WaitAsync(Meet.Patience), "15 bytes instead of 16");
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => party.PrepareAsync(Demand).AsTask());
        await Task.WhenAll(party.DisposeAsync().AsTask(), dealer.DisposeAsync().AsTask());
    }

    [TestMethod]
    public async Task A_source_refuses_to_draw_more_than_was_dealt()
    {
        var meet = new Meet();
        DealerConnection[] parties = await meet.GatherAsync();
        await Task.WhenAll(parties.Select(async party =>
        {
            using ICorrelationSource source = await party.PrepareAsync(Demand);
            using (Correlation part = source.Draw(Draw))
            {
                while (await part.NextAsync(default))
                {
                }
            }

            Sentences.Refused<ParameterException>(() => source.Draw(Draw), "nothing is left");
        })).WaitAsync(Meet.Patience);
        await Task.WhenAll(parties.Select(party => party.DisposeAsync().AsTask()));
        Assert.IsNull(await meet.EndAsync());
    }

    [TestMethod]
    public async Task Demands_may_be_made_before_the_first_is_answered()
    {
        byte[][] messages = Messages();
        (DealerConnection party, Channel dealer, _) = await OpenAsync();
        Task<ICorrelationSource>[] preparing = [.. Enumerable.Range(0, 3).Select(_ => party.PrepareAsync(Demand).AsTask())];
        for (int i = 0; i < 3; i++)
            (await dealer.ReceiveAsync(DealerMessages.Demand, 1000).AsTask().WaitAsync(Meet.Patience)).Dispose();
        Assert.IsFalse(preparing.Any(task => task.IsCompleted));
        Task answering = Task.Run(async () =>
        {
            for (int i = 0; i < 3; i++)
            {
                await dealer.SendAsync(DealerMessages.Seed, new byte[16]);
                foreach (byte[] message in messages)
                    await dealer.SendAsync(DealerMessages.Corrections, message);
            }
        });
        foreach (Task<ICorrelationSource> task in preparing)
        {
            using ICorrelationSource source = await task.WaitAsync(Meet.Patience);
            using Correlation part = source.Draw(Draw);
            while (await part.NextAsync(default))
            {
            }
        }

        await answering.WaitAsync(Meet.Patience);
        await Task.WhenAll(party.DisposeAsync().AsTask(), dealer.DisposeAsync().AsTask()).WaitAsync(Meet.Patience);
    }

    [TestMethod]
    public async Task What_is_dealt_is_received_ahead_of_who_draws_it()
    {
        // Half of what is received ahead at least.
        const int Batch = 1 << 20;
        var demand = new CorrelationDemand([new(new MultiplicationTriple(), CorrectionStream.BytesAhead / 2 / sizeof(ulong))]);
        (DealerConnection party, Channel dealer, _) = await OpenAsync();
        Task<ICorrelationSource> preparing = party.PrepareAsync(demand).AsTask();
        (await dealer.ReceiveAsync(DealerMessages.Demand, 1000)).Dispose();
        await dealer.SendAsync(DealerMessages.Seed, new byte[16]);
        using (ICorrelationSource source = await preparing.WaitAsync(Meet.Patience))
        {
            var zeros = new byte[Batch];
            for (long left = demand.DealtBytes(1); left > 0; left -= Batch)
                await dealer.SendAsync(DealerMessages.Corrections, zeros.AsMemory(0, (int)Math.Min(left, Batch))).AsTask().WaitAsync(Meet.Patience);
        }

        // Dropped with its source.
        Task<ICorrelationSource> next = party.PrepareAsync(Demand).AsTask();
        await AnswerAsync(dealer, Messages());
        (await next.WaitAsync(Meet.Patience)).Dispose();
        await Task.WhenAll(party.DisposeAsync().AsTask(), dealer.DisposeAsync().AsTask()).WaitAsync(Meet.Patience);
    }

    [TestMethod]
    public async Task A_demand_while_a_source_still_receives_is_refused_and_nothing_is_lost()
    {
        byte[][] messages = Messages();
        (DealerConnection party, Channel dealer, _) = await OpenAsync();
        ValueTask<ICorrelationSource> preparing = party.PrepareAsync(Demand);
        await AnswerAsync(dealer, []);
        using (ICorrelationSource source = await preparing)
        {
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => party.PrepareAsync(Demand).AsTask());
            Task sending = Task.Run(async () =>
            {
                foreach (byte[] message in messages)
                    await dealer.SendAsync(DealerMessages.Corrections, message);
            });
            using Correlation part = source.Draw(Draw);
            while (await part.NextAsync(default))
            {
            }

            await sending.WaitAsync(Meet.Patience);
        }

        Task<ICorrelationSource> next = party.PrepareAsync(Demand).AsTask();
        await AnswerAsync(dealer, messages);
        (await next.WaitAsync(Meet.Patience)).Dispose();
        await Task.WhenAll(party.DisposeAsync().AsTask(), dealer.DisposeAsync().AsTask()).WaitAsync(Meet.Patience);
    }

    [TestMethod]
    public async Task A_call_given_up_leaves_a_source_that_can_go_on()
    {
        byte[][] messages = Messages();
        (DealerConnection party, Channel dealer, _) = await OpenAsync();
        ValueTask<ICorrelationSource> preparing = party.PrepareAsync(Demand);
        await AnswerAsync(dealer, []);
        using ICorrelationSource source = await preparing;
        using var soon = new CancellationTokenSource(50);
        using Correlation part = source.Draw(Draw);
        await Assert.ThrowsAsync<OperationCanceledException>(() => part.NextAsync(soon.Token).AsTask());
        await Task.WhenAll(party.DisposeAsync().AsTask(), dealer.DisposeAsync().AsTask()).WaitAsync(Meet.Patience);
    }

    private static byte[][] Messages()
    {
        using var seeds = new DealerSeeds(2, new RandomWords(3).Source);
        using var memory = new DealerMemory();
        using var work = new DealerWork(Demand, seeds, memory);
        var messages = new List<byte[]>();
        while (work.MoveNext())
            messages.Add(work.Message(1).ToArray());
        return [.. messages];
    }

    private static async Task<(DealerConnection Party, Channel Dealer, Stream DealerStream)> OpenAsync(bool prefetch = false)
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        Task<DealerConnection> party = DealerConnection.ConnectAsync(a, default, 1, 2, Meet.Party with { Prefetch = prefetch });
        Channel dealer = await Channel.OpenAsync(b, ChannelRole.Responder, "party", Meet.Calm);
        (await dealer.ReceiveAsync(DealerMessages.Hello, 100)).Dispose();
        await dealer.SendAsync(DealerMessages.Met, default);
        return (await party.WaitAsync(Meet.Patience), dealer, b);
    }

    private static async Task AnswerAsync(Channel dealer, byte[][] batches)
    {
        (await dealer.ReceiveAsync(DealerMessages.Demand, 1000)).Dispose();
        await dealer.SendAsync(DealerMessages.Seed, new byte[16]);
        foreach (byte[] batch in batches)
            await dealer.SendAsync(DealerMessages.Corrections, batch);
    }

    private static async Task RefusedAsync<T>(byte[][] batches, params string[] parts)
        where T : HybridException
    {
        foreach (bool prefetch in new[] { false, true })
        {
            (DealerConnection party, Channel dealer, _) = await OpenAsync(prefetch);
            Task<Exception> running = FailsAsync(party);
            Task answering = AnswerAsync(dealer, batches);
            Exception error = await running.WaitAsync(Meet.Patience);
            Assert.IsInstanceOfType<T>(error);
            Sentences.Check(error, parts);
            // What the party does not take any more fails once it closes.
            Task leaving = party.DisposeAsync().AsTask();
            await answering.WaitAsync(Meet.Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.WhenAll(leaving, dealer.DisposeAsync().AsTask()).WaitAsync(Meet.Patience);
        }
    }

    private static async Task<Exception> FailsAsync(DealerConnection party)
    {
        try
        {
            using ICorrelationSource source = await party.PrepareAsync(Demand);
            using Correlation part = source.Draw(Draw);
            while (await part.NextAsync(default))
            {
            }
        }
        catch (HybridException e)
        {
            return e;
        }

        throw new AssertFailedException("Nothing failed.");
    }
}
