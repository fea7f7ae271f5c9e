using System.Diagnostics;
using System.Text;
using Hybrid.Communication;

namespace Hybrid.Tests.Core.Communication;

[TestClass]
public sealed class ChannelFaultTests
{
    private static readonly StepTag Five = new(5, "reveal");
    private static readonly StepTag Seven = new(7);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [TestMethod]
    public async Task Who_waits_for_something_else_hears_that_the_peer_stops()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        Task end = pair.Server.EndAsync(Five, CancellationToken.None);
        Assert.IsFalse(end.IsCompleted);
        Assert.IsTrue(await pair.Client.AbortAsync("Our plans differ."));
        ProtocolException error = await Assert.ThrowsExactlyAsync<ProtocolException>(() => end.WaitAsync(Patience));
        Assert.StartsWith("The client stopped: Our plans differ", error.Message);
    }

    [TestMethod]
    public async Task A_watch_that_ends_leaves_messages_where_they_are()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        using var stop = new CancellationTokenSource();
        Task end = pair.Server.EndAsync(Five, stop.Token);
        Assert.IsFalse(pair.Server.HasNext);
        await pair.Client.SendAsync(Five, new byte[] { 1, 2, 3 });
        using var limit = new CancellationTokenSource(Patience);
        while (!pair.Server.HasNext)
            await Task.Delay(1, limit.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => end.WaitAsync(Patience));
        using ReceivedFrame frame = await pair.Server.ReceiveAsync(Five, 3);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, frame.Span.ToArray());
        Assert.IsFalse(pair.Server.HasNext);
    }

    [TestMethod]
    public async Task Another_step_is_refused_by_both_numbers()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        await pair.Server.SendAsync(Seven, new byte[3]);
        ProtocolException error = await Refused(pair.Client);
        Assert.AreEqual(
            "The server sent step 7 where step 5 was expected: the parties' plans differ (during step 5, reveal).", error.Message);
        Assert.AreEqual("server", error.Peer);

        // The refusal lasts, and can still be told to the other party.
        Assert.AreEqual(error.Message, (await Refused(pair.Client)).Message);
        Assert.IsTrue(await pair.Client.AbortAsync("Our plans differ."));
        StringAssert.Contains((await Refused(pair.Server)).Message, "stopped: Our plans differ (");
    }

    [TestMethod]
    [DataRow(101u, 100, 1000)]
    [DataRow(101u, 1000, 100)]
    [DataRow(uint.MaxValue, int.MaxValue, 100)]
    public async Task A_message_over_the_limit_is_refused_before_room_is_made_for_it(uint length, int maximumBytes, int maxFrameBytes)
    {
        var pool = new RecordingPool();
        (Channel client, Stream server) = await ChannelPair.OpenBareAsync(
            ChannelPair.Patient with { MaximumFrameBytes = maxFrameBytes, Pool = pool });
        await server.WriteAsync(ChannelPair.Frame(length, 5));
        ProtocolException error = await Refused(client, maximumBytes);
        StringAssert.Contains(error.Message, $"announced a message of {length} bytes where at most 100 are accepted");
        Assert.AreEqual(0, pool.Largest);
        await client.DisposeAsync();
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(5)]
    [DataRow(8)]
    [DataRow(11)]
    public async Task A_connection_closed_in_a_message_is_named(int bytes)
    {
        (Channel client, Stream server) = await ChannelPair.OpenBareAsync();
        await server.WriteAsync(ChannelPair.Frame(4, 5, 1, 2, 3, 4).AsMemory(0, bytes));
        server.Dispose();
        StringAssert.Contains((await Refused(client)).Message, "The server closed the connection");
        await Assert.ThrowsExactlyAsync<ProtocolException>(async () => await client.SendAsync(Five, default));
        await client.DisposeAsync();
    }

    [TestMethod]
    public async Task A_party_that_disposes_of_its_end_has_closed_the_connection()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        await pair.Server.DisposeAsync();
        Assert.AreEqual("The server closed the connection (during step 5, reveal).", (await Refused(pair.Client)).Message);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_silent_peer_is_noticed(bool midMessage)
    {
        (Channel client, Stream server) = await ChannelPair.OpenBareAsync(ChannelPair.Impatient);
        await server.WriteAsync(ChannelPair.Frame(4, 5, 1, 2).AsMemory(0, midMessage ? 10 : 0));
        long start = Stopwatch.GetTimestamp();
        StringAssert.Contains((await Refused(client)).Message, "has been silent for 0.4 s");
        Assert.IsGreaterThan(TimeSpan.FromMilliseconds(380), Stopwatch.GetElapsedTime(start));
        await client.DisposeAsync();
    }

    [TestMethod]
    public async Task A_silent_peer_is_noticed_while_sending_to_it()
    {
        (Channel client, _) = await ChannelPair.OpenBareAsync(ChannelPair.Impatient);
        ProtocolException error = await Assert.ThrowsExactlyAsync<ProtocolException>(
            async () => await client.SendAsync(Five, new byte[1_000_000]));
        StringAssert.Contains(error.Message, "has been silent for 0.4 s");
        await client.DisposeAsync();
    }

    [TestMethod]
    public async Task A_peer_that_is_there_but_takes_nothing_is_given_up_in_time()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync(
            ChannelPair.Patient with { SendTimeout = TimeSpan.FromMilliseconds(700) });
        ProtocolException error = await Assert.ThrowsExactlyAsync<ProtocolException>(
            async () => await pair.Client.SendAsync(Five, new byte[1_000_000]));
        StringAssert.Contains(error.Message, "has taken nothing of what was sent to it for 0.7 s");
    }

    [TestMethod]
    public async Task Heartbeats_keep_a_slow_peer_connected_for_longer_than_the_patience()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync(ChannelPair.Impatient);
        Task<ReceivedFrame> waiting = pair.Client.ReceiveAsync(Five, 10).AsTask();
        await Task.Delay(1200);
        Assert.IsFalse(waiting.IsCompleted);
        await pair.Server.SendAsync(Five, default);
        using ReceivedFrame frame = await waiting;
    }

    [TestMethod]
    public async Task Heartbeats_keep_a_peer_connected_that_neither_sends_nor_receives()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync(ChannelPair.Impatient);
        Task send = pair.Client.SendAsync(Five, new byte[1_000_000]).AsTask();
        await Task.Delay(1000);
        Assert.IsFalse(send.IsCompleted, "The message should not fit the connection's buffers.");
        using ReceivedFrame frame = await pair.Server.ReceiveAsync(Five, 1_000_000);
        await send;
    }

    [TestMethod]
    public async Task The_reason_of_an_abort_arrives_where_the_peer_waits()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        Task<ProtocolException> pending = Refused(pair.Client);
        Assert.IsTrue(await pair.Server.AbortAsync("The model file is missing."));
        Assert.AreEqual("The server stopped: The model file is missing (during step 5, reveal).", (await pending).Message);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await pair.Server.SendAsync(Five, default));
    }

    [TestMethod]
    public async Task The_reason_of_an_abort_arrives_where_the_peer_sends()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        Task send = pair.Client.SendAsync(Five, new byte[1_000_000]).AsTask();
        await pair.Server.AbortAsync("no room");
        await pair.Server.DisposeAsync();
        StringAssert.Contains((await Assert.ThrowsExactlyAsync<ProtocolException>(() => send)).Message, "stopped: no room");
    }

    [TestMethod]
    public async Task A_reason_is_cut_to_its_limit_and_stripped_of_controls()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        await pair.Server.AbortAsync("\u001b[31mred\r\nline\u202e" + new string('é', 400));
        string message = (await Refused(pair.Client)).Message;
        StringAssert.Contains(message, "stopped: [31mredlineéé");
        Assert.IsFalse(message.Any(char.IsControl));
        Assert.IsFalse(message.Contains('\u202e'));
        Assert.IsLessThanOrEqualTo(500 + 60, Encoding.UTF8.GetByteCount(message));
    }

    [TestMethod]
    [DataRow(501u, StepTag.Abort)]
    [DataRow(1u, StepTag.Heartbeat)]
    [DataRow(1u, StepTag.Goodbye)]
    [DataRow(0u, StepTag.FirstReserved)]
    public async Task Frames_no_party_sends_are_refused(uint length, uint tag)
    {
        (Channel client, Stream server) = await ChannelPair.OpenBareAsync();
        await server.WriteAsync(ChannelPair.Frame(length, tag));
        StringAssert.Contains((await Refused(client)).Message, "sent a frame no party sends");
        await client.DisposeAsync();
    }

    private static async Task<ProtocolException> Refused(Channel channel, int maximumBytes = 1000) =>
        await Assert.ThrowsExactlyAsync<ProtocolException>(async () => await channel.ReceiveAsync(Five, maximumBytes));
}
