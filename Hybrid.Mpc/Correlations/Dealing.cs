namespace Hybrid.Mpc.Correlations;

/// <summary>Who holds one vector of a correlation, and where it comes from.</summary>
internal enum Dealing
{
    /// <summary>Uniform, shared among the parties: each expands its share from its seed.</summary>
    Shared,

    /// <summary>Uniform, known to one party alone, from its seed.</summary>
    Owned,

    /// <summary>Computed from the others and shared: all but the last party expand their shares, the last is sent what is missing.</summary>
    Derived,

    /// <summary>Computed from the others and sent to every party, all the same words.</summary>
    Common,
}
