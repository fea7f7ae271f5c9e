using Hybrid.Mpc.Correlations;
using Hybrid.Security;

namespace Hybrid.Mpc.Dealing;

/// <summary>A dealer for parties that all live in this process: for tests and dry runs. It hides nothing from anyone in it.</summary>
public static class LocalDealing
{
    /// <summary>Every party's end. No sockets and no waiting; each party works out what it is dealt itself, as it draws.</summary>
    /// <param name="parties">How many, at least 2.</param>
    /// <param name="random">Where the seeds come from: the operating system, unless results are to repeat.</param>
    /// <returns>The parties' providers, in their order; the dealer is wiped once all are disposed of.</returns>
    public static ICorrelationProvider[] Providers(int parties, IRandomSource random)
    {
        var table = new Table(new LocalDealer(parties, random));
        return [.. Enumerable.Range(0, parties).Select(party => new Provider(table, party))];
    }

    // What all parties sit at: the demands so far, which must be the same for each.
    private sealed class Table(LocalDealer dealer)
    {
        private readonly Lock _gate = new();
        private readonly List<CorrelationDemand> _demands = [];
        private readonly int[] _asked = new int[dealer.Parties];
        private int _present = dealer.Parties;

        public int Parties => dealer.Parties;

        public ICorrelationSource Prepare(int party, CorrelationDemand demand)
        {
            lock (_gate)
            {
                int index = _asked[party];
                if (index == _demands.Count)
                {
                    _demands.Add(demand);
                }
                else if (!_demands[index].Equals(demand))
                {
                    throw new ParameterException(
                        ParameterFault.Mismatch,
                        $"Party {party} demands other correlations than another party: use the same plan at all parties.");
                }

                _asked[party]++;
            }

            return dealer.GiveSource(party, demand);
        }

        public void Leave()
        {
            if (Interlocked.Decrement(ref _present) == 0)
            {
                dealer.Dispose();
            }
        }
    }

    private sealed class Provider(Table table, int party) : ICorrelationProvider
    {
        private int _disposed;

        public int Party => party;

        public int Parties => table.Parties;

        public ValueTask<ICorrelationSource> PrepareAsync(CorrelationDemand demand, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(demand);
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
            return ValueTask.FromResult(table.Prepare(party, demand));
        }

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                table.Leave();
            }

            return ValueTask.CompletedTask;
        }
    }
}
