using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Schemes;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Core.Models;
using Hybrid.Tests.Mpc.Circuits;
using Hybrid.Tests.Paillier.Backend;

namespace Hybrid.Tests.Core.Execution;

/// <summary>When a query waits for the server to come to its plan, and when it goes on at once.</summary>
[TestClass]
public sealed class QueryAgreementTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [TestMethod]
    public async Task A_plan_is_agreed_on_once_for_each_number_of_rows()
    {
        const int Seed = 301;
        var random = new Random(Seed);
        LinearModel model = SampleModels.Random(random, 3, 2);
        await using Connected session = await Connected.StartAsync(model);
        foreach ((int rows, long rounds) in new[] { (1, 0), (2, 1), (3, 1), (2, 0), (3, 0), (1, 0) })
        {
            Prediction prediction = await session.CheckAsync(model, Connected.Rows(random, model, rows), $"{rows} rows, seed {Seed}");
            Assert.AreEqual(rounds, prediction.Preparation.Rounds, $"{rows} rows, seed {Seed}");
        }
    }

    [TestMethod]
    public async Task Nothing_secret_is_sent_before_the_server_has_come_to_the_plan()
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        using var client = new RecordingStream(a);
        Task serving = Task.Run(async () =>
        {
            await using Channel channel = await Channel.OpenAsync(b, ChannelRole.Responder, "client", ChannelPair.Patient);
            await channel.SendAsync(SessionMessages.Card, RawPeer.Card.Write());
            (await channel.ReceiveAsync(SessionMessages.Schemes, 100)).Dispose();
            (await channel.ReceiveAsync(SessionMessages.SetUp(Scheme.Paillier), 10_000)).Dispose();
            await channel.SendAsync(SessionMessages.Ready, RawPeer.Seconds(0.5));
            using ReceivedFrame query = await channel.ReceiveAsync(SessionMessages.Query, 100);
            Assert.IsTrue(QueryMessage.Read(query.Payload, "client", SessionMessages.Query).Waits);

            // It has another plan, and says so in place of agreeing.
            await channel.AbortAsync("The client has another plan");
        });
        await using ModelClient connected = await ModelClient.ConnectAsync(client, Connected.Options()).WaitAsync(Soon);
        Task<Prediction> asking = connected.PredictAsync(Tensor.Create<double>([1, 2, 3, 4], [2, 2]));
        Sentences.Check(await Assert.ThrowsExactlyAsync<ProtocolException>(() => asking.WaitAsync(Soon)), "The server stopped: The client has another plan");
        await serving.WaitAsync(Soon);
        CollectionAssert.AreEqual(
            new[] { SessionMessages.Schemes.Value, SessionMessages.SetUp(Scheme.Paillier).Value, SessionMessages.Query.Value },
            client.Frames().Select(frame => frame.Tag).ToArray());
    }

    [TestMethod]
    public async Task A_plan_known_for_one_number_of_rows_is_none_for_another()
    {
        (Stream here, Stream there) = InProcessTransport.CreatePair();
        Task serving = Task.Run(() => new ModelServer(RawPeer.Model, Connected.Options()).ServeAsync(there));
        await using Channel client = await Channel.OpenAsync(here, ChannelRole.Initiator, "server", ChannelPair.Patient);
        (await client.ReceiveAsync(SessionMessages.Card, ModelCard.MaximumBytes)).Dispose();
        await client.SendAsync(SessionMessages.Schemes, RawPeer.Query(1));
        await client.SendAsync(SessionMessages.SetUp(Scheme.Paillier), RawPeer.Key);
        (await client.ReceiveAsync(SessionMessages.Ready, 8)).Dispose();

        await RawPeer.AskAsync(client, RawPeer.Query(1));
        await client.SendAsync(RawPeer.Upload, RawPeer.Ciphertexts(3, 5));
        (await client.ReceiveAsync(RawPeer.Reply, 10_000)).Dispose();
        (await client.ReceiveAsync(SessionMessages.Report, 8)).Dispose();
        await RawPeer.AskAsync(client, RawPeer.Query(2, hash: RawPeer.Hash(1)));
        Sentences.Check(await Assert.ThrowsExactlyAsync<ProtocolException>(() => serving.WaitAsync(Soon)), "The client has another plan");
    }
}
