using Hybrid.Communication;

namespace Hybrid.Tests.Core.Communication;

/// <summary>Two ends of one conversation, and bare streams for ends that do not keep to the protocol.</summary>
internal sealed class ChannelPair : IAsyncDisposable
{
    private ChannelPair(Channel client, Channel server)
    {
        Client = client;
        Server = server;
    }

    /// <summary>For tests that nothing should time out in, however busy the machine is.</summary>
    public static ChannelOptions Patient { get; } = new()
    {
        HeartbeatInterval = TimeSpan.FromMilliseconds(50),
        MaximumFrameBytes = 1 << 22,
    };

    /// <summary>For tests of silence.</summary>
    public static ChannelOptions Impatient { get; } = Patient with { SilenceTimeout = TimeSpan.FromMilliseconds(400) };

    public static byte[] Greeting { get; } = [.. "HYBRID"u8, 1, 0];

    public Channel Client { get; }

    public Channel Server { get; }

    public static Task<ChannelPair> OpenAsync(ChannelOptions? options = null)
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        return OpenAsync(a, b, options);
    }

    public static async Task<ChannelPair> OpenAsync(Stream clientStream, Stream serverStream, ChannelOptions? options = null)
    {
        Task<Channel> client = Channel.OpenAsync(clientStream, ChannelRole.Initiator, "server", options ?? Patient);
        Task<Channel> server = Channel.OpenAsync(serverStream, ChannelRole.Responder, "client", options ?? Patient);
        return new ChannelPair(await client, await server);
    }

    /// <summary>A client's channel whose server is a bare stream that has already greeted it.</summary>
    public static async Task<(Channel Client, Stream Server)> OpenBareAsync(ChannelOptions? options = null)
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        await b.WriteAsync(Greeting);
        Channel client = await Channel.OpenAsync(a, ChannelRole.Initiator, "server", options ?? Patient);
        await b.ReadExactlyAsync(new byte[Greeting.Length]);
        return (client, b);
    }

    public static byte[] Frame(uint length, uint tag, params ReadOnlySpan<byte> payload) =>
        [.. BitConverter.GetBytes(length), .. BitConverter.GetBytes(tag), .. payload];

    public async ValueTask DisposeAsync()
    {
        // Each says goodbye and waits for the other.
        await Task.WhenAll(Client.DisposeAsync().AsTask(), Server.DisposeAsync().AsTask());
    }
}
