namespace Hybrid.Mpc.Correlations;

/// <summary>How secrets are compared.</summary>
public enum ComparisonMethod
{
    /// <summary>By a tree of ANDs on shared bits: three rounds for 64 bits, 12 bytes each way, 48 bytes dealt.</summary>
    Tree,

    /// <summary>By function sharing: one round, 8 bytes each way, about 1 kilobyte dealt to each party. Two parties only.</summary>
    FunctionSharing,
}
