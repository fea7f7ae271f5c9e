using System.Net;
using Hybrid.Communication;

namespace Hybrid.Tests.Core.Communication;

/// <summary>Connects two streams over this machine's loopback address.</summary>
internal static class TcpConnection
{
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    public static IPEndPoint AnyPort { get; } = new(IPAddress.Loopback, 0);

    public static HostAndPort AddressOf(TcpServer server, string host = "127.0.0.1") =>
        HostAndPort.Parse($"{host}:{server.LocalEndPoint.Port}");

    public static async Task<(Stream Client, Stream Server)> MakeAsync(ServerTls? serverTls, ClientTls? clientTls)
    {
        using var server = TcpServer.Listen(AnyPort, serverTls);
        Task<Stream> client = TcpTransport.ConnectAsync(AddressOf(server), clientTls, Patience);
        using AcceptedConnection accepted = await server.AcceptAsync();
        Task<Stream> secured = accepted.SecureAsync(Patience);
        return (await client, await secured);
    }

    /// <summary>What becomes of a handshake, at the client and at the server.</summary>
    public static async Task<(Exception? Client, Exception? Server)> TryAsync(
        ServerTls? serverTls, ClientTls? clientTls, string host = "127.0.0.1")
    {
        using var server = TcpServer.Listen(AnyPort, serverTls);
        Task<Channel> client = OpenClientAsync(server, clientTls, host);
        using AcceptedConnection accepted = await server.AcceptAsync();
        Task<Channel> served = OpenServerAsync(accepted);
        await Task.WhenAll(Settle(client), Settle(served));
        foreach (Task<Channel> one in new[] { client, served }.Where(one => one.IsCompletedSuccessfully))
        {
            await (await one).DisposeAsync();
        }

        return (client.Exception?.InnerException, served.Exception?.InnerException);
    }

    private static async Task<Channel> OpenClientAsync(TcpServer server, ClientTls? tls, string host)
    {
        Stream stream = await TcpTransport.ConnectAsync(AddressOf(server, host), tls, Patience);
        return await Channel.OpenAsync(stream, ChannelRole.Initiator, "server");
    }

    private static async Task<Channel> OpenServerAsync(AcceptedConnection accepted)
    {
        Stream stream = await accepted.SecureAsync(Patience);
        return await Channel.OpenAsync(stream, ChannelRole.Responder, "client");
    }

    private static async Task Settle(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
