namespace Hybrid.Graph;

/// <summary>A graph as bytes.</summary>
public static class GraphFormat
{
    /// <summary>Writes a graph.</summary>
    public static byte[] Write(OpGraph graph) => throw new InvalidOperationException($"{graph}");

    /// <summary>Reads a graph.</summary>
    public static OpGraph Read(ReadOnlyMemory<byte> bytes, string what) => throw new InvalidOperationException($"{bytes.Length} {what}");
}
