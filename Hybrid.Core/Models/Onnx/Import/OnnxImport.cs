using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>One walk over a model's nodes: what each name stands for, what was folded into what, and how much memory constants may still take.</summary>
internal sealed class OnnxImport
{
    private readonly OnnxImporter _importer;
    private readonly TensorProgram _program;
    private readonly Dictionary<string, ImportValue> _values = [];
    private readonly Dictionary<ConstantTensor, SecretTensor> _known = [];
    private readonly HashSet<OnnxNode> _folded = [];
    private long _budget;

    /// <summary>Starts a walk.</summary>
    /// <param name="importer">What is imported.</param>
    /// <param name="rows">The rows.</param>
    public OnnxImport(OnnxImporter importer, SecretTensor rows)
    {
        _importer = importer;
        _program = rows.Program;
        _budget = importer.ConstantElements;
        Rows = rows.Shape[0];
        _values.Add(importer.Input.Name, rows);
    }

    /// <summary>The model.</summary>
    public OnnxModel Model => _importer.Model;

    /// <summary>How many rows there are.</summary>
    public int Rows { get; }

    /// <summary>Whether the results of a node are the scores, before any activation of its own.</summary>
    public bool AreScores(OnnxNode node) => _importer.Head.Scorer == node;

    /// <summary>How many nodes that are needed use a name; the scores count as one use.</summary>
    public int Uses(string name) => _importer.Uses(name);

    /// <summary>Translates a node.</summary>
    /// <exception cref="FormatRefusedException">It cannot be.</exception>
    public void Translate(OnnxNode node)
    {
        var at = new NodeImport(this, node);
        if (_folded.Contains(node))
        {
            at.Result(at.Value(0));
            return;
        }

        try
        {
            OnnxTranslators.Find(node)!.Translate(at);
        }
        catch (ParameterException refusal)
        {
            throw node.Refused($"cannot be computed: {refusal.Message.TrimEnd('.')}", refusal);
        }
    }

    /// <summary>What a name stands for.</summary>
    /// <exception cref="FormatRefusedException">A node that should define it does not.</exception>
    public ImportValue Value(OnnxNode node, string name) =>
        TryValue(name) ?? throw node.Refused($"takes {Printable.Shortened(name)}, which is no result that can be computed");

    /// <summary>What a name stands for; null if that is not known yet.</summary>
    public ImportValue? TryValue(string name) =>
        _values.TryGetValue(name, out ImportValue value) ? value : _importer.Initializer(name) is { } constant ? (ImportValue?)constant : null;

    /// <summary>Says what a name stands for.</summary>
    public void Define(string name, ImportValue value) => _values[name] = value;

    /// <summary>A constant as a tensor to compute with: the server's, unless it says nothing of what was learnt.</summary>
    public SecretTensor Known(ConstantTensor constant)
    {
        if (_known.TryGetValue(constant, out SecretTensor? known))
        {
            return known;
        }

        Shape shape = constant.Shape.Rank == 0 ? new Shape(1) : constant.Shape;
        Visibility visibility = constant.IsPublic ? Visibility.Public : Visibility.Private(Party.Server);
        known = _program.Known(new TensorProgram.Constant(Printable.Shortened(constant.Name), visibility, shape, constant.Values));
        _known.Add(constant, known);
        return known;
    }

    /// <summary>Counts elements of a constant to be made.</summary>
    /// <exception cref="FormatRefusedException">Constants take too much memory.</exception>
    public void Spend(OnnxNode node, long elements)
    {
        _budget -= elements;
        if (_budget < 0)
        {
            throw node.Refused("makes a constant too many: those that the model computes from its own would take too much memory");
        }
    }

    /// <summary>The one node that uses a node's first output, if there is just one.</summary>
    public OnnxNode? OnlyUser(OnnxNode node) => node.Outputs.Length > 0 ? _importer.OnlyUser(node.Outputs[0]) : null;

    /// <summary>Notes that a node's work has been put into the one before it.</summary>
    public void Fold(OnnxNode node) => _folded.Add(node);
}
