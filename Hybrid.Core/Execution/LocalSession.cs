using Hybrid.Communication;
using Hybrid.Models;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>
/// Client and server in one process, over a real channel: the same bytes as between two machines. For trying things out
/// and for tests; it protects nothing, since one process has both secrets.
/// </summary>
public sealed class LocalSession : IAsyncDisposable
{
    private readonly Task _serving;

    private LocalSession(ModelClient client, Task serving)
    {
        Client = client;
        _serving = serving;
    }

    /// <summary>The client.</summary>
    public ModelClient Client { get; }

    /// <summary>Starts a server with a model and connects a client to it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="schemes">Adds the backends, at either end.</param>
    /// <param name="rows">About how many rows will be asked for at a time.</param>
    /// <param name="cancellation">Gives up.</param>
    public static Task<LocalSession> StartAsync(LinearModel model, Action<SchemeRegistry> schemes, int rows = 1, CancellationToken cancellation = default)
    {
        var options = new SessionOptions { Schemes = schemes };
        return StartAsync(model, options, options, rows, cancellation);
    }

    /// <summary>Starts a server with a model and connects a client to it, each with options of its own.</summary>
    public static Task<LocalSession> StartAsync(LinearModel model, SessionOptions client, SessionOptions server, int rows = 1, CancellationToken cancellation = default) =>
        StartAsync(FoldedModel.Of(model), client, server, InProcessTransport.CreatePair(), rows, cancellation);

    /// <summary>Starts a server with any model and connects a client to it, over a pair of connected streams.</summary>
    /// <param name="model">The model.</param>
    /// <param name="client">The client's options.</param>
    /// <param name="server">The server's.</param>
    /// <param name="streams">Both ends of a connection.</param>
    /// <param name="rows">About how many rows will be asked for at a time.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<LocalSession> StartAsync(
        IServedModel model, SessionOptions client, SessionOptions server, (Stream Client, Stream Server) streams, int rows = 1, CancellationToken cancellation = default)
    {
        var serving = new ModelServer(model, server);
        (Stream here, Stream there) = streams;
        Task task = Task.Run(() => serving.ServeAsync(there, cancellation), cancellation);
        try
        {
            return new LocalSession(await ModelClient.ConnectAsync(here, client, rows, cancellation).ConfigureAwait(false), task);
        }
        catch
        {
            // The client's error says what happened; the server's is the same one seen from there.
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Says goodbye and waits for the server to end.</summary>
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().ConfigureAwait(false);
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
