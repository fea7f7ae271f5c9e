using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>A dealer in the process of all parties: for tests, examples and dry runs. It hides nothing from anyone in that process.</summary>
/// <remarks>
/// The security of the protocols rests on a dealer that colludes with no party: one that the parties' process plays does not.
/// What a party is sent is worked out when it draws, for each party anew.
/// </remarks>
public sealed class LocalDealer : IDisposable
{
    private readonly IRandomSource _random;
    private readonly DealerMemory[] _memories;
    private readonly Queue<DealerSeeds>[] _pending;
    private readonly List<DealerSeeds> _all = [];
    private readonly Lock _lock = new();

    /// <summary>A dealer for some parties.</summary>
    /// <param name="parties">How many, at least 2.</param>
    /// <param name="random">Where the seeds come from: the operating system, unless results are to repeat.</param>
    public LocalDealer(int parties, IRandomSource random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parties, 2);
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
        _memories = [.. Enumerable.Range(0, parties).Select(_ => new DealerMemory())];
        _pending = [.. Enumerable.Range(0, parties).Select(_ => new Queue<DealerSeeds>())];
    }

    /// <summary>How many parties.</summary>
    public int Parties => _memories.Length;

    /// <summary>A party's source for one demand; every party asks for the same demands in the same order, each once.</summary>
    /// <param name="party">The party, in [0, parties).</param>
    /// <param name="demand">What it will draw.</param>
    /// <exception cref="ParameterException">More parties than a kind of the demand can serve.</exception>
    public ICorrelationSource GiveSource(int party, CorrelationDemand demand)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(party);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(party, Parties);
        ArgumentNullException.ThrowIfNull(demand);
        DealerSeeds seeds = NextSeeds(party);
        var work = new DealerWork(demand, seeds, _memories[party]);
        return new SeededCorrelationSource(party, Parties, seeds.Of(party), demand, new Feed(work, party));
    }

    /// <summary>Wipes the seeds.</summary>
    public void Dispose()
    {
        foreach (DealerSeeds seeds in _all)
            seeds.Dispose();
        foreach (DealerMemory memory in _memories)
            memory.Dispose();
    }

    // The first party to ask for a demand draws the seeds of all.
    private DealerSeeds NextSeeds(int party)
    {
        lock (_lock)
        {
            if (_pending[party].Count == 0)
            {
                var seeds = new DealerSeeds(Parties, _random);
                _all.Add(seeds);
                foreach (Queue<DealerSeeds> queue in _pending)
                    queue.Enqueue(seeds);
            }

            return _pending[party].Dequeue();
        }
    }

    private sealed class Feed(DealerWork work, int party) : ICorrectionFeed
    {
        public ValueTask<ReadOnlyMemory<byte>> NextAsync(int maximumBytes, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (work.MoveNext())
            {
                if (!work.Message(party).IsEmpty)
                {
                    return ValueTask.FromResult(work.Message(party));
                }
            }

            throw new InvalidOperationException("All corrections of the demand were dealt: no message is left.");
        }

        public void Dispose() => work.Dispose();
    }
}
