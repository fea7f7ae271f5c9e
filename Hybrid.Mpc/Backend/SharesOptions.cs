using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc;

/// <summary>How a party takes part in computing on shares.</summary>
public sealed record SharesOptions
{
    private CircuitOptions? _circuits;

    /// <summary>The way to the dealer, the same one for both parties.</summary>
    public required IDealerAccess Dealer { get; init; }

    /// <summary>How secrets are compared: by tree where rounds are cheap, by function sharing where they are dear. The same at both parties.</summary>
    public ComparisonMethod Comparison { get; init; } = ComparisonMethod.Tree;

    /// <summary>How circuits are built: sessions with the same options share the tables of functions.</summary>
    internal CircuitOptions Circuits => _circuits ?? Interlocked.CompareExchange(ref _circuits, new CircuitOptions { Comparison = Comparison }, null) ?? _circuits;
}
