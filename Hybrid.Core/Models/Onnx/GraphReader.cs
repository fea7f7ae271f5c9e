using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Hybrid.Models.Onnx;

/// <summary>Reads the graph of a model (GraphProto) and checks that its names fit together.</summary>
internal static class GraphReader
{
    /// <summary>Reads a graph.</summary>
    /// <param name="message">Its message.</param>
    /// <param name="external">Where to look for values that lie in other files.</param>
    /// <exception cref="FormatRefusedException">It is malformed.</exception>
    public static OnnxGraph Read(WireReader message, ExternalData external)
    {
        string name = string.Empty;
        var reader = new NodeReader(external);
        var nodes = new List<OnnxNode>();
        var initializers = new Dictionary<string, OnnxTensor>();
        var inputs = new List<OnnxValue>();
        var outputs = new List<OnnxValue>();
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    message.RequireRoom(nodes.Count, OnnxLimits.Nodes, "nodes");
                    nodes.Add(reader.Read(message.Nested(), nodes.Count + 1));
                    break;
                case 2:
                    name = message.Name();
                    break;
                case 5:
                    message.RequireRoom(initializers.Count, OnnxLimits.Initializers, "initialisers");
                    Add(initializers, TensorReader.Read(message.Nested(), external, $"initialiser {initializers.Count + 1}"), message);
                    break;
                case 11:
                    message.RequireRoom(inputs.Count, OnnxLimits.Values, "inputs");
                    inputs.Add(ValueReader.Read(message.Nested()));
                    break;
                case 12:
                    message.RequireRoom(outputs.Count, OnnxLimits.Values, "outputs");
                    outputs.Add(ValueReader.Read(message.Nested()));
                    break;
                case 15:
                    throw message.Refused("has sparse initialisers, which are not read: export it with dense weights");
                default:
                    message.Skip();
                    break;
            }
        }

        if (outputs.Count == 0)
        {
            throw message.Refused("has no outputs: export it again with the outputs named");
        }

        // Before the fourth format, initialisers had to be inputs too.
        ImmutableArray<OnnxValue> given = [.. inputs.Where(input => !initializers.ContainsKey(input.Name))];
        ImmutableArray<OnnxNode> order = NodeOrder.Sort(message.What, nodes, given, initializers.Keys);
        RequireDefined(message, order, given, initializers, outputs);
        return new OnnxGraph(name, given, [.. outputs], initializers.ToFrozenDictionary(), order);
    }

    private static void Add(Dictionary<string, OnnxTensor> initializers, OnnxTensor tensor, WireReader message)
    {
        if (tensor.Name.Length == 0)
        {
            throw message.Refused($"has an initialiser {initializers.Count + 1} without a name");
        }

        if (!initializers.TryAdd(tensor.Name, tensor))
        {
            throw message.Refused($"has the initialiser {Printable.Shortened(tensor.Name)} twice");
        }
    }

    private static void RequireDefined(
        WireReader message, ImmutableArray<OnnxNode> nodes, ImmutableArray<OnnxValue> inputs, Dictionary<string, OnnxTensor> initializers, List<OnnxValue> outputs)
    {
        var defined = new HashSet<string>(initializers.Keys);
        defined.UnionWith(inputs.Select(input => input.Name));
        defined.UnionWith(nodes.SelectMany(node => node.Outputs));
        var seen = new HashSet<string>();
        foreach (OnnxValue output in outputs)
        {
            if (!defined.Contains(output.Name))
            {
                throw message.Refused($"has the output {Printable.Shortened(output.Name)}, which no node produces");
            }

            if (!seen.Add(output.Name))
            {
                throw message.Refused($"has the output {Printable.Shortened(output.Name)} twice");
            }
        }
    }
}
