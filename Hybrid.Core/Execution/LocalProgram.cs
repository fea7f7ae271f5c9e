using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>
/// Both parties of a program in one process, over a real channel: the same bytes as between two machines. For trying things out and for tests;
/// it protects nothing, since one process has both secrets.
/// </summary>
public sealed class LocalProgram : IAsyncDisposable
{
    private readonly ProgramParty _client;
    private readonly ProgramParty _server;

    private LocalProgram(ProgramParty client, ProgramParty server)
    {
        _client = client;
        _server = server;
    }

    /// <summary>The plan that both follow.</summary>
    public Plan Plan => _client.Plan;

    /// <summary>Sets up both parties.</summary>
    /// <param name="program">The program, with the values of all constants.</param>
    /// <param name="schemes">Adds the backends, at either end.</param>
    /// <param name="cancellation">Gives up.</param>
    public static Task<LocalProgram> StartAsync(TensorProgram program, Action<SchemeRegistry> schemes, CancellationToken cancellation = default)
    {
        var options = new SessionOptions { Schemes = schemes };
        return StartAsync(program, options, options, InProcessTransport.CreatePair(), cancellation);
    }

    /// <summary>Sets up both parties, each with options of its own, over a pair of connected streams.</summary>
    public static async Task<LocalProgram> StartAsync(
        TensorProgram program, SessionOptions client, SessionOptions server, (Stream Client, Stream Server) streams, CancellationToken cancellation = default)
    {
        Task<ProgramParty> serving = Task.Run(() => ProgramParty.ConnectAsync(streams.Server, Party.Server, program, server, cancellation), cancellation);
        try
        {
            ProgramParty here = await ProgramParty.ConnectAsync(streams.Client, Party.Client, program, client, cancellation).ConfigureAwait(false);
            return new LocalProgram(here, await serving.ConfigureAwait(false));
        }
        catch
        {
            // The client's error says what happened; the server's is the same one seen from there.
            await ((Task)serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (serving.IsCompletedSuccessfully)
            {
                await (await serving.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Runs the program.</summary>
    /// <param name="client">The client's inputs, by name.</param>
    /// <param name="server">The server's inputs, by name.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What the client has, and what the server has.</returns>
    public async Task<(ProgramRun Client, ProgramRun Server)> RunAsync(
        IReadOnlyDictionary<string, Tensor<double>> client, IReadOnlyDictionary<string, Tensor<double>>? server = null, CancellationToken cancellation = default)
    {
        Task<ProgramRun> serving = Task.Run(() => _server.RunAsync(server ?? new Dictionary<string, Tensor<double>>(), cancellation), cancellation);
        Task<ProgramRun> asking = Task.Run(() => _client.RunAsync(client, cancellation), cancellation);
        await Task.WhenAll(serving, asking).ConfigureAwait(false);
        return (await asking.ConfigureAwait(false), await serving.ConfigureAwait(false));
    }

    /// <summary>Ends both.</summary>
    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }
}
