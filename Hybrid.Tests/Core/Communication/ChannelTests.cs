using System.Security.Cryptography;
using Hybrid.Communication;

namespace Hybrid.Tests.Core.Communication;

[TestClass]
public sealed class ChannelTests
{
    private static readonly StepTag First = new(1, "first");
    private static readonly StepTag Second = new(2, "second");

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(16 * 1024 - 8)]
    [DataRow(16 * 1024 - 7)]
    [DataRow(3_000_000)]
    public async Task A_message_arrives_as_it_was_sent(int length)
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        byte[] payload = new byte[length];
        new Random(length).NextBytes(payload);
        Task send = pair.Client.SendAsync(First, payload).AsTask();
        using ReceivedFrame frame = await pair.Server.ReceiveAsync(First, length);
        await send;
        Assert.AreEqual(First, frame.Tag);
        Assert.IsTrue(frame.Span.SequenceEqual(payload));
    }

    [TestMethod]
    public async Task A_message_is_gone_once_disposed_of_and_its_buffer_wiped()
    {
        var pool = new RecordingPool();
        await using ChannelPair pair = await ChannelPair.OpenAsync(ChannelPair.Patient with { Pool = pool });
        await pair.Client.SendAsync(First, new byte[] { 1, 2, 3 });
        ReceivedFrame frame = await pair.Server.ReceiveAsync(First, 3);
        frame.Dispose();
        frame.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => frame.Payload);
        Assert.AreEqual(1, pool.Returned.Count);
        CollectionAssert.AreEqual(new byte[3], pool.Returned[0]);
    }

    [TestMethod]
    public async Task Counters_and_rounds_are_exact()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        Channel client = pair.Client;
        Channel server = pair.Server;

        await client.SendAsync(First, new byte[10]);
        await client.SendAsync(First, new byte[20]);
        await Receive(server, First);
        await Receive(server, First);
        await server.SendAsync(Second, new byte[5]);
        await Receive(client, Second);
        ChannelCounters atClient = client.Counters;
        Assert.AreEqual(46, atClient.BytesSent);
        Assert.AreEqual(13, atClient.BytesReceived);
        Assert.AreEqual(2, atClient.MessagesSent);
        Assert.AreEqual(1, atClient.MessagesReceived);
        Assert.AreEqual(1, atClient.Rounds);
        Assert.AreEqual(0, server.Counters.Rounds, "The server has not waited since it sent.");

        // Heartbeats pass, and count as nothing.
        await Task.Delay(150);
        Assert.AreEqual(atClient, client.Counters);

        // Two messages for one wait are one round; a second wait without a send is none.
        await client.SendAsync(First, default);
        await server.SendAsync(Second, default);
        await server.SendAsync(Second, default);
        await Receive(client, Second);
        await Receive(client, Second);
        await Receive(server, First);
        ChannelCounters phase = client.Counters - atClient;
        Assert.AreEqual(8, phase.BytesSent);
        Assert.AreEqual(16, phase.BytesReceived);
        Assert.AreEqual(1, phase.Rounds);
        Assert.AreEqual(1, server.Counters.Rounds);
    }

    [TestMethod]
    public async Task Time_spent_waiting_is_counted()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        Task receive = Receive(pair.Client, First);
        await Task.Delay(100);
        await pair.Server.SendAsync(First, default);
        await receive;
        Assert.IsGreaterThan(TimeSpan.FromMilliseconds(80), pair.Client.Counters.Waited);
        Assert.AreEqual(TimeSpan.Zero, pair.Server.Counters.Waited);
    }

    [TestMethod]
    public async Task Transcripts_agree_exactly_when_both_have_seen_the_same()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        CollectionAssert.AreEqual(pair.Client.TranscriptHash(), pair.Server.TranscriptHash());
        byte[] before = pair.Client.TranscriptHash();

        await pair.Client.SendAsync(First, new byte[] { 1, 2, 3 });
        CollectionAssert.AreNotEqual(pair.Client.TranscriptHash(), pair.Server.TranscriptHash());
        await Receive(pair.Server, First);
        CollectionAssert.AreEqual(pair.Client.TranscriptHash(), pair.Server.TranscriptHash());
        CollectionAssert.AreNotEqual(before, pair.Client.TranscriptHash());

        await pair.Server.SendAsync(Second, new byte[] { 4 });
        await Receive(pair.Client, Second);
        byte[] forth = SHA256.HashData(ChannelPair.Frame(3, 1, 1, 2, 3));
        byte[] back = SHA256.HashData(ChannelPair.Frame(1, 2, 4));
        CollectionAssert.AreEqual(SHA256.HashData([.. forth, .. back]), pair.Client.TranscriptHash());
        CollectionAssert.AreEqual(SHA256.HashData([.. forth, .. back]), pair.Server.TranscriptHash());
    }

    [TestMethod]
    public async Task Transcripts_of_different_tags_differ()
    {
        await using ChannelPair one = await ChannelPair.OpenAsync();
        await using ChannelPair other = await ChannelPair.OpenAsync();
        await one.Client.SendAsync(First, new byte[4]);
        await other.Client.SendAsync(Second, new byte[4]);
        CollectionAssert.AreNotEqual(one.Client.TranscriptHash(), other.Client.TranscriptHash());
        await Receive(one.Server, First);
        await Receive(other.Server, Second);
    }

    [TestMethod]
    public async Task Both_parties_can_exchange_more_than_the_connection_buffers()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        byte[] a = Enumerable.Repeat((byte)1, 2_000_000).ToArray();
        byte[] b = Enumerable.Repeat((byte)2, 2_000_000).ToArray();
        Task<ReceivedFrame> atClient = pair.Client.ExchangeAsync(First, a, a.Length).AsTask();
        Task<ReceivedFrame> atServer = pair.Server.ExchangeAsync(First, b, b.Length).AsTask();
        using ReceivedFrame fromServer = await atClient;
        using ReceivedFrame fromClient = await atServer;
        Assert.IsTrue(fromServer.Span.SequenceEqual(b));
        Assert.IsTrue(fromClient.Span.SequenceEqual(a));
        Assert.AreEqual(1, pair.Client.Counters.Rounds);
        Assert.AreEqual(1, pair.Server.Counters.Rounds);
    }

    [TestMethod]
    public async Task An_exchange_reports_the_receives_error()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        await pair.Server.SendAsync(Second, default);
        ProtocolException error = await Assert.ThrowsExactlyAsync<ProtocolException>(
            async () => await pair.Client.ExchangeAsync(First, new byte[2_000_000], 10));
        StringAssert.Contains(error.Message, "sent step 2 where step 1 was expected");
    }

    [TestMethod]
    public async Task Misuse_is_refused_at_once()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new StepTag(StepTag.FirstReserved));
        await Assert.ThrowsExactlyAsync<ArgumentException>(
            async () => await pair.Client.SendAsync(First, new byte[ChannelPair.Patient.MaximumFrameBytes + 1]));
        await Assert.ThrowsExactlyAsync<ArgumentException>(
            async () => await pair.Client.ExchangeAsync(First, new byte[ChannelPair.Patient.MaximumFrameBytes + 1], 10));

        Task waiting = Receive(pair.Client, First);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Receive(pair.Client, First));
        await pair.Server.SendAsync(First, default);
        await waiting;

        (Stream a, _) = InProcessTransport.CreatePair();
        ChannelOptions contradictory = ChannelPair.Impatient with { HeartbeatInterval = TimeSpan.FromMilliseconds(150) };
        await Assert.ThrowsExactlyAsync<ArgumentOutOfRangeException>(
            () => Channel.OpenAsync(a, ChannelRole.Initiator, "server", contradictory));
    }

    [TestMethod]
    public async Task A_receive_cancelled_while_nothing_came_can_be_repeated()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        using var cancel = new CancellationTokenSource(30);
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await pair.Client.ReceiveAsync(First, 10, cancel.Token));
        await pair.Server.SendAsync(First, new byte[] { 7 });
        using ReceivedFrame frame = await pair.Client.ReceiveAsync(First, 10);
        Assert.AreEqual(7, frame.Span[0]);
    }

    [TestMethod]
    public async Task A_send_cancelled_in_the_middle_stays_a_cancellation_and_ends_sending()
    {
        (Channel client, Stream server) = await ChannelPair.OpenBareAsync();
        using var cancel = new CancellationTokenSource(50);
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await client.SendAsync(First, new byte[1_000_000], cancel.Token));
        InvalidOperationException error =
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await client.SendAsync(First, default));
        StringAssert.Contains(error.Message, "cancelled in the middle");
        await client.DisposeAsync();
        server.Dispose();
    }

    [TestMethod]
    public async Task A_receive_cancelled_in_the_middle_stays_a_cancellation_and_ends_the_conversation()
    {
        (Channel client, Stream server) = await ChannelPair.OpenBareAsync();
        await server.WriteAsync(ChannelPair.Frame(10, 1, 1, 2, 3));
        using var cancel = new CancellationTokenSource(50);
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await client.ReceiveAsync(First, 10, cancel.Token));
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Receive(client, First));
        await client.DisposeAsync();
    }

    [TestMethod]
    public async Task What_was_sent_last_arrives_although_the_sender_closes_at_once()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        await pair.Server.SendAsync(First, new byte[100_000]);
        Task closing = pair.Server.DisposeAsync().AsTask();
        await Task.Delay(100);
        Assert.IsFalse(closing.IsCompleted, "The server did not wait for its message to be taken.");
        using ReceivedFrame frame = await pair.Client.ReceiveAsync(First, 100_000);
        await closing;
    }

    [TestMethod]
    public async Task Disposing_ends_calls_under_way_and_can_be_repeated()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        Task waiting = Receive(pair.Client, First);
        await pair.Client.DisposeAsync();
        await pair.Client.DisposeAsync();
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => Receive(pair.Client, First));
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(async () => await pair.Client.SendAsync(First, default));
        Assert.ThrowsExactly<ObjectDisposedException>(() => pair.Client.TranscriptHash());
    }

    private static async Task Receive(Channel channel, StepTag tag)
    {
        using ReceivedFrame frame = await channel.ReceiveAsync(tag, 100);
    }

    [TestMethod]
    public async Task A_channel_without_a_transcript_says_so()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync(ChannelPair.Patient with { KeepsTranscript = false });
        await pair.Client.SendAsync(new StepTag(1, "step"), new byte[10]);
        using ReceivedFrame frame = await pair.Server.ReceiveAsync(new StepTag(1, "step"), 10);
        Assert.AreEqual(18, pair.Client.Counters.BytesSent);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => pair.Client.TranscriptHash()).Message, "KeepsTranscript");
    }
}
