namespace Hybrid.Graph;

/// <summary>How large graphs from elsewhere may be.</summary>
public static class GraphLimits
{
    /// <summary>The most nodes.</summary>
    public const int MaximumNodes = 1 << 16;

    /// <summary>The most bytes of a graph on the wire.</summary>
    public const int MaximumBytes = 64 << 20;
}
