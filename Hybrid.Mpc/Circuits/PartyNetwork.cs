using System.Collections.Immutable;
using Hybrid.Communication;
using Hybrid.Security;

namespace Hybrid.Mpc.Circuits;

/// <summary>One party's channels to all others: runs of circuits go over it, one after the other and in the same order at every party.</summary>
/// <remarks>
/// The parties' shares are safe from each other as long as each keeps to the protocol (semi-honest), and from others as long as the
/// channels run over TLS.
/// </remarks>
public sealed class PartyNetwork : IDisposable
{
    private readonly ImmutableArray<Channel?> _channels;
    private int _running;

    /// <summary>Two parties.</summary>
    /// <param name="party">Which one this is, 0 or 1.</param>
    /// <param name="channel">The channel to the other; the caller keeps owning it.</param>
    public PartyNetwork(int party, Channel channel)
        : this(party, party == 0 ? [null, channel] : [channel, null])
    {
    }

    /// <summary>Any number of parties.</summary>
    /// <param name="party">Which one this is, in [0, parties).</param>
    /// <param name="channels">The channel to each, null for this one; the caller keeps owning them.</param>
    public PartyNetwork(int party, ImmutableArray<Channel?> channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels.Length, 2, nameof(channels));
        ArgumentOutOfRangeException.ThrowIfNegative(party);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(party, channels.Length);
        for (int other = 0; other < channels.Length; other++)
        {
            if (channels[other] is null != (other == party))
            {
                throw new ArgumentException("A party has a channel to each of the others and none to itself.", nameof(channels));
            }
        }

        Party = party;
        _channels = channels;
    }

    /// <summary>Which party this is.</summary>
    public int Party { get; }

    /// <summary>How many there are.</summary>
    public int Parties => _channels.Length;

    /// <summary>Frees the memory that runs have left for later ones; the channels stay open.</summary>
    public void Dispose() => Memory.Dispose();

    /// <summary>Memory of earlier runs, for later ones of the same sizes.</summary>
    internal SecretPool Memory { get; } = new();

    internal uint Runs { get; private set; }

    internal bool HasFailed { get; private set; }

    internal Channel To(int party) => _channels[party]!;

    /// <summary>Lets one run go over the network, and none after one that failed: the parties no longer agree on what was drawn and sent.</summary>
    internal async Task<T> RunAsync<T>(Func<Task<T>> run)
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            throw new InvalidOperationException("Another circuit is running on this network: one at a time.");
        }

        try
        {
            if (HasFailed)
            {
                throw new InvalidOperationException("An earlier run on this network failed, so the parties no longer agree: start afresh.");
            }

            HasFailed = true;
            T result = await run().ConfigureAwait(false);
            Runs++;
            HasFailed = false;
            return result;
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }
}
