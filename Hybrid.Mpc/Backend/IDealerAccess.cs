using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Planning;

namespace Hybrid.Mpc;

/// <summary>How a party comes to a dealer.</summary>
public interface IDealerAccess
{
    /// <summary>Where the dealer is, in a few words, as in "dealer at 127.0.0.1:7100".</summary>
    string Description { get; }

    /// <summary>What the connection to it is like; null: about what the parties' own is like.</summary>
    LinkProfile? Link => null;

    /// <summary>Meets the other parties at the dealer.</summary>
    /// <param name="meeting">The meeting, which the parties have agreed on.</param>
    /// <param name="party">Which party this is, in [0, parties).</param>
    /// <param name="parties">How many there are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The way to the dealer; the caller disposes of it.</returns>
    /// <exception cref="HybridException">The dealer cannot be reached or refuses, or the others do not come.</exception>
    ValueTask<ICorrelationProvider> JoinAsync(MeetingId meeting, int party, int parties, CancellationToken cancellationToken = default);
}
