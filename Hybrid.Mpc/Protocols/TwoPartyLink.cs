using Hybrid.Communication;
using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Protocols;

/// <summary>One party's end of a computation on shares: the channel to the other party, and its correlations.</summary>
/// <remarks>
/// Rounds run on it one after the other, in the same order at both parties. The parties' shares are safe from each other as long
/// as each keeps to the protocol (semi-honest), and from others as long as the channel runs over TLS.
/// </remarks>
public sealed class TwoPartyLink
{
    private uint _rounds;
    private bool _failed;
    private int _running;

    /// <summary>Joins a channel and a source; the caller keeps owning both.</summary>
    /// <param name="channel">The channel to the other party.</param>
    /// <param name="correlations">This party's source, which says whether it is party 0 or 1.</param>
    public TwoPartyLink(Channel channel, ICorrelationSource correlations)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(correlations);
        ArgumentOutOfRangeException.ThrowIfNegative(correlations.Party, nameof(correlations));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(correlations.Party, 1, nameof(correlations));
        Channel = channel;
        Correlations = correlations;
    }

    /// <summary>Which party this is, 0 or 1.</summary>
    public int Party => Correlations.Party;

    internal Channel Channel { get; }

    internal ICorrelationSource Correlations { get; }

    /// <summary>Lets one round run, and none after one that failed: the parties no longer agree on what was drawn and sent.</summary>
    internal async ValueTask RunAsync(Func<uint, ValueTask> round)
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            throw new InvalidOperationException("Another round is under way on this link: one at a time.");
        }

        try
        {
            if (_failed)
            {
                throw new InvalidOperationException("An earlier round on this link failed, so the parties no longer agree: start afresh.");
            }

            _failed = true;
            await round(_rounds).ConfigureAwait(false);
            _rounds++;
            _failed = false;
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }
}
