using System.Collections.Immutable;
using Hybrid.Communication;
using Hybrid.Mpc.Correlations;
using Hybrid.Security;

namespace Hybrid.Mpc.Circuits;

/// <summary>
/// All parties and a dealer in one process, over real channels: the same messages as between machines. For trying things out, for
/// tests and measurements; it protects nothing, since one process has all shares.
/// </summary>
public sealed class LocalParties : IAsyncDisposable
{
    private static readonly ChannelOptions Options = ChannelOptions.Default with { KeepsTranscript = false };

    private readonly ImmutableArray<PartyNetwork> _networks;
    private readonly ImmutableArray<Channel> _channels;
    private readonly LocalDealer _dealer;

    private LocalParties(ImmutableArray<PartyNetwork> networks, ImmutableArray<Channel> channels, LocalDealer dealer)
    {
        _networks = networks;
        _channels = channels;
        _dealer = dealer;
    }

    /// <summary>How many parties.</summary>
    public int Parties => _networks.Length;

    /// <summary>Opens the channels between the parties.</summary>
    /// <param name="parties">How many, at least 2.</param>
    /// <param name="random">Where the dealer's seeds come from; the operating system if null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<LocalParties> OpenAsync(int parties = 2, IRandomSource? random = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parties, 2);
        var ends = new Channel?[parties, parties];
        for (int first = 0; first < parties; first++)
        {
            for (int second = first + 1; second < parties; second++)
            {
                (Stream here, Stream there) = InProcessTransport.CreatePair();
                Task<Channel> opening = Channel.OpenAsync(here, ChannelRole.Initiator, $"party {second}", Options, cancellationToken);
                ends[second, first] = await Channel.OpenAsync(there, ChannelRole.Responder, $"party {first}", Options, cancellationToken).ConfigureAwait(false);
                ends[first, second] = await opening.ConfigureAwait(false);
            }
        }

        return new LocalParties(
            [.. Enumerable.Range(0, parties).Select(party => new PartyNetwork(party, [.. Enumerable.Range(0, parties).Select(other => ends[party, other])]))],
            [.. ends.Cast<Channel?>().OfType<Channel>()],
            new LocalDealer(parties, random ?? OsRandom.Instance));
    }

    /// <summary>Runs a circuit at all parties at once.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="inputs">What each party brings, in the order of the parties; disposed of.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What each party has afterwards; the caller disposes of them.</returns>
    /// <exception cref="ArgumentException">There is not one set of inputs for each party.</exception>
    /// <exception cref="HybridException">The run failed: see <see cref="CircuitRunner.RunAsync"/>.</exception>
    public async Task<IReadOnlyList<CircuitResults>> RunAsync(
        Circuit circuit, IReadOnlyList<CircuitInputs> inputs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != Parties)
        {
            throw new ArgumentException($"There are {Parties} parties and {inputs.Count} sets of inputs.", nameof(inputs));
        }

        CorrelationDemand demand = circuit.Cost.Demand;
        return await Task.WhenAll(_networks.Select(network => Task.Run(
            async () =>
            {
                using ICorrelationSource source = _dealer.GiveSource(network.Party, demand);
                using CircuitInputs mine = inputs[network.Party];
                return await CircuitRunner.RunAsync(circuit, network, source, mine, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Closes the channels.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_channels.Select(channel => channel.DisposeAsync().AsTask())).ConfigureAwait(false);
        foreach (PartyNetwork network in _networks)
            network.Dispose();
        _dealer.Dispose();
    }
}
