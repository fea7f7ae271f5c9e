using System.Collections.Immutable;
using Hybrid.Graph;

namespace Hybrid.Planning;

/// <summary>
/// Nodes that follow one another and are held in one scheme: the value that enters it, then the ops. A backend lays tensors out for
/// the stretch as a whole, the same at both parties.
/// </summary>
public sealed class Stretch
{
    /// <summary>Takes the nodes.</summary>
    /// <param name="nodes">The node whose value enters, then at least one op, each on the value before it.</param>
    public Stretch(ImmutableArray<Node> nodes)
    {
        if (nodes.IsDefault || nodes.Length < 2)
        {
            throw new ArgumentException("A stretch is a value that enters and at least one op.", nameof(nodes));
        }

        Nodes = nodes;
        RoomBits = nodes.Max(node => node.Bits);
    }

    /// <summary>The value that enters, then the ops in order.</summary>
    public ImmutableArray<Node> Nodes { get; }

    /// <summary>The value that enters.</summary>
    public Node Entry => Nodes[0];

    /// <summary>The ops, in order.</summary>
    public ReadOnlySpan<Node> Ops => Nodes.AsSpan()[1..];

    /// <summary>The last op.</summary>
    public Node Last => Nodes[^1];

    /// <summary>Bits of the widest value, the one that enters included: packing leaves this much room.</summary>
    public int RoomBits { get; }
}
