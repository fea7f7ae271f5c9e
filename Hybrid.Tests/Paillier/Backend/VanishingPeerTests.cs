using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Tests.Core;
using Hybrid.Tests.Core.Communication;

namespace Hybrid.Tests.Paillier.Backend;

/// <summary>A connection that ends after any number of bytes leaves both parties with a sentence, or done, and neither waiting.</summary>
[TestClass]
public sealed class VanishingPeerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private static readonly Tensor<double> Row = Tensor.Create<double>([1.5, -2], [1, 2]);

    [TestMethod]
    [DataRow(Death.Closed, 53)]
    [DataRow(Death.Broken, 97)]
    [DataRow(Death.Silent, 331)]
    public async Task A_connection_may_end_anywhere(Death death, int stride)
    {
        ChannelOptions limits = death == Death.Silent ? ChannelPair.Impatient : Connected.Patient;
        var server = new ModelServer(RawPeer.Model, Connected.Options(channel: limits));
        var patient = new ModelServer(RawPeer.Model, Connected.Options());
        long whole = await LengthAsync(patient);
        var ends = new ConcurrentDictionary<long, (string? Client, string? Server)>();
        long[] lives = [.. Enumerable.Range(0, (int)(whole / stride) + 1).Select(i => (long)i * stride), whole - 1];
        await Parallel.ForEachAsync(lives, new ParallelOptions { MaxDegreeOfParallelism = death == Death.Silent ? 16 : 4 }, async (life, _) =>
            ends[life] = await LiveAsync(server, limits, life, death));

        // Until the last score and report are in, the client cannot be content; until the goodbye, nor can the server.
        foreach ((long life, (string? client, string? serving)) in ends.OrderBy(end => end.Key))
        {
            Assert.IsTrue(client is not null || life > whole - 100, $"The client was content after {life} of {whole} bytes.");
            Assert.IsTrue(serving is not null || life > whole - 100, $"The server was content after {life} of {whole} bytes.");
        }

        Assert.IsGreaterThan(8, ends.Count);
        Assert.AreEqual((null, null), await LiveAsync(patient, Connected.Patient, long.MaxValue, death));
    }

    // Bytes of a whole conversation without heartbeats; with them, it gets less far in as many.
    private static async Task<long> LengthAsync(ModelServer server)
    {
        await using Connected session = await Connected.StartAsync(server);
        await session.CheckAsync(RawPeer.Model, Row);
        await session.Client.DisposeAsync();
        return session.Stream.Passed;
    }

    // What either party says at the end, null if it was content.
    private static async Task<(string? Client, string? Server)> LiveAsync(ModelServer server, ChannelOptions limits, long life, Death death)
    {
        (Stream here, Stream there) = InProcessTransport.CreatePair();
        var stream = new MortalStream(here, life, death);
        Task serving = Task.Run(() => server.ServeAsync(there));
        string? client = await EndAsync(PredictAsync(stream, limits), $"the client after {life} bytes");
        string? served = await EndAsync(serving, $"the server after {life} bytes");
        return (client, served);
    }

    private static async Task PredictAsync(Stream stream, ChannelOptions limits)
    {
        await using ModelClient client = await ModelClient.ConnectAsync(stream, Connected.Options(channel: limits));
        Connected.CheckExact(RawPeer.Model, Row, await client.PredictAsync(Row));
    }

    private static async Task<string?> EndAsync(Task task, string who)
    {
        try
        {
            await task.WaitAsync(Soon);
            return null;
        }
        catch (HybridException e)
        {
            Sentences.Check(e);
            return e.Message;
        }
        catch (TimeoutException)
        {
            throw new AssertFailedException($"Still waiting: {who}.");
        }
    }
}
