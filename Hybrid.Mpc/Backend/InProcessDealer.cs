using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Security;

namespace Hybrid.Mpc;

/// <summary>A dealer in the process of both parties, which share this object: for trying things out and for tests. It hides nothing in there.</summary>
public sealed class InProcessDealer : IDealerAccess
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MeetingId, ICorrelationProvider?[]> _gathering = [];
    private readonly IRandomSource _random;

    /// <summary>Makes a dealer.</summary>
    /// <param name="random">Where its seeds come from; the operating system unless given.</param>
    public InProcessDealer(IRandomSource? random = null) => _random = random ?? OsRandom.Instance;

    /// <inheritdoc/>
    public string Description => "dealer in this process";

    /// <summary>Takes a party's place at a meeting, without waiting for the others.</summary>
    /// <inheritdoc/>
    public ValueTask<ICorrelationProvider> JoinAsync(MeetingId meeting, int party, int parties, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_gathering.TryGetValue(meeting, out ICorrelationProvider?[]? places))
            {
                _gathering.Add(meeting, places = LocalDealing.Providers(parties, _random));
            }

            ICorrelationProvider place = places[party] ?? throw new InvalidOperationException($"Party {party} has come to this meeting before.");
            places[party] = null;
            if (places.All(other => other is null))
            {
                _gathering.Remove(meeting);
            }

            return ValueTask.FromResult(place);
        }
    }
}
