using Hybrid.Communication;

namespace Hybrid.Tests.Core.Communication;

[TestClass]
public sealed class PreambleTests
{
    [TestMethod]
    [DataRow("GET / HTTP/1.1\r\n\r\n")]
    [DataRow("hi")]
    [DataRow("HYBRIS\u0001\0")]
    [DataRow("\0\0\0\0\0\0\0\0")]
    public async Task A_stranger_is_told_from_a_party(string says)
    {
        StringAssert.Contains((await Greet([.. says.Select(c => (byte)c)])).Message, "The server does not speak Hybrid's protocol");
    }

    [TestMethod]
    public async Task Another_version_is_named_with_ours()
    {
        ProtocolException error = await Greet([.. "HYBRID"u8, 2, 0]);
        StringAssert.Contains(error.Message, "speaks version 2; this program speaks 1: use the same release on both sides");
    }

    [TestMethod]
    public async Task A_peer_that_speaks_tls_is_recognised()
    {
        StringAssert.Contains((await Greet([0x16, 0x03, 0x01, 0x02, 0x00])).Message, "seems to speak TLS");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("HYBRI")]
    public async Task A_peer_that_closes_or_falls_silent_is_named(string says)
    {
        byte[] bytes = [.. says.Select(c => (byte)c)];
        StringAssert.Contains((await Greet(bytes, close: true)).Message, "closed the connection before a word was said");
        StringAssert.Contains((await Greet(bytes)).Message, "has been silent for 0.2 s");
    }

    [TestMethod]
    public async Task Cancelling_stays_a_cancellation_and_closes_the_stream()
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        using var cancel = new CancellationTokenSource(30);
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => Channel.OpenAsync(a, ChannelRole.Initiator, "server", ChannelPair.Impatient, cancel.Token));
        await b.ReadExactlyAsync(new byte[8]);
        Assert.AreEqual(0, await b.ReadAsync(new byte[1]));
    }

    private static async Task<ProtocolException> Greet(byte[] says, bool close = false)
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        await b.WriteAsync(says);
        if (close)
        {
            await b.DisposeAsync();
        }

        ChannelOptions options = ChannelPair.Impatient with { SilenceTimeout = TimeSpan.FromMilliseconds(200) };
        return await Assert.ThrowsExactlyAsync<ProtocolException>(() => Channel.OpenAsync(a, ChannelRole.Initiator, "server", options));
    }
}
