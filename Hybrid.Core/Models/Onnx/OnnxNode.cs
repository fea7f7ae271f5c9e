using System.Collections.Immutable;

namespace Hybrid.Models.Onnx;

/// <summary>One node of a graph: an operator with its inputs, outputs and attributes.</summary>
internal sealed class OnnxNode
{
    private readonly string _what;
    private readonly Dictionary<string, OnnxAttribute> _attributes;

    /// <summary>Makes a node.</summary>
    /// <param name="what">What to call the model in errors.</param>
    /// <param name="name">The node's name.</param>
    /// <param name="opType">Its operator.</param>
    /// <param name="domain">Its operator's domain.</param>
    /// <param name="inputs">Names of its inputs.</param>
    /// <param name="outputs">Names of its outputs.</param>
    /// <param name="attributes">Its attributes, by name.</param>
    public OnnxNode(
        string what, string name, string opType, string domain, ImmutableArray<string> inputs, ImmutableArray<string> outputs, Dictionary<string, OnnxAttribute> attributes)
    {
        _what = what;
        _attributes = attributes;
        Name = name;
        OpType = opType;
        Domain = domain;
        Inputs = inputs;
        Outputs = outputs;
    }

    /// <summary>Its name in the file; where it has none, operator and place, such as "Gemm 3" for the third node.</summary>
    public string Name { get; }

    /// <summary>Its operator, such as "Gemm".</summary>
    public string OpType { get; }

    /// <summary>The domain of its operator, by its short name; see <see cref="OnnxDomain"/>.</summary>
    public string Domain { get; }

    /// <summary>Names of its inputs, in the operator's order; an empty one stands for an optional input that is absent.</summary>
    public ImmutableArray<string> Inputs { get; }

    /// <summary>Names of its outputs, in the operator's order; an empty one stands for an output that nobody wants.</summary>
    public ImmutableArray<string> Outputs { get; }

    /// <summary>Names of the attributes that are set.</summary>
    public IReadOnlyCollection<string> AttributeNames => _attributes.Keys;

    /// <summary>Whether an attribute holds subgraphs, as those of If, Loop and Scan do.</summary>
    public bool HasSubgraphs => _attributes.Values.Any(attribute => attribute.Kind is OnnxAttributeKind.Graph or OnnxAttributeKind.Graphs);

    /// <summary>Whether an input is there: named, and not left out.</summary>
    /// <param name="index">Its place, from 0.</param>
    public bool HasInput(int index) => index < Inputs.Length && Inputs[index].Length > 0;

    /// <summary>What an attribute holds; null if it is not set.</summary>
    public OnnxAttributeKind? KindOf(string name) => _attributes.TryGetValue(name, out OnnxAttribute? attribute) ? attribute.Kind : null;

    /// <summary>The integer of an attribute.</summary>
    /// <param name="name">The attribute.</param>
    /// <param name="fallback">What an attribute that is not set stands for.</param>
    /// <exception cref="FormatRefusedException">The attribute holds something else.</exception>
    public long Integer(string name, long fallback) => Find(name, OnnxAttributeKind.Integer)?.Integer ?? fallback;

    /// <summary>The float of an attribute; it need not be finite.</summary>
    /// <inheritdoc cref="Integer(string, long)" path="/param|/exception"/>
    public float Float(string name, float fallback) => Find(name, OnnxAttributeKind.Float)?.Float ?? fallback;

    /// <summary>The text of an attribute: short, and free of control characters.</summary>
    /// <inheritdoc cref="Integer(string, long)" path="/param|/exception"/>
    public string Text(string name, string fallback) =>
        Find(name, OnnxAttributeKind.Text) is { } attribute ? Text(attribute, 0) : fallback;

    /// <summary>The integers of an attribute.</summary>
    /// <param name="name">The attribute.</param>
    /// <param name="fallback">What an attribute that is not set stands for; left out, it is no integers.</param>
    /// <exception cref="FormatRefusedException">The attribute holds something else.</exception>
    public ImmutableArray<long> Integers(string name, ImmutableArray<long> fallback = default) =>
        Find(name, OnnxAttributeKind.Integers)?.Integers ?? OrEmpty(fallback);

    /// <summary>The floats of an attribute; they need not be finite.</summary>
    /// <inheritdoc cref="Integers(string, ImmutableArray{long})" path="/param|/exception"/>
    public ImmutableArray<float> Floats(string name, ImmutableArray<float> fallback = default) =>
        Find(name, OnnxAttributeKind.Floats)?.Floats ?? OrEmpty(fallback);

    /// <summary>The texts of an attribute: each short, and free of control characters.</summary>
    /// <inheritdoc cref="Integers(string, ImmutableArray{long})" path="/param|/exception"/>
    public ImmutableArray<string> Texts(string name, ImmutableArray<string> fallback = default) =>
        Find(name, OnnxAttributeKind.Texts) is { } attribute
            ? [.. Enumerable.Range(0, attribute.Texts.Length).Select(i => Text(attribute, i))]
            : OrEmpty(fallback);

    /// <summary>The tensor of an attribute; null if it is not set.</summary>
    /// <exception cref="FormatRefusedException">The attribute holds something else.</exception>
    public OnnxTensor? Tensor(string name) => Find(name, OnnxAttributeKind.Tensor)?.Tensor;

    /// <summary>Sees to it that an attribute is set, before it is asked for with some fallback.</summary>
    /// <exception cref="FormatRefusedException">It is not.</exception>
    public void Require(string name)
    {
        if (!_attributes.ContainsKey(name))
        {
            throw Refused($"lacks the attribute {name}");
        }
    }

    /// <summary>An error about this node.</summary>
    /// <param name="problem">The end of a sentence that starts with the model and the node, without its full stop.</param>
    /// <param name="cause">The error that led here, if one did.</param>
    public FormatRefusedException Refused(string problem, Exception? cause = null) => new($"{_what}: node {Label()} {problem}.", cause);

    /// <summary>The name as errors quote it, with the operator where the name is the file's.</summary>
    internal string Label() => Name.StartsWith(OpType, StringComparison.Ordinal)
        ? Printable.Shortened(Name)
        : $"{Printable.Shortened(Name)} ({Printable.Shortened(OpType)})";

    private static ImmutableArray<T> OrEmpty<T>(ImmutableArray<T> array) => array.IsDefault ? [] : array;

    private string Text(OnnxAttribute attribute, int index) => OnnxText.TryDecode(attribute.Texts[index].Span, OnnxLimits.TextBytes, out string? text)
        ? text
        : throw Refused($"has a text in its attribute {Printable.Shortened(attribute.Name)} that {OnnxText.WhatIsWrong(OnnxLimits.TextBytes)}");

    private OnnxAttribute? Find(string name, OnnxAttributeKind kind)
    {
        if (!_attributes.TryGetValue(name, out OnnxAttribute? attribute))
        {
            return null;
        }

        return attribute.Kind == kind
            ? attribute
            : throw Refused($"has {OnnxAttribute.InWords(attribute.Kind)} as its attribute {name}, which must be {OnnxAttribute.InWords(kind)}");
    }
}
