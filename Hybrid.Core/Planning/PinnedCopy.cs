using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>Graphs like another, to ask what a plan would be like if an op were pinned: pins of a graph cannot be taken back.</summary>
internal static class PinnedCopy
{
    /// <summary>The same nodes with the same numbers and pins, and one pin more.</summary>
    /// <param name="graph">The graph; it stays as it is.</param>
    /// <param name="pinned">The op that is pinned.</param>
    /// <param name="scheme">To which scheme.</param>
    public static OpGraph Of(OpGraph graph, Node pinned, Scheme scheme)
    {
        var copy = new OpGraph();
        foreach (Node node in graph.Nodes)
            Add(copy, node, [.. node.Inputs.Select(input => copy.Nodes[input.Id])]);
        foreach ((int id, Scheme pin) in graph.Pins)
            copy.Pin(copy.Nodes[id], pin);
        copy.Pin(copy.Nodes[pinned.Id], scheme);
        return copy;
    }

    private static Node Add(OpGraph copy, Node node, ImmutableArray<Node> inputs) => node.Op switch
    {
        InputOp input => copy.Input(node.Label, input.Owner, node.Shape, node.FractionBits, node.Range),
        ConstantOp when node.PublicIntegers is { } integers => copy.Constant(node.Label, node.Shape, node.FractionBits, integers.Span),
        ConstantOp constant => copy.Constant(node.Label, constant.Visibility, node.Shape, node.FractionBits, constant.NormBound, node.Magnitude),
        _ => copy.Add(node.Label, node.Op, inputs.AsSpan()),
    };
}
