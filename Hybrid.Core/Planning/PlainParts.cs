using System.Collections.Immutable;
using Hybrid.Graph;

namespace Hybrid.Planning;

/// <summary>
/// What one party can compute in the clear: ops on its own inputs with constants that it knows. That costs nothing and tells nobody
/// anything, so it is always done so.
/// </summary>
internal static class PlainParts
{
    /// <summary>For each node, the party that can have it in the clear; null if none can.</summary>
    public static ImmutableArray<Party?> Of(OpGraph graph)
    {
        var owners = ImmutableArray.CreateBuilder<Party?>(graph.Nodes.Count);
        foreach (Node node in graph.Nodes)
            owners.Add(Owner(graph, node, owners));
        return owners.MoveToImmutable();
    }

    private static Party? Owner(OpGraph graph, Node node, ImmutableArray<Party?>.Builder owners)
    {
        switch (node.Op)
        {
            case InputOp input:
                return input.Owner;
            case ConstantOp or RevealOp:
                return null;
            case var _ when graph.Pins.ContainsKey(node.Id):
                return null;
        }

        Party? owner = null;
        foreach (Node input in node.Inputs)
        {
            if (input.Op is ConstantOp { Visibility.Kind: VisibilityKind.Public })
            {
                continue;
            }

            Party? has = input.Op is ConstantOp constant ? constant.Visibility.Owner : owners[input.Id];
            if (has is null || (owner is { } known && known != has))
            {
                return null;
            }

            owner = has;
        }

        return owner;
    }
}
