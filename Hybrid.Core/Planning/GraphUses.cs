using Hybrid.Graph;

namespace Hybrid.Planning;

/// <summary>Which ops are needed for what is revealed, and which of them use which values.</summary>
internal sealed class GraphUses
{
    private readonly List<Node>[] _uses;
    private readonly bool[] _needed;

    public GraphUses(OpGraph graph)
    {
        _uses = [.. graph.Nodes.Select(_ => new List<Node>())];
        _needed = new bool[_uses.Length];
        for (int id = _uses.Length - 1; id >= 0; id--)
        {
            Node node = graph.Nodes[id];
            _needed[id] = node.Op is RevealOp || _uses[id].Count > 0;
            if (_needed[id])
            {
                foreach (Node input in node.Inputs.Distinct())
                    _uses[input.Id].Add(node);
            }
        }

        foreach (List<Node> uses in _uses)
            uses.Reverse();
    }

    /// <summary>Whether anything that is revealed depends on a value.</summary>
    public bool IsNeeded(Node node) => _needed[node.Id];

    /// <summary>The needed ops that use a value, reveals among them.</summary>
    public IReadOnlyList<Node> Of(Node node) => _uses[node.Id];

    /// <summary>The op that alone uses a value, as its first input, with constants besides; null if there is no such op.</summary>
    public Node? Follower(Node node) => _uses[node.Id] is [var only] && only.Inputs[0] == node && only.Inputs.Skip(1).All(input => input.Op is ConstantOp)
        ? only
        : null;
}
