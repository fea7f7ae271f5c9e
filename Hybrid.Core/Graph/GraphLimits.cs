namespace Hybrid.Graph;

/// <summary>How large graphs from elsewhere may be.</summary>
public static class GraphLimits
{
    /// <summary>The most nodes.</summary>
    public const int MaximumNodes = 1 << 16;

    /// <summary>The most operands of all ops together.</summary>
    public const int MaximumOperands = 1 << 20;

    /// <summary>The most dimensions of a tensor.</summary>
    public const int MaximumRank = 8;

    /// <summary>The most bytes of a label, in UTF-8.</summary>
    public const int MaximumLabelBytes = 4096;

    /// <summary>The most bytes of a graph on the wire.</summary>
    public const int MaximumBytes = 64 << 20;
}
