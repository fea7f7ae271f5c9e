using System.Net;
using Hybrid.Communication;
using Hybrid.Mpc.Dealing;

namespace Hybrid.Tests.Mpc.Backend;

/// <summary>A dealer that listens on this machine until disposed.</summary>
internal sealed class ServedDealer : IAsyncDisposable
{
    private readonly TcpServer _listener = TcpServer.Listen(new IPEndPoint(IPAddress.Loopback, 0), null);
    private readonly DealerService _dealer = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public ServedDealer()
    {
        Address = HostAndPort.Parse(_listener.LocalEndPoint.ToString());
        _running = RunAsync();
    }

    public HostAndPort Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var parties = new List<Task>();
        try
        {
            while (true)
            {
                AcceptedConnection connection = await _listener.AcceptAsync(_stop.Token);
                parties.Add(Task.Run(async () =>
                {
                    using (connection)
                    {
                        await _dealer.ServeAsync(await connection.SecureAsync(TimeSpan.FromSeconds(10), _stop.Token), _stop.Token);
                    }
                }));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(parties).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
