using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>Correlations from a dealer: a party expands its seed, and adds what the dealer sends it.</summary>
internal sealed class SeededCorrelationSource : ICorrelationSource
{
    private readonly CorrelationDemand _demand;
    private readonly SecretBuffer<byte> _seed;
    private readonly ICorrectionFeed? _feed;
    private int _drawn;

    /// <summary>Makes a party's source.</summary>
    /// <param name="party">The party.</param>
    /// <param name="parties">How many there are.</param>
    /// <param name="seed">The party's seed of 16 bytes, for this source and no other; copied.</param>
    /// <param name="demand">What will be drawn; the dealer's is equal.</param>
    /// <param name="feed">What the dealer sends this party, owned by the source; null where it sends nothing.</param>
    public SeededCorrelationSource(int party, int parties, ReadOnlySpan<byte> seed, CorrelationDemand demand, ICorrectionFeed? feed)
    {
        Party = party;
        Parties = parties;
        _demand = demand;
        _seed = new SecretBuffer<byte>(seed);
        _feed = feed;
    }

    public int Party { get; }

    public int Parties { get; }

    public int DrawsLeft => _demand.Draws.Length - _drawn;

    public Correlation Draw(CorrelationDraw draw, SecretPool? memory = null)
    {
        ArgumentNullException.ThrowIfNull(draw);
        if (DrawsLeft == 0)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"{draw} were asked for, and nothing is left of what was dealt: ask the dealer for what the whole plan needs.");
        }

        CorrelationDraw next = _demand.Draws[_drawn];
        if (next != draw)
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"{draw} were asked for where {next} are next: draw what the plan's demand says, in its order.");
        }

        return new Correlation(next, _drawn++, Party, Parties, _seed.Span, _feed, memory);
    }

    public void Dispose()
    {
        _seed.Dispose();
        _feed?.Dispose();
    }
}
