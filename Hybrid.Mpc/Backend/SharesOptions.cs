using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Planning;

namespace Hybrid.Mpc;

/// <summary>How a party takes part in computing on shares.</summary>
public sealed record SharesOptions
{
    /// <summary>The way to the dealer, the same one for both parties.</summary>
    public required IDealerAccess Dealer { get; init; }

    /// <summary>
    /// How secrets are compared; null: in each op as is cheaper over the client's link, by tree where rounds are cheap and by function
    /// sharing where they are dear. A server that is told a way takes no other.
    /// </summary>
    public ComparisonMethod? Comparison { get; init; }

    /// <summary>What the connection is like; the client tells the server.</summary>
    public LinkProfile Link { get; init; } = LinkProfile.Lan;

    /// <summary>What the connections to the dealer are like.</summary>
    internal LinkProfile DealerLink => Dealer.Link ?? Link;

    /// <summary>How circuits are built: sessions with the same options share the tables of functions.</summary>
    internal CircuitOptions Circuits { get; } = new();
}
