using Hybrid.Models.Onnx;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>A dimension for <see cref="OnnxBuilder"/>: a number, a name such as "batch", or null for one that is left open.</summary>
internal readonly record struct OnnxDimDraft(long? Length, string? Symbol)
{
    public static implicit operator OnnxDimDraft(int length) => new(length, null);

    public static implicit operator OnnxDimDraft(long length) => new(length, null);

    public static implicit operator OnnxDimDraft(string? symbol) => new(null, symbol);
}

/// <summary>
/// Writes ONNX files for tests:
/// <code>
/// OnnxModel model = new OnnxBuilder()
///     .Input("x", "batch", 64)
///     .Initializer("w", OnnxTensorDraft.Floats([10, 64], weights))
///     .Node("Gemm", ["x", "w"], ["y"], ("transB", 1))
///     .Output("y", "batch", 10)
///     .Read();
/// </code>
/// Nothing is checked, so that wrong files can be written as well.
/// </summary>
internal sealed class OnnxBuilder
{
    private readonly WireMessage _graph = new();
    private readonly List<(string Domain, long Version)> _opsets = [];
    private readonly List<Action<WireMessage>> _extras = [];
    private long _irVersion = 8;
    private bool _hasGraph = true;
    private string _producer = "tests";

    /// <summary>An input of floats.</summary>
    public OnnxBuilder Input(string name, params ReadOnlySpan<OnnxDimDraft> dims) => Input(name, OnnxDataType.Float, dims);

    /// <summary>An input of any type.</summary>
    public OnnxBuilder Input(string name, OnnxDataType type, params ReadOnlySpan<OnnxDimDraft> dims) => Value(11, name, type, dims);

    /// <summary>An output of floats.</summary>
    public OnnxBuilder Output(string name, params ReadOnlySpan<OnnxDimDraft> dims) => Output(name, OnnxDataType.Float, dims);

    /// <summary>An output of any type.</summary>
    public OnnxBuilder Output(string name, OnnxDataType type, params ReadOnlySpan<OnnxDimDraft> dims) => Value(12, name, type, dims);

    /// <summary>An input of which only the number of dimensions is left open too.</summary>
    public OnnxBuilder InputOfAnyShape(string name, OnnxDataType type = OnnxDataType.Float) =>
        Graph(11, new WireMessage().Text(1, name).Nested(2, new WireMessage().Nested(1, new WireMessage().Integer(1, (int)type))));

    /// <summary>An output that is a sequence of maps, as classifiers of classical machine learning have.</summary>
    public OnnxBuilder OutputOfMaps(string name) =>
        Graph(12, new WireMessage().Text(1, name).Nested(2, new WireMessage().Nested(4, new WireMessage().Nested(1, new WireMessage().Nested(5, new WireMessage().Integer(1, 7))))));

    /// <summary>A constant.</summary>
    public OnnxBuilder Initializer(string name, OnnxTensorDraft tensor) => Graph(5, tensor.ToMessage(name));

    /// <summary>A node of the default domain, without a name.</summary>
    public OnnxBuilder Node(string opType, string[] inputs, string[] outputs, params OnnxAttributeDraft[] attributes) =>
        Node(string.Empty, opType, string.Empty, inputs, outputs, attributes);

    /// <summary>A node of classical machine learning, without a name.</summary>
    public OnnxBuilder MlNode(string opType, string[] inputs, string[] outputs, params OnnxAttributeDraft[] attributes) =>
        Node(string.Empty, opType, OnnxDomain.Ml, inputs, outputs, attributes);

    /// <summary>A node of any domain, with a name.</summary>
    public OnnxBuilder Node(string name, string opType, string domain, string[] inputs, string[] outputs, params OnnxAttributeDraft[] attributes)
    {
        var node = new WireMessage();
        Array.ForEach(inputs, input => node.Text(1, input));
        Array.ForEach(outputs, output => node.Text(2, output));
        if (name.Length > 0)
        {
            node.Text(3, name);
        }

        node.Text(4, opType);
        Array.ForEach(attributes, attribute => node.Nested(5, attribute.ToMessage()));
        if (domain.Length > 0)
        {
            node.Text(7, domain);
        }

        return Graph(1, node);
    }

    /// <summary>The default domain's opset, 17 unless said here.</summary>
    public OnnxBuilder Opset(long version) => Opset(string.Empty, version);

    /// <summary>An opset of a domain; the first one said takes the place of the default.</summary>
    public OnnxBuilder Opset(string domain, long version)
    {
        _opsets.Add((domain, version));
        return this;
    }

    /// <summary>The version of the format, 8 unless said here.</summary>
    public OnnxBuilder IrVersion(long version)
    {
        _irVersion = version;
        return this;
    }

    /// <summary>The program that wrote the file.</summary>
    public OnnxBuilder Producer(string name)
    {
        _producer = name;
        return this;
    }

    /// <summary>Leaves the graph out.</summary>
    public OnnxBuilder WithoutGraph()
    {
        _hasGraph = false;
        return this;
    }

    /// <summary>A field of the graph, as a message.</summary>
    public OnnxBuilder Graph(int field, WireMessage message)
    {
        _graph.Nested(field, message);
        return this;
    }

    /// <summary>A field of the model, after the others.</summary>
    public OnnxBuilder Extra(Action<WireMessage> write)
    {
        _extras.Add(write);
        return this;
    }

    public WireMessage ToGraphMessage() => _graph;

    /// <summary>The file.</summary>
    public byte[] ToBytes()
    {
        WireMessage model = new WireMessage().Integer(1, _irVersion).Text(2, _producer).Text(3, "1.0");
        if (_hasGraph)
        {
            model.Nested(7, _graph);
        }

        foreach ((string domain, long version) in _opsets.Count > 0 ? _opsets : [(string.Empty, 17)])
        {
            model.Nested(8, new WireMessage().Text(1, domain).Integer(2, version));
        }

        _extras.ForEach(write => write(model));
        return model.ToBytes();
    }

    /// <summary>The model as it is read.</summary>
    public OnnxModel Read(string? directory = null) => OnnxFile.Read(ToBytes(), "m", directory);

    private OnnxBuilder Value(int field, string name, OnnxDataType type, ReadOnlySpan<OnnxDimDraft> dims)
    {
        var shape = new WireMessage();
        foreach (OnnxDimDraft dim in dims)
        {
            var message = new WireMessage();
            if (dim.Length is { } length)
            {
                message.Integer(1, length);
            }
            else if (dim.Symbol is { } symbol)
            {
                message.Text(2, symbol);
            }

            shape.Nested(1, message);
        }

        WireMessage tensor = new WireMessage().Integer(1, (int)type).Nested(2, shape);
        return Graph(field, new WireMessage().Text(1, name).Nested(2, new WireMessage().Nested(1, tensor)));
    }
}
