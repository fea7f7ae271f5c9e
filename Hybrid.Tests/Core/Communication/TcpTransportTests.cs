using System.Net;
using System.Net.Sockets;
using Hybrid.Communication;

namespace Hybrid.Tests.Core.Communication;

[TestClass]
public sealed class TcpTransportTests
{
    private static readonly StepTag Step = new(1);

    [TestMethod]
    public async Task Parties_talk_over_tcp()
    {
        (Stream a, Stream b) = await TcpConnection.MakeAsync(null, null);
        await using ChannelPair pair = await ChannelPair.OpenAsync(a, b);
        byte[] payload = new byte[2_000_000];
        new Random(1).NextBytes(payload);
        Task<ReceivedFrame> atClient = pair.Client.ExchangeAsync(Step, payload, payload.Length).AsTask();
        using ReceivedFrame atServer = await pair.Server.ExchangeAsync(Step, payload, payload.Length);
        using ReceivedFrame received = await atClient;
        Assert.IsTrue(atServer.Span.SequenceEqual(payload));
        Assert.IsTrue(received.Span.SequenceEqual(payload));
        CollectionAssert.AreEqual(pair.Client.TranscriptHash(), pair.Server.TranscriptHash());
    }

    [TestMethod]
    public async Task The_reason_of_an_abort_survives_the_closing_of_the_connection()
    {
        (Stream a, Stream b) = await TcpConnection.MakeAsync(null, null);
        await using ChannelPair pair = await ChannelPair.OpenAsync(a, b, ChannelPair.Patient with { MaximumFrameBytes = 1 << 26 });
        Task send = pair.Client.SendAsync(Step, new byte[1 << 26]).AsTask();
        await Task.Delay(50);
        Assert.IsFalse(send.IsCompleted);
        await pair.Server.AbortAsync("out of room");
        await pair.Server.DisposeAsync();
        StringAssert.Contains((await Assert.ThrowsExactlyAsync<ProtocolException>(() => send)).Message, "The server stopped: out of room");
    }

    [TestMethod]
    public async Task A_long_last_message_survives_the_senders_closing_and_the_receivers_heartbeats()
    {
        (Stream a, Stream b) = await TcpConnection.MakeAsync(null, null);
        await using ChannelPair pair = await ChannelPair.OpenAsync(
            a, b, ChannelPair.Patient with { HeartbeatInterval = TimeSpan.FromMilliseconds(1) });
        Task sendAndClose = Task.Run(async () =>
        {
            await pair.Server.SendAsync(Step, new byte[2_000_000]);
            await pair.Server.DisposeAsync();
        });
        await Task.Delay(100);
        using ReceivedFrame frame = await pair.Client.ReceiveAsync(Step, 2_000_000);
        await sendAndClose;
    }

    [TestMethod]
    public async Task A_reset_connection_is_a_protocol_error()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(TcpConnection.AnyPort);
        listener.Listen(1);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Stream stream = await TcpTransport.ConnectAsync(HostAndPort.Parse($"127.0.0.1:{port}"), null, TcpConnection.Patience);
        Socket server = await listener.AcceptAsync();
        await server.SendAsync(ChannelPair.Greeting);
        await using Channel channel = await Channel.OpenAsync(stream, ChannelRole.Initiator, "server");
        server.LingerState = new LingerOption(true, 0);
        server.Dispose();
        ProtocolException error = await Assert.ThrowsExactlyAsync<ProtocolException>(async () => await channel.ReceiveAsync(Step, 1));
        StringAssert.Contains(error.Message, "closed the connection abruptly");
        Assert.IsInstanceOfType<IOException>(error.InnerException);
    }

    [TestMethod]
    public void A_port_in_use_is_named()
    {
        using var first = TcpServer.Listen(TcpConnection.AnyPort, null);
        ConnectionException error = Assert.ThrowsExactly<ConnectionException>(() => TcpServer.Listen(first.LocalEndPoint, null));
        Assert.AreEqual($"Address {first.LocalEndPoint} is already in use: choose another port, or 0 for a free one.", error.Message);
        Assert.AreEqual(ConnectionFault.AddressUnavailable, error.Fault);
    }

    [TestMethod]
    public void An_address_of_another_machine_is_named()
    {
        ConnectionException error = Assert.ThrowsExactly<ConnectionException>(
            () => TcpServer.Listen(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), null));
        StringAssert.Contains(error.Message, "Address 192.0.2.1:0 is not this machine's");
    }

    [TestMethod]
    public async Task A_refused_connection_is_one_sentence()
    {
        HostAndPort free;
        using (var server = TcpServer.Listen(TcpConnection.AnyPort, null))
        {
            free = TcpConnection.AddressOf(server);
        }

        ConnectionException error = await Assert.ThrowsExactlyAsync<ConnectionException>(
            () => TcpTransport.ConnectAsync(free, null, TcpConnection.Patience));
        Assert.AreEqual($"Nobody listens at {free}: check the address, and that the server is running.", error.Message);
    }

    [TestMethod]
    public async Task An_unknown_host_is_one_sentence()
    {
        // Reserved by RFC 2606 never to exist. Where the machine has no name service to ask, the look-up may also run out of time.
        ConnectionException error = await Assert.ThrowsExactlyAsync<ConnectionException>(
            () => TcpTransport.ConnectAsync(HostAndPort.Parse("nobody.invalid:80"), null, TimeSpan.FromSeconds(2)));
        Assert.IsTrue(error.Fault is ConnectionFault.UnknownHost or ConnectionFault.TimedOut, error.Message);
        StringAssert.Contains(error.Message, "nobody.invalid");
    }

    [TestMethod]
    public async Task A_server_that_never_answers_the_handshake_is_given_up()
    {
        using var server = TcpServer.Listen(TcpConnection.AnyPort, null);
        ConnectionException error = await Assert.ThrowsExactlyAsync<ConnectionException>(
            () => TcpTransport.ConnectAsync(TcpConnection.AddressOf(server), ClientTls.TrustingSystem(), TimeSpan.FromMilliseconds(200)));
        Assert.AreEqual(ConnectionFault.TimedOut, error.Fault);
        StringAssert.Contains(error.Message, "did not answer within 0.2 s");
    }

    [TestMethod]
    public async Task Waiting_ends_when_cancelled_or_closed()
    {
        using var server = TcpServer.Listen(TcpConnection.AnyPort, null);
        using var cancel = new CancellationTokenSource(30);
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await server.AcceptAsync(cancel.Token));
        Task accepting = server.AcceptAsync().AsTask();
        server.Dispose();
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => accepting);
    }

    [TestMethod]
    public async Task A_connection_is_handed_over_once()
    {
        using var server = TcpServer.Listen(TcpConnection.AnyPort, null);
        using Stream client = await TcpTransport.ConnectAsync(TcpConnection.AddressOf(server), null, TcpConnection.Patience);
        using AcceptedConnection accepted = await server.AcceptAsync();
        Assert.AreEqual(IPAddress.Loopback, accepted.RemoteEndPoint!.Address);
        using Stream stream = await accepted.SecureAsync(TcpConnection.Patience);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => accepted.SecureAsync(TcpConnection.Patience));
    }
}
