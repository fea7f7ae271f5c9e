using Hybrid.Communication;

namespace Hybrid.Cli;

/// <summary>Lets clients in, a number of them at a time, and serves each on its own until told to stop.</summary>
/// <remarks>
/// Only a client that has greeted takes a place, so that connections which say nothing keep nobody out. Whoever waits for a
/// place is kept waiting by heartbeats.
/// </remarks>
/// <param name="listener">Where clients come in.</param>
/// <param name="greet">Greets a client.</param>
/// <param name="serve">Serves one that was greeted, to the end.</param>
/// <param name="clients">How many are served at a time.</param>
/// <param name="terminal">Where each client's end is told.</param>
internal sealed class Reception(
    TcpServer listener, Func<Stream, CancellationToken, Task<Channel>> greet, Func<Channel, CancellationToken, Task> serve, int clients, Terminal terminal)
{
    // Connections beyond the clients served: those that wait their turn, and those that have not greeted yet.
    private const int Waiting = 256;

    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BreathingSpace = TimeSpan.FromSeconds(0.5);

    /// <summary>Serves until told to stop; clients then under way are told so.</summary>
    public async Task OpenAsync(CancellationToken stop)
    {
        var places = new SemaphoreSlim(clients);
        var connections = new SemaphoreSlim(clients + Waiting);
        var serving = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await connections.WaitAsync(stop);
                serving.RemoveAll(client => client.IsCompleted);
                serving.Add(ServeAsync(await listener.AcceptAsync(stop), places, connections, stop));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (ConnectionException e)
            {
                // Short of descriptors, say: those connected go on, and some will leave.
                connections.Release();
                terminal.Note(e.Message);
                await Task.WhenAny(Task.Delay(BreathingSpace, stop));
            }
        }

        // Who does not listen to the farewell is not waited for.
        await Task.WhenAny(Task.WhenAll(serving), Task.Delay(FarewellTime, CancellationToken.None));
    }

    // Ends on its own, whatever the client does: an error is that client's, told in a line, and the next is served.
    private async Task ServeAsync(AcceptedConnection connection, SemaphoreSlim places, SemaphoreSlim connections, CancellationToken stop)
    {
        string client = connection.RemoteEndPoint?.ToString() ?? "a client that has left";
        try
        {
            using (connection)
            {
                Stream stream = await connection.SecureAsync(HandshakeTime, stop);
                await using Channel channel = await greet(stream, stop);
                await places.WaitAsync(stop);
                try
                {
                    await serve(channel, stop);
                }
                finally
                {
                    places.Release();
                }
            }

            terminal.Note($"{client}: served.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            terminal.Note($"{client}: dropped, since the server stops.");
        }
        catch (ConnectionException e)
        {
            // It says whose connection it was.
            terminal.Note(e.Message);
        }
        catch (HybridException e)
        {
            terminal.Note($"{client}: {e.Message}");
        }
        catch (Exception e)
        {
            terminal.Note($"{client}: {e.GetType().Name}: {e.Message} (this is a bug)");
        }
        finally
        {
            connections.Release();
        }
    }
}
