using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Mpc;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Schemes;
using Hybrid.Tests.Core;
using Hybrid.Tests.Core.Schemes;

namespace Hybrid.Tests.Mpc.Backend;

/// <summary>Dealers and peers that fail: each end is told in one sentence, and nobody waits for ever.</summary>
[TestClass]
public sealed class SharesFailureTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly LinearModel Model = new("small", ["a", "b"], [], Activation.Sigmoid, [0, 0], [1, 1], [[0.5, -0.25]], [1]);

    private static readonly Tensor<double> Rows = Tensor.Create<double>([1, 2, 3, 4], [2, 2]);

    [TestMethod]
    public async Task A_server_without_a_dealer_says_so()
    {
        SessionOptions server = new() { Schemes = schemes => schemes.Add(new FakeBackend(Scheme.Ckks, (_, _) => null)) };
        (ModelServer _, Task serving, Task<ModelClient> connecting) = Start(SharesSessions.Options(new InProcessDealer()), server);
        Sentences.Check(await ThrowsAsync(connecting), "The server stopped: The client asked for Shares, which this server does not offer, for it has no dealer");
        Sentences.Check(await ThrowsAsync(serving), "The client asked for Shares");
    }

    [TestMethod]
    public async Task A_server_shows_no_more_than_its_policy_allows()
    {
        var dealer = new InProcessDealer();
        SessionOptions server = SharesSessions.Options(dealer) with { Policy = DisclosurePolicy.Only((Party.Client, "label")) };
        (ModelServer _, Task serving, Task<ModelClient> connecting) = Start(SharesSessions.Options(dealer, reveal: Revealed.Values), server);
        Sentences.Check(await ThrowsAsync(connecting), "The server stopped: The plan would show values (1, 1) to the client, which the policy does not allow");
        Sentences.Check(await ThrowsAsync(serving), "would show values");

        (_, serving, connecting) = Start(SharesSessions.Options(dealer, reveal: Revealed.Label), server);
        await using (ModelClient client = await connecting)
            CollectionAssert.AreEqual(new[] { 1, 1 }, (await client.PredictAsync(Rows)).Labels.ToArray());
        await serving;
    }

    [TestMethod]
    [DataRow(Party.Client)]
    [DataRow(Party.Server)]
    public async Task A_dealer_that_one_party_cannot_reach_is_both_parties_news_at_once(Party unlucky)
    {
        SessionOptions failing = SharesSessions.Options(new FakeDealer((_, _) => throw Vanished("cannot be reached")));
        SessionOptions waiting = SharesSessions.Options(new FakeDealer(async (_, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            throw new InvalidOperationException();
        }));
        (ModelServer _, Task serving, Task<ModelClient> connecting) = unlucky == Party.Client ? Start(failing, waiting) : Start(waiting, failing);
        HybridException atClient = await ThrowsAsync(connecting);
        HybridException atServer = await ThrowsAsync(serving);
        Sentences.Check(atClient, "dealer cannot be reached");
        Sentences.Check(atServer, "dealer cannot be reached");
        Assert.StartsWith(unlucky == Party.Client ? "The dealer" : "The server stopped: The dealer", atClient.Message);
        Assert.StartsWith(unlucky == Party.Server ? "The dealer" : "The client stopped: The dealer", atServer.Message);
    }

    [TestMethod]
    [DataRow(Party.Client)]
    [DataRow(Party.Server)]
    public async Task A_dealer_that_vanishes_between_queries_ends_the_session_at_both_ends(Party unlucky)
    {
        var dealer = new InProcessDealer();
        SessionOptions sound = SharesSessions.Options(dealer);
        SessionOptions failing = SharesSessions.Options(new FakeDealer(async (join, stop) => new Mortal(await join(dealer, stop), prepares: 3)));
        (ModelServer _, Task serving, Task<ModelClient> connecting) = unlucky == Party.Client ? Start(failing, sound) : Start(sound, failing);
        await using ModelClient client = await connecting.WaitAsync(Soon);
        Assert.HasCount(2, (await client.PredictAsync(Rows).WaitAsync(Soon)).Labels);
        HybridException atClient = await ThrowsAsync(client.PredictAsync(Rows));
        HybridException atServer = await ThrowsAsync(serving);
        (HybridException own, HybridException other) = unlucky == Party.Client ? (atClient, atServer) : (atServer, atClient);
        Sentences.Check(own, "dealer vanished");
        // The other party hears of it from this one or at the dealer, whichever is first.
        Sentences.Check(other);
        Assert.IsTrue(other.Message.Contains("dealer vanished", StringComparison.Ordinal) || other.Message.Contains("The meeting is over", StringComparison.Ordinal), other.Message);
    }

    [TestMethod]
    public async Task Parties_at_different_dealers_give_up()
    {
        var options = new DealerConnectionOptions { MeetingTime = TimeSpan.FromSeconds(1) };
        await using var one = new ServedDealer();
        await using var other = new ServedDealer();
        (ModelServer _, Task serving, Task<ModelClient> connecting) =
            Start(SharesSessions.Options(new RemoteDealer(one.Address, null, options)), SharesSessions.Options(new RemoteDealer(other.Address, null, options)));
        Sentences.Check(await ThrowsAsync(connecting), "dealer did not bring the parties together within 1 s");
        Sentences.Check(await ThrowsAsync(serving), "dealer did not bring the parties together within 1 s");
    }

    [TestMethod]
    public async Task A_dealer_over_tcp_serves_sessions_one_after_the_other_and_nobody_listening_is_one_sentence()
    {
        HostAndPort address;
        await using (var dealer = new ServedDealer())
        {
            address = dealer.Address;
            for (int session = 0; session < 3; session++)
            {
                (ModelServer _, Task serving, Task<ModelClient> connecting) = Start(SharesSessions.Options(new RemoteDealer(address, null)), SharesSessions.Options(new RemoteDealer(address, null)));
                await using (ModelClient client = await connecting.WaitAsync(Soon))
                {
                    Assert.AreEqual($"dealer at {address}", client.Keys);
                    Assert.HasCount(2, (await client.PredictAsync(Rows).WaitAsync(Soon)).Labels);
                }

                await serving.WaitAsync(Soon);
            }
        }

        (ModelServer _, Task served, Task<ModelClient> refused) = Start(SharesSessions.Options(new RemoteDealer(address, null)), SharesSessions.Options(new RemoteDealer(address, null)));
        Sentences.Check(await ThrowsAsync(refused), $"Nobody listens at {address}: check the address, and that the dealer is running");
        Sentences.Check(await ThrowsAsync(served), $"Nobody listens at {address}");
    }

    [TestMethod]
    public async Task A_client_that_sends_no_meeting_s_id_is_refused()
    {
        foreach (byte[] id in new[] { [], new byte[15] })
        {
            (Stream here, Stream there) = InProcessTransport.CreatePair();
            Task serving = new ModelServer(Model, SharesSessions.Options(new InProcessDealer())).ServeAsync(there);
            await using Channel client = await Channel.OpenAsync(here, ChannelRole.Initiator, "server", SharesSessions.Patient);
            (await client.ReceiveAsync(SessionMessages.Card, ModelCard.MaximumBytes)).Dispose();
            await client.SendAsync(SessionMessages.Schemes, Choice());
            await client.SendAsync(SessionMessages.SetUp(Scheme.Shares), id);
            Sentences.Check(await ThrowsAsync(serving), $"The client sent {id.Length} bytes to agree on shares where {SetUpMessage.Bytes} do");
        }
    }

    [TestMethod]
    public async Task Another_way_of_comparing_than_the_server_s_is_refused_at_set_up()
    {
        var dealer = new InProcessDealer();
        (ModelServer _, Task serving, Task<ModelClient> connecting) =
            Start(SharesSessions.Options(dealer, ComparisonMethod.FunctionSharing), SharesSessions.Options(dealer));
        Sentences.Check(await ThrowsAsync(connecting), "FunctionSharing", "Tree");
        Sentences.Check(await ThrowsAsync(serving), "FunctionSharing", "Tree");
    }

    [TestMethod]
    public async Task A_server_without_a_way_of_its_own_compares_as_the_client_s_link_says()
    {
        var dealer = new InProcessDealer();
        var rounds = new List<long>();
        foreach (Hybrid.Planning.LinkProfile link in new[] { Hybrid.Planning.LinkProfile.Lan, Hybrid.Planning.LinkProfile.Wan })
        {
            var client = new SharesOptions { Dealer = dealer, Link = link };
            (ModelServer _, Task serving, Task<ModelClient> connecting) = Start(
                SharesSessions.Options(dealer) with { Schemes = schemes => schemes.UseShares(client), Link = link },
                SharesSessions.Options(dealer) with { Schemes = schemes => schemes.UseShares(new SharesOptions { Dealer = dealer }) });
            await using (ModelClient connected = await connecting.WaitAsync(Soon))
            {
                rounds.Add((await connected.PredictAsync(Rows).WaitAsync(Soon)).Cost.Rounds);
            }

            await serving.WaitAsync(Soon);
        }

        Assert.IsTrue(rounds[1] <= rounds[0], $"{rounds[0]} rounds nearby, {rounds[1]} far apart");
    }

    private static byte[] Choice()
    {
        using var registry = new SchemeRegistry(Party.Client);
        SharesSessions.Options(new InProcessDealer()).Schemes(registry);
        OpGraph graph = FoldedModel.Of(Model).Card.Program(1, Revealed.Values).Graph;
        return QueryMessage.ForPlan(1, Revealed.Values, Hybrid.Planning.Planner.Plan(graph, registry, Hybrid.Planning.LinkProfile.Lan, Scheme.Shares)).Write();
    }

    private static ProtocolException Vanished(string problem) => new("dealer", "the parties' meeting", problem);

    private static (ModelServer Server, Task Serving, Task<ModelClient> Connecting) Start(SessionOptions client, SessionOptions server)
    {
        (Stream here, Stream there) = InProcessTransport.CreatePair();
        var serving = new ModelServer(Model, server);
        return (serving, Task.Run(() => serving.ServeAsync(there)), ModelClient.ConnectAsync(here, client));
    }

    private static async Task<HybridException> ThrowsAsync(Task task) => await Assert.ThrowsAsync<HybridException>(() => task.WaitAsync(Soon));

    private sealed class FakeDealer(Func<Func<IDealerAccess, CancellationToken, Task<ICorrelationProvider>>, CancellationToken, Task<ICorrelationProvider>> join) : IDealerAccess
    {
        public string Description => "a dealer that fails";

        public async ValueTask<ICorrelationProvider> JoinAsync(MeetingId meeting, int party, int parties, CancellationToken cancellationToken) =>
            await join((access, stop) => access.JoinAsync(meeting, party, parties, stop).AsTask(), cancellationToken);
    }

    // Vanishes after so many demands: of weights, of a query of one row at set-up, and of the first query of two.
    private sealed class Mortal(ICorrelationProvider provider, int prepares) : ICorrelationProvider
    {
        private int _left = prepares;

        public int Party => provider.Party;

        public int Parties => provider.Parties;

        public ValueTask<ICorrelationSource> PrepareAsync(CorrelationDemand demand, CancellationToken cancellationToken) =>
            _left-- > 0 ? provider.PrepareAsync(demand, cancellationToken) : throw Vanished("vanished");

        public ValueTask DisposeAsync() => provider.DisposeAsync();
    }
}
