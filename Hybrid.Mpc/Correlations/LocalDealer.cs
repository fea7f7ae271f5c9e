using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>A dealer in the process of both parties: for tests, examples and dry runs. It hides nothing from anyone in that process.</summary>
/// <remarks>
/// The security of the protocols rests on a dealer that colludes with neither party: one that both parties' process plays does not.
/// Corrections are worked out when party 1 draws.
/// </remarks>
public sealed class LocalDealer : IDisposable
{
    private readonly CorrelationDemand _demand;
    private readonly DealerSeeds _seeds;
    private readonly bool[] _given = new bool[2];

    /// <summary>Draws both parties' seeds.</summary>
    /// <param name="demand">What can be drawn, at both parties.</param>
    /// <param name="random">Where the seeds come from: the operating system, unless results are to repeat.</param>
    public LocalDealer(CorrelationDemand demand, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(demand);
        ArgumentNullException.ThrowIfNull(random);
        _demand = demand;
        _seeds = new DealerSeeds(random);
    }

    /// <summary>A party's source; each party has one, which outlives the dealer.</summary>
    /// <param name="party">0 or 1.</param>
    /// <exception cref="InvalidOperationException">It was given before: a second one would repeat its masks.</exception>
    /// <exception cref="ParameterException">The demand has rows whose weights have no mask.</exception>
    public ICorrelationSource GiveSource(int party)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(party);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(party, 1);
        if (_given[party])
        {
            throw new InvalidOperationException($"Party {party} has its source: a second one would repeat the first one's masks.");
        }

        var source = new SeededCorrelationSource(party, _seeds.Of(party), _demand, party == 0 ? null : new CorrelationDealer(_demand, _seeds));
        _given[party] = true;
        return source;
    }

    /// <summary>Wipes the seeds.</summary>
    public void Dispose() => _seeds.Dispose();
}
