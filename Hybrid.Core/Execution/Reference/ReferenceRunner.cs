using Hybrid.Graph;

namespace Hybrid.Execution;

/// <summary>Whole graphs in the clear.</summary>
/// <remarks>Only what reveals need is computed, and each value is let go after its last use: the most that is held is what the graph needs at once.</remarks>
public static class ReferenceRunner
{
    /// <summary>The revealed values in real numbers, by the reveal's node id.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="sources">The numbers of an input or a constant, row-major; not changed.</param>
    /// <param name="observer">Is shown each node with its value, sources first among them; the arrays are not to be changed or kept.</param>
    /// <exception cref="ArgumentException">A source has another number of elements than its shape.</exception>
    public static IReadOnlyDictionary<int, double[]> Run(OpGraph graph, Func<Node, double[]> sources, Action<Node, double[]>? observer = null) =>
        Run(graph, sources, RealReference.Evaluate, observer);

    /// <summary>The revealed values in fixed point, by the reveal's node id.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="sources">The integers of an input or a constant, row-major and within its range; not changed.</param>
    /// <param name="observer">Is shown each node with its value, sources first among them; the arrays are not to be changed or kept.</param>
    /// <exception cref="ArgumentException">A source has another number of elements than its shape.</exception>
    public static IReadOnlyDictionary<int, Int128[]> RunFixed(OpGraph graph, Func<Node, Int128[]> sources, Action<Node, Int128[]>? observer = null) =>
        Run(graph, sources, FixedPointReference.Evaluate, observer);

    private static Dictionary<int, T[]> Run<T>(
        OpGraph graph, Func<Node, T[]> sources, Func<Node, IReadOnlyList<T[]>, T[]> evaluate, Action<Node, T[]>? observer)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(sources);
        int[] uses = Uses(graph);
        var values = new T[]?[graph.Nodes.Count];
        var revealed = new Dictionary<int, T[]>();
        foreach (Node node in graph.Nodes.Where(node => uses[node.Id] > 0))
        {
            bool isSource = node.Op is InputOp or ConstantOp;
            T[] value = isSource ? sources(node) : evaluate(node, [.. node.Inputs.Select(input => values[input.Id]!)]);
            ReferenceInputs.CheckLength(node, value);
            observer?.Invoke(node, value);
            values[node.Id] = value;
            if (node.Op is RevealOp)
            {
                revealed.Add(node.Id, value);
            }

            foreach (Node input in node.Inputs)
            {
                if (--uses[input.Id] == 0)
                {
                    values[input.Id] = null;
                }
            }
        }

        return revealed;
    }

    // How often each value is needed; a reveal once.
    private static int[] Uses(OpGraph graph)
    {
        var uses = new int[graph.Nodes.Count];
        foreach (Node node in graph.Nodes.Reverse())
        {
            uses[node.Id] += node.Op is RevealOp ? 1 : 0;
            foreach (Node input in node.Inputs.Where(_ => uses[node.Id] > 0))
                uses[input.Id]++;
        }

        return uses;
    }
}
