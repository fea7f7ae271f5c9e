using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Hybrid.Communication;

namespace Hybrid.Tests.Core.Communication;

[TestClass]
public sealed class TlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _stranger = new();

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
    }

    [TestMethod]
    public async Task Parties_talk_over_tls_1_3_with_a_pin()
    {
        ServerTls server = ServerOf(_authority, "127.0.0.1");
        (Stream a, Stream b) = await TcpConnection.MakeAsync(server, ClientTls.Pinned(server.Pin.ToString()));
        Assert.AreEqual(SslProtocols.Tls13, ((SslStream)a).SslProtocol);
        await using ChannelPair pair = await ChannelPair.OpenAsync(a, b);
        byte[] payload = new byte[2_000_000];
        new Random(1).NextBytes(payload);
        var step = new StepTag(1);
        Task<ReceivedFrame> atClient = pair.Client.ExchangeAsync(step, payload, payload.Length).AsTask();
        using ReceivedFrame atServer = await pair.Server.ExchangeAsync(step, payload, payload.Length);
        using ReceivedFrame received = await atClient;
        Assert.IsTrue(received.Span.SequenceEqual(payload));
        Assert.AreEqual(payload.Length + 8, pair.Client.Counters.BytesReceived);
    }

    [TestMethod]
    public async Task Heartbeats_do_not_disturb_messages_over_tls()
    {
        ServerTls server = ServerOf(_authority, "127.0.0.1");
        (Stream a, Stream b) = await TcpConnection.MakeAsync(server, ClientTls.Pinned(server.Pin.ToString()));
        ChannelOptions options = ChannelPair.Patient with { HeartbeatInterval = TimeSpan.FromMilliseconds(1) };
        await using ChannelPair pair = await ChannelPair.OpenAsync(a, b, options);
        var random = new Random(3);
        for (uint i = 0; i < 300; i++)
        {
            byte[] payload = new byte[random.Next(40_000)];
            random.NextBytes(payload);
            await Task.Delay(i % 10 == 0 ? 3 : 0);
            Task send = pair.Client.SendAsync(new StepTag(i), payload).AsTask();
            using ReceivedFrame frame = await pair.Server.ReceiveAsync(new StepTag(i), payload.Length);
            await send;
            Assert.IsTrue(frame.Span.SequenceEqual(payload));
        }

        CollectionAssert.AreEqual(pair.Client.TranscriptHash(), pair.Server.TranscriptHash());
    }

    [TestMethod]
    public async Task A_pin_serves_a_self_signed_certificate_under_any_name()
    {
        using SelfSignedCertificate certificate = SelfSignedCertificate.Create("somebody", [], TimeSpan.FromDays(1));
        certificate.WriteFiles(_authority.PathOf("own.pem"), _authority.PathOf("own.key"));
        var server = ServerTls.FromPemFiles(_authority.PathOf("own.pem"), _authority.PathOf("own.key"));
        Assert.AreEqual(certificate.Pin.ToString(), server.Pin.ToString());
        await Succeeds(server, ClientTls.Pinned(certificate.Pin.ToString()));
    }

    [TestMethod]
    public async Task Another_certificate_than_the_pinned_is_refused_with_both_pins()
    {
        ServerTls server = ServerOf(_authority, "127.0.0.1");
        string pin = "sha256:" + new string('a', 64);
        await ClientRefuses(
            server, ClientTls.Pinned(pin), ConnectionFault.NotAuthenticated, $"shows the certificate {server.Pin} where {pin} is pinned");
    }

    [TestMethod]
    public async Task A_certificate_of_the_trusted_authority_is_accepted_for_its_name()
    {
        await Succeeds(ServerOf(_authority, "127.0.0.1"), ClientTls.TrustingAuthority(_authority.CertificateFile));
        await Succeeds(ServerOf(_authority, "localhost"), ClientTls.TrustingAuthority(_authority.CertificateFile), "localhost");
    }

    [TestMethod]
    public async Task A_self_signed_certificate_can_be_its_own_authority()
    {
        using SelfSignedCertificate certificate = SelfSignedCertificate.Create("server", ["localhost", "127.0.0.1"], TimeSpan.FromDays(1));
        certificate.WriteFiles(_authority.PathOf("own.pem"), _authority.PathOf("own.key"));
        var server = ServerTls.FromPemFiles(_authority.PathOf("own.pem"), _authority.PathOf("own.key"));
        await Succeeds(server, ClientTls.TrustingAuthority(_authority.PathOf("own.pem")));
    }

    [TestMethod]
    public async Task A_certificate_for_another_name_is_refused() => await ClientRefuses(
        ServerOf(_authority, "example.org"),
        ClientTls.TrustingAuthority(_authority.CertificateFile),
        ConnectionFault.NotAuthenticated,
        "shows a certificate that is not for the name '127.0.0.1'");

    [TestMethod]
    public async Task A_certificate_of_another_authority_is_refused() => await ClientRefuses(
        ServerOf(_stranger, "127.0.0.1"),
        ClientTls.TrustingAuthority(_authority.CertificateFile),
        ConnectionFault.NotAuthenticated,
        "shows a certificate that no authority trusted here has signed");

    [TestMethod]
    public async Task The_system_does_not_trust_a_private_authority() => await ClientRefuses(
        ServerOf(_authority, "127.0.0.1"),
        ClientTls.TrustingSystem(),
        ConnectionFault.NotAuthenticated,
        "no authority trusted here has signed");

    [TestMethod]
    public async Task An_expired_certificate_is_refused()
    {
        (string certificate, string key) = _authority.Issue("late", "127.0.0.1", validDays: -1);
        await ClientRefuses(
            ServerTls.FromPemFiles(certificate, key),
            ClientTls.TrustingAuthority(_authority.CertificateFile),
            ConnectionFault.NotAuthenticated,
            "has expired or is not valid yet");
    }

    [TestMethod]
    public async Task A_client_with_the_required_certificate_is_let_in()
    {
        (string certificate, string key) = _authority.Issue("client", "client");
        ServerTls server = ServerOf(_authority, "127.0.0.1").RequiringClientsOf(_authority.CertificateFile);
        await Succeeds(server, ClientTls.Pinned(server.Pin.ToString()).WithCertificate(certificate, key));
    }

    [TestMethod]
    public async Task A_client_without_the_required_certificate_is_not_let_in()
    {
        ServerTls server = ServerOf(_authority, "127.0.0.1").RequiringClientsOf(_authority.CertificateFile);
        await ServerRefuses(server, ClientTls.Pinned(server.Pin.ToString()), "shows no certificate, and one is required");
    }

    [TestMethod]
    public async Task A_client_with_a_strangers_certificate_is_not_let_in()
    {
        (string certificate, string key) = _stranger.Issue("client", "client");
        ServerTls server = ServerOf(_authority, "127.0.0.1").RequiringClientsOf(_authority.CertificateFile);
        await ServerRefuses(
            server, ClientTls.Pinned(server.Pin.ToString()).WithCertificate(certificate, key), "no authority trusted here has signed");
    }

    [TestMethod]
    public async Task Tls_on_one_side_only_is_named()
    {
        ServerTls server = ServerOf(_authority, "127.0.0.1");
        (Exception? client, Exception? served) = await TcpConnection.TryAsync(null, ClientTls.TrustingSystem());
        StringAssert.Contains(client!.Message, "does not speak TLS 1.3");
        StringAssert.Contains(served!.Message, "seems to speak TLS where this side expects none");

        (client, served) = await TcpConnection.TryAsync(server, null);
        Assert.IsInstanceOfType<ProtocolException>(client);
        StringAssert.Contains(served!.Message, "does not speak TLS 1.3");
        Assert.AreEqual(ConnectionFault.NoTls, ((ConnectionException)served).Fault);
    }

    [TestMethod]
    public async Task Tls_1_2_is_refused()
    {
        using var server = TcpServer.Listen(TcpConnection.AnyPort, ServerOf(_authority, "127.0.0.1"));
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.LocalEndPoint);
        using AcceptedConnection accepted = await server.AcceptAsync();
        Task<Stream> secured = accepted.SecureAsync(TcpConnection.Patience);
        using var old = new SslStream(socket.GetStream());
        // The older version is what is being tested.
