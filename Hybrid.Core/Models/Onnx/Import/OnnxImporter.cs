using Hybrid.Graph;

namespace Hybrid.Models.Onnx.Import;

/// <summary>
/// Makes ops of a model's nodes: those that its scores depend on, in the file's order. What depends on the file alone is computed at once;
/// what was learnt becomes constants of the server, the same ones in the same order whatever the number of rows.
/// </summary>
internal sealed class OnnxImporter
{
    // 128 MiB, and what the file itself needs to be moved about a few times.
    private const long LeastConstantElements = 1 << 24;
    private const int ConstantFactor = 8;

    private readonly Dictionary<string, ConstantTensor> _initializers = [];
    private readonly Dictionary<string, List<OnnxNode>> _users = [];
    private readonly List<OnnxNode> _nodes = [];

    /// <summary>Prepares the import of a model whose operators are all known.</summary>
    /// <param name="model">The model.</param>
    /// <param name="head">Where it ends.</param>
    /// <param name="input">Its input.</param>
    public OnnxImporter(OnnxModel model, OnnxHead head, OnnxValue input)
    {
        Model = model;
        Head = head;
        Input = input;
        _nodes.AddRange(Needed(model, head));
        foreach (OnnxNode node in _nodes)
        {
            foreach (string name in node.Inputs)
            {
                if (!_users.TryGetValue(name, out List<OnnxNode>? users))
                {
                    _users.Add(name, users = []);
                }

                users.Add(node);
            }
        }

        ConstantElements = LeastConstantElements + (ConstantFactor * model.Graph.Initializers.Values.Sum(tensor => (long)tensor.Shape.ElementCount));
    }

    /// <summary>The model.</summary>
    public OnnxModel Model { get; }

    /// <summary>Where it ends.</summary>
    public OnnxHead Head { get; }

    /// <summary>Its input.</summary>
    public OnnxValue Input { get; }

    /// <summary>How many elements constants that are computed may have, all together.</summary>
    public long ConstantElements { get; }

    /// <summary>The nodes that the scores depend on, in the file's order.</summary>
    public static IEnumerable<OnnxNode> Needed(OnnxModel model, OnnxHead head)
    {
        var names = new HashSet<string> { head.Scores };
        var needed = new Stack<OnnxNode>();
        for (int i = model.Graph.Nodes.Length - 1; i >= 0; i--)
        {
            OnnxNode node = model.Graph.Nodes[i];
            if (node.Outputs.Any(name => name.Length > 0 && names.Contains(name)))
            {
                needed.Push(node);
                names.UnionWith(node.Inputs.Where(name => name.Length > 0));
            }
        }

        return needed;
    }

    /// <summary>The scores of rows: (rows, outputs).</summary>
    /// <param name="rows">The rows, in the first dimension.</param>
    /// <exception cref="FormatRefusedException">A node cannot be computed; the message names it.</exception>
    public SecretTensor Apply(SecretTensor rows)
    {
        var import = new OnnxImport(this, rows);
        foreach (OnnxNode node in _nodes)
            import.Translate(node);
        if (import.TryValue(Head.Scores) is not { } value)
        {
            throw Refused($"has an output {Printable.Shortened(Head.Scores)} that is no result that can be computed");
        }

        if (value.Secret is not { } scores)
        {
            throw Refused("gives the same whatever its input is");
        }

        int first = scores.Shape.Rank > 0 ? scores.Shape[0] : 0;
        return first != import.Rows || scores.Shape.ElementCount == 0
            ? throw Refused($"gives {scores.Shape} for {import.Rows} rows, where a result for each row is due")
            : scores.Shape.Rank == 2 ? scores : scores.Reshape(first, scores.Shape.ElementCount / first);
    }

    /// <summary>A constant of the file; null if it has none of that name. Decoded once.</summary>
    public ConstantTensor? Initializer(string name)
    {
        if (!_initializers.TryGetValue(name, out ConstantTensor? constant))
        {
            if (!Model.Graph.Initializers.TryGetValue(name, out OnnxTensor? tensor))
            {
                return null;
            }

            _initializers.Add(name, constant = ConstantTensor.Of(tensor, name, isPublic: false));
        }

        return constant;
    }

    /// <summary>How many nodes that are needed use a name; the scores count as one use.</summary>
    public int Uses(string name) => (_users.TryGetValue(name, out List<OnnxNode>? users) ? users.Count : 0) + (name == Head.Scores ? 1 : 0);

    /// <summary>The one node that uses a name, if there is just one.</summary>
    public OnnxNode? OnlyUser(string name) => Uses(name) == 1 && _users.TryGetValue(name, out List<OnnxNode>? users) ? users[0] : null;

    private FormatRefusedException Refused(string problem) => new($"The model {Model.Name} {problem}.");
}
