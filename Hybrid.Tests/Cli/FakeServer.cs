using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Hybrid.Tests.Cli;

/// <summary>Accepts connections and does to each whatever a test has in mind.</summary>
internal sealed class FakeServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Starts.</summary>
    /// <param name="behave">What to do with a connection; it is closed afterwards.</param>
    public FakeServer(Func<NetworkStream, CancellationToken, Task> behave)
    {
        _listener.Start();
        _running = RunAsync(behave);
    }

    /// <summary>Where it listens.</summary>
    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>The greeting of a party of Hybrid: its name and version 1.</summary>
    public static byte[] Preamble => [.. "HYBRID"u8, 1, 0];

    /// <summary>A server that hangs up without a word.</summary>
    public static FakeServer HangingUp() => new((_, _) => Task.CompletedTask);

    /// <summary>A server that says something and no more, and hears its client out.</summary>
    public static FakeServer Saying(params byte[] bytes) => new(async (stream, stop) =>
    {
        await stream.WriteAsync(bytes, stop);
        stream.Socket.Shutdown(SocketShutdown.Send);
        await stream.CopyToAsync(Stream.Null, stop);
    });

    /// <summary>A server that says something, and then nothing more, for as long as it lives.</summary>
    public static FakeServer FallingSilentAfter(params byte[] bytes) => new(async (stream, stop) =>
    {
        await stream.WriteAsync(bytes, stop);
        await Task.Delay(Timeout.Infinite, stop);
    });

    /// <summary>A frame's header: length and step, little endian.</summary>
    public static byte[] Header(uint length, uint step)
    {
        var header = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(header, length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), step);
        return header;
    }

    /// <summary>A whole frame.</summary>
    public static byte[] Frame(uint step, ReadOnlySpan<byte> payload) => [.. Header((uint)payload.Length, step), .. payload];

    public void Dispose()
    {
        _stop.Cancel();
        _running.Wait(TimeSpan.FromSeconds(20));
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(Func<NetworkStream, CancellationToken, Task> behave)
    {
        var connections = new List<Task>();
        while (!_stop.IsCancellationRequested)
        {
            Task<TcpClient> accept = _listener.AcceptTcpClientAsync(_stop.Token).AsTask();
            await Task.WhenAny(accept);
            if (accept.IsCompletedSuccessfully)
            {
                connections.Add(ServeAsync(await accept, behave));
            }
        }

        // A client that breaks off makes a behaviour fail, and so does the end: neither is news.
        await Task.WhenAll(connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ServeAsync(TcpClient client, Func<NetworkStream, CancellationToken, Task> behave)
    {
        using (client)
        {
            await behave(client.GetStream(), _stop.Token);
        }
    }
}
