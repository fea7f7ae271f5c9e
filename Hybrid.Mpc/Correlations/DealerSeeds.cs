using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>The two parties' seeds, which only the dealer holds together.</summary>
internal sealed class DealerSeeds : IDisposable
{
    private readonly SecretBuffer<byte> _both = new(2 * AesCtrGenerator.SeedBytes);

    /// <summary>Draws fresh seeds.</summary>
    public DealerSeeds(IRandomSource random) => random.Fill(_both.Span);

    /// <summary>One party's seed; use it while the seeds are alive.</summary>
    public ReadOnlySpan<byte> Of(int party) => _both.Span.Slice(party * AesCtrGenerator.SeedBytes, AesCtrGenerator.SeedBytes);

    public void Dispose() => _both.Dispose();
}