#pragma warning disable CA5398
        var options = new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", EnabledSslProtocols = SslProtocols.Tls12 };
#pragma warning restore CA5398
        await Assert.ThrowsAsync<Exception>(() => old.AuthenticateAsClientAsync(options));
        await Assert.ThrowsExactlyAsync<ConnectionException>(() => secured);
    }

    [TestMethod]
    public async Task A_client_that_dawdles_holds_up_only_itself()
    {
        ServerTls tls = ServerOf(_authority, "127.0.0.1");
        using var server = TcpServer.Listen(TcpConnection.AnyPort, tls);
        using var dawdler = new TcpClient();
        await dawdler.ConnectAsync(server.LocalEndPoint);
        using AcceptedConnection slow = await server.AcceptAsync();
        Task<Stream> never = slow.SecureAsync(TimeSpan.FromMilliseconds(300));

        Task<Stream> client = TcpTransport.ConnectAsync(
            TcpConnection.AddressOf(server), ClientTls.Pinned(tls.Pin.ToString()), TcpConnection.Patience);
        using AcceptedConnection quick = await server.AcceptAsync();
        using Stream served = await quick.SecureAsync(TcpConnection.Patience);
        using Stream connected = await client;

        ConnectionException error = await Assert.ThrowsExactlyAsync<ConnectionException>(() => never);
        StringAssert.Contains(error.Message, "did not finish the TLS handshake within 0.3 s");
    }

    private static ServerTls ServerOf(TestAuthority authority, string host)
    {
        (string certificate, string key) = authority.Issue("server", host);
        return ServerTls.FromPemFiles(certificate, key);
    }

    private static async Task Succeeds(ServerTls server, ClientTls client, string host = "127.0.0.1")
    {
        (Exception? atClient, Exception? atServer) = await TcpConnection.TryAsync(server, client, host);
        Assert.IsNull(atClient);
        Assert.IsNull(atServer);
    }

    private static async Task ClientRefuses(ServerTls server, ClientTls client, ConnectionFault fault, string why)
    {
        (Exception? atClient, Exception? atServer) = await TcpConnection.TryAsync(server, client);
        var error = atClient as ConnectionException;
        Assert.IsNotNull(error, atClient?.ToString());
        Assert.AreEqual(fault, error.Fault);
        StringAssert.StartsWith(error.Message, "The server at 127.0.0.1:");
        StringAssert.Contains(error.Message, why);
        Assert.IsInstanceOfType<HybridException>(atServer);
    }

    private static async Task ServerRefuses(ServerTls server, ClientTls client, string why)
    {
        (Exception? atClient, Exception? atServer) = await TcpConnection.TryAsync(server, client);
        var error = atServer as ConnectionException;
        Assert.IsNotNull(error, atServer?.ToString());
        Assert.AreEqual(ConnectionFault.NotAuthenticated, error.Fault);
        StringAssert.Contains(error.Message, why);
        // The client's half of a TLS 1.3 handshake is over before the server has judged its certificate.
        StringAssert.Contains(atClient!.Message, "it may require a certificate of this party");
    }
}
