using System.Net;
using System.Net.Sockets;

namespace Hybrid.Tests.Cli;

/// <summary>
/// Stands between one client and its server and stops in the middle: so many bytes go up, the rest stays here. Whoever of the
/// two leaves, the other is cut off.
/// </summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;

    public Relay(string server, int bytesUp)
    {
        _listener.Start();
        _running = RunAsync(IPEndPoint.Parse(server), bytesUp);
    }

    /// <summary>Where the client connects to.</summary>
    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Waits until the bytes have gone up.</summary>
    public Task StoppedAsync() => _stopped.Task.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Waits until either side has left, and the other is cut off.</summary>
    public Task CutAsync() => _running.WaitAsync(TimeSpan.FromSeconds(20));

    public void Dispose() => _listener.Dispose();

    private async Task RunAsync(IPEndPoint address, int bytesUp)
    {
        using TcpClient client = await _listener.AcceptTcpClientAsync();
        using var server = new TcpClient();
        await server.ConnectAsync(address);
        await Task.WhenAny(UpAsync(client.GetStream(), server.GetStream(), bytesUp), DownAsync(server.GetStream(), client.GetStream()));
    }

    private async Task UpAsync(NetworkStream client, NetworkStream server, int left)
    {
        var buffer = new byte[4096];
        int read;
        while ((read = await client.ReadAsync(buffer)) > 0)
        {
            int passed = Math.Min(read, left);
            await server.WriteAsync(buffer.AsMemory(0, passed));
            left -= passed;
            if (left == 0)
            {
                _stopped.TrySetResult();
            }
        }
    }

    private static async Task DownAsync(NetworkStream server, NetworkStream client) => await server.CopyToAsync(client);
}
