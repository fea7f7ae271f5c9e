using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>The parties' seeds and the dealer's own, which only the dealer holds together.</summary>
internal sealed class DealerSeeds : IDisposable
{
    private readonly SecretBuffer<byte> _all;

    /// <summary>Draws fresh seeds.</summary>
    public DealerSeeds(int parties, IRandomSource random)
    {
        Parties = parties;
        _all = new SecretBuffer<byte>((parties + 1) * AesCtrGenerator.SeedBytes);
        random.Fill(_all.Span);
    }

    /// <summary>How many parties.</summary>
    public int Parties { get; }

    /// <summary>The dealer's own seed; use it while the seeds are alive.</summary>
    public ReadOnlySpan<byte> Own => Of(Parties);

    /// <summary>One party's seed; use it while the seeds are alive.</summary>
    public ReadOnlySpan<byte> Of(int party) => _all.Span.Slice(party * AesCtrGenerator.SeedBytes, AesCtrGenerator.SeedBytes);

    public void Dispose() => _all.Dispose();
}
