using System.Collections.Immutable;

namespace Hybrid.Models.Onnx;

/// <summary>Puts the nodes of a graph in an order in which each comes after those that it depends on.</summary>
internal static class NodeOrder
{
    /// <summary>Sorts nodes; those that are sorted already stay as they are. Costs time and memory linear in nodes and their inputs.</summary>
    /// <param name="what">What to call the model in errors.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="inputs">The graph's inputs.</param>
    /// <param name="initializers">Names of its constants.</param>
    /// <exception cref="FormatRefusedException">A name is defined twice or not at all, or nodes depend on each other.</exception>
    public static ImmutableArray<OnnxNode> Sort(
        string what, IReadOnlyList<OnnxNode> nodes, ImmutableArray<OnnxValue> inputs, IEnumerable<string> initializers)
    {
        Dictionary<string, int> makers = Makers(what, nodes, inputs, initializers);
        ImmutableArray<OnnxNode>.Builder sorted = ImmutableArray.CreateBuilder<OnnxNode>(nodes.Count);
        var state = new State[nodes.Count];
        // Depth first, on a stack of its own: a chain of nodes may be longer than the thread's stack is deep.
        var path = new Stack<(int Node, int Input)>();
        for (int first = 0; first < nodes.Count; first++)
        {
            if (state[first] == State.New)
            {
                state[first] = State.Open;
                path.Push((first, 0));
            }

            while (path.TryPop(out (int Node, int Input) at))
            {
                OnnxNode node = nodes[at.Node];
                if (at.Input == node.Inputs.Length)
                {
                    state[at.Node] = State.Done;
                    sorted.Add(node);
                    continue;
                }

                path.Push((at.Node, at.Input + 1));
                int maker = Maker(makers, node, at.Input);
                if (maker != Outside && state[maker] == State.Open)
                {
                    throw node.Refused($"depends on its own output by way of {Printable.Shortened(node.Inputs[at.Input])}: a graph must have no cycles");
                }

                if (maker != Outside && state[maker] == State.New)
                {
                    state[maker] = State.Open;
                    path.Push((maker, 0));
                }
            }
        }

        return sorted.MoveToImmutable();
    }

    // Where no node makes a value: it is given or constant, or absent.
    private const int Outside = -1;

    private enum State : byte
    {
        New,
        Open,
        Done,
    }

    private static int Maker(Dictionary<string, int> makers, OnnxNode node, int input)
    {
        string name = node.Inputs[input];
        return name.Length == 0 ? Outside
            : makers.TryGetValue(name, out int maker) ? maker
            : throw node.Refused(
                $"takes {Printable.Shortened(name)}, which is no input, no initialiser and no node's output: export the model again with its weights in it");
    }

    private static Dictionary<string, int> Makers(
        string what, IReadOnlyList<OnnxNode> nodes, ImmutableArray<OnnxValue> inputs, IEnumerable<string> initializers)
    {
        var makers = new Dictionary<string, int>();
        foreach (string name in initializers)
        {
            makers.Add(name, Outside);
        }

        foreach (OnnxValue input in inputs)
        {
            if (!makers.TryAdd(input.Name, Outside))
            {
                throw new FormatRefusedException($"{what} has the input {Printable.Shortened(input.Name)} twice.");
            }
        }

        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string output in nodes[i].Outputs)
            {
                if (output.Length > 0 && !makers.TryAdd(output, i))
                {
                    throw nodes[i].Refused($"produces {Printable.Shortened(output)}, which something else in the graph produces already");
                }
            }
        }

        return makers;
    }
}
