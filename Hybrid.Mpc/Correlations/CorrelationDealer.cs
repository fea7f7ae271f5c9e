using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>A dealer's whole work for one demand: it knows both seeds, and streams party 1's corrections kind by kind.</summary>
internal sealed class CorrelationDealer : ICorrectionFeed
{
    private readonly DealerPool?[] _pools;

    /// <summary>Starts dealing.</summary>
    /// <param name="demand">What to deal.</param>
    /// <param name="seeds">The parties' seeds; copied.</param>
    /// <exception cref="ParameterException">Rows are asked for whose weights have no mask.</exception>
    public CorrelationDealer(CorrelationDemand demand, DealerSeeds seeds)
    {
        List<CorrelationKind> kinds = [.. demand.Kinds];
        foreach (CorrelationKind kind in kinds.Where(kind => kind.Mask is { } mask && demand[mask] == 0))
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"The plan asks for {kind.Name} but not for the weights' mask: add the cost of opening the weights.");
        }

        _pools = new DealerPool?[kinds.Count];
        for (int index = 0; index < _pools.Length; index++)
        {
            CorrelationKind kind = kinds[index];
            if (kind.CorrectionWords > 0)
            {
                _pools[index] = new DealerPool(kind, demand[kind], index, seeds, MaskOf(kind));
            }
        }

        SecretBuffer<ulong>? MaskOf(CorrelationKind kind)
        {
            if (kind.Mask is not { } mask)
            {
                return null;
            }

            using var stream = new SeedStream(seeds.Of(mask.Owner), kinds.IndexOf(mask), vector: 0);
            var words = new SecretBuffer<ulong>(mask.K * mask.N);
            stream.Fill(words.Span);
            return words;
        }
    }

    public ValueTask<ReadOnlyMemory<byte>> NextAsync(int pool, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        DealerPool dealt = _pools[pool] ?? throw new ArgumentException($"Kind {pool} of the demand needs no corrections.", nameof(pool));
        return ValueTask.FromResult(dealt.Next());
    }

    public void Dispose()
    {
        foreach (DealerPool? pool in _pools)
            pool?.Dispose();
    }
}
