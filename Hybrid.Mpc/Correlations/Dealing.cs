namespace Hybrid.Mpc.Correlations;

/// <summary>Who holds one vector of a correlation, and where it comes from.</summary>
internal enum Dealing
{
    /// <summary>Uniform, shared between the parties: each expands its share from its seed.</summary>
    Shared,

    /// <summary>Uniform, known to party 0 alone, from its seed.</summary>
    Party0,

    /// <summary>Uniform, known to party 1 alone, from its seed.</summary>
    Party1,

    /// <summary>Computed from the others and shared: party 0's share comes from its seed, party 1's is the correction.</summary>
    Derived,
}
