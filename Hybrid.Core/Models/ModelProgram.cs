using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Models;

/// <summary>The graph of a query, and the constants' values where they are known.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Input">What the client brings.</param>
/// <param name="Result">What the client learns.</param>
/// <param name="Bindings">The values of constants, by their numbers; none at the client.</param>
public sealed record ModelProgram(OpGraph Graph, Node Input, Node Result, IReadOnlyDictionary<int, ConstantBinding> Bindings)
{
    /// <summary>The program of a graph with one input, the client's, and one value that the client learns.</summary>
    /// <exception cref="FormatRefusedException">The graph has others, or constants that nobody knows.</exception>
    public static ModelProgram Of(OpGraph graph, IReadOnlyDictionary<int, ConstantBinding> bindings)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Nodes.FirstOrDefault(node => node.IsSecret) is { } secret)
        {
            throw new FormatRefusedException(
                $"The model's graph has {secret.Label}, a constant that neither party knows, of which a model's client has no share: have both parties write it down as a TensorProgram, and run ProgramParty.");
        }

        Node[] inputs = [.. graph.Inputs];
        Node[] reveals = [.. graph.Reveals];
        return inputs is [{ Op: InputOp { Owner: Party.Client } } input] && reveals is [{ Op: RevealOp { To: Party.Client } } result]
            ? new ModelProgram(graph, input, result, bindings)
            : throw new FormatRefusedException("The model's graph does not take one tensor from the client and reveal one to it.");
    }
}
