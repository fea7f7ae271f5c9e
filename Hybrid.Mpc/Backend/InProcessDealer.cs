using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Security;

namespace Hybrid.Mpc;

/// <summary>A dealer in the process of both parties, which share this object: for trying things out and for tests. It hides nothing in there.</summary>
public sealed class InProcessDealer : IDealerAccess
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MeetingId, Meeting> _meetings = [];
    private readonly IRandomSource _random;

    /// <summary>Makes a dealer.</summary>
    /// <param name="random">Where its seeds come from; the operating system unless given.</param>
    public InProcessDealer(IRandomSource? random = null) => _random = random ?? OsRandom.Instance;

    /// <inheritdoc/>
    public string Description => "dealer in this process";

    /// <inheritdoc/>
    public ValueTask<ICorrelationProvider> JoinAsync(MeetingId meeting, int party, int parties, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (!_meetings.TryGetValue(meeting, out Meeting? found))
            {
                _meetings.Add(meeting, found = new Meeting(new LocalDealer(parties, _random)));
            }

            found.Present++;
            return ValueTask.FromResult<ICorrelationProvider>(new Place(this, meeting, found, party));
        }
    }

    private void Leave(MeetingId meeting, Meeting left)
    {
        lock (_lock)
        {
            if (--left.Present == 0)
            {
                left.Dealer.Dispose();
                _meetings.Remove(meeting);
            }
        }
    }

    private sealed class Meeting(LocalDealer dealer)
    {
        public LocalDealer Dealer => dealer;

        public int Present { get; set; }
    }

    private sealed class Place(InProcessDealer dealer, MeetingId meeting, Meeting met, int party) : ICorrelationProvider
    {
        private int _left;

        public int Party => party;

        public int Parties => met.Dealer.Parties;

        public ValueTask<ICorrelationSource> PrepareAsync(CorrelationDemand demand, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.FromResult(met.Dealer.GiveSource(party, demand));
        }

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                dealer.Leave(meeting, met);
            }

            return ValueTask.CompletedTask;
        }
    }
}
