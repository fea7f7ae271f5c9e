namespace Hybrid.Mpc.Correlations;

/// <summary>Correlations from a dealer: party 0 expands its seed alone, party 1 its seed and the dealer's corrections.</summary>
internal sealed class SeededCorrelationSource : ICorrelationSource
{
    // As much as one buffer of secrets holds.
    private const int MaximumWords = int.MaxValue / sizeof(ulong);

    private readonly Dictionary<CorrelationKind, PartyPool> _pools = [];
    private readonly ICorrectionFeed? _feed;
    private int _drawing;
    private bool _failed;
    private bool _disposed;

    /// <summary>Makes a party's source.</summary>
    /// <param name="party">0 or 1.</param>
    /// <param name="seed">The party's seed of 16 bytes, for this source and no other; copied.</param>
    /// <param name="demand">What can be drawn; the dealer's is equal.</param>
    /// <param name="feed">Party 1's corrections, owned by the source; null at party 0.</param>
    public SeededCorrelationSource(int party, ReadOnlySpan<byte> seed, CorrelationDemand demand, ICorrectionFeed? feed)
    {
        Party = party;
        _feed = feed;
        IReadOnlyList<CorrelationKind> kinds = demand.Kinds;
        for (int index = 0; index < kinds.Count; index++)
            _pools.Add(kinds[index], new PartyPool(kinds[index], demand[kinds[index]], index, party, seed));
    }

    public int Party { get; }

    public CorrelationDemand Left =>
        _pools.Values.Aggregate(CorrelationDemand.None, (sum, pool) => sum + CorrelationDemand.Of(pool.Kind, pool.Left));

    public async ValueTask<Correlation> DrawAsync(CorrelationKind kind, int count, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _drawing, 1) != 0)
        {
            throw new InvalidOperationException("Another draw is under way from this source: one at a time.");
        }

        try
        {
            if (_failed)
            {
                throw new InvalidOperationException("An earlier draw from this source failed, so the parties no longer agree: start afresh.");
            }

            if (!_pools.TryGetValue(kind, out PartyPool? pool) || pool.Left < count)
            {
                throw new ParameterException(
                    ParameterFault.OutOfRange,
                    $"{count} {kind.Name} were asked for and {pool?.Left ?? 0} are left: ask the dealer for what the whole plan needs.");
            }

            if ((long)count * kind.Vectors.Sum(vector => vector.Words) > MaximumWords)
            {
                throw new ParameterException(
                    ParameterFault.OutOfRange, $"{count} {kind.Name} are more than one draw can hold, {MaximumWords} words: draw them in parts.");
            }

            _failed = true;
            Correlation drawn = await pool.DrawAsync(count, _feed, cancellationToken).ConfigureAwait(false);
            _failed = false;
            return drawn;
        }
        finally
        {
            Volatile.Write(ref _drawing, 0);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        foreach (PartyPool pool in _pools.Values)
            pool.Dispose();
        _feed?.Dispose();
    }
}
