using System.Text;
using Hybrid.Models.Onnx;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>
/// An attribute for <see cref="OnnxBuilder"/>. A pair of a name and a value is one: <c>("axis", 1)</c>, <c>("alpha", 0.5f)</c>,
/// <c>("mode", "constant")</c>, <c>("pads", new[] { 1, 1 })</c>, <c>("value", tensor)</c>.
/// </summary>
internal sealed class OnnxAttributeDraft
{
    private readonly string _name;
    private readonly int _type;
    private readonly Action<WireMessage> _write;

    private OnnxAttributeDraft(string name, OnnxAttributeKind kind, Action<WireMessage> write)
        : this(name, (int)kind, write)
    {
    }

    private OnnxAttributeDraft(string name, int type, Action<WireMessage> write)
    {
        _name = name;
        _type = type;
        _write = write;
    }

    public static implicit operator OnnxAttributeDraft((string Name, int Value) pair) => (pair.Name, (long)pair.Value);

    public static implicit operator OnnxAttributeDraft((string Name, long Value) pair) =>
        new(pair.Name, OnnxAttributeKind.Integer, message => message.Integer(3, pair.Value));

    public static implicit operator OnnxAttributeDraft((string Name, float Value) pair) =>
        new(pair.Name, OnnxAttributeKind.Float, message => message.Float(2, pair.Value));

    public static implicit operator OnnxAttributeDraft((string Name, double Value) pair) => (pair.Name, (float)pair.Value);

    public static implicit operator OnnxAttributeDraft((string Name, string Value) pair) =>
        new(pair.Name, OnnxAttributeKind.Text, message => message.Text(4, pair.Value));

    public static implicit operator OnnxAttributeDraft((string Name, OnnxTensorDraft Value) pair) =>
        new(pair.Name, OnnxAttributeKind.Tensor, message => message.Nested(5, pair.Value.ToMessage(string.Empty)));

    public static implicit operator OnnxAttributeDraft((string Name, int[] Values) pair) =>
        (pair.Name, Array.ConvertAll(pair.Values, value => (long)value));

    public static implicit operator OnnxAttributeDraft((string Name, long[] Values) pair) =>
        new(pair.Name, OnnxAttributeKind.Integers, message => Array.ForEach(pair.Values, value => message.Integer(8, value)));

    public static implicit operator OnnxAttributeDraft((string Name, float[] Values) pair) =>
        new(pair.Name, OnnxAttributeKind.Floats, message => Array.ForEach(pair.Values, value => message.Float(7, value)));

    public static implicit operator OnnxAttributeDraft((string Name, double[] Values) pair) =>
        (pair.Name, Array.ConvertAll(pair.Values, value => (float)value));

    public static implicit operator OnnxAttributeDraft((string Name, string[] Values) pair) =>
        new(pair.Name, OnnxAttributeKind.Texts, message => Array.ForEach(pair.Values, value => message.Text(9, value)));

    /// <summary>A subgraph: that of another builder.</summary>
    public static OnnxAttributeDraft Graph(string name, OnnxBuilder graph) =>
        new(name, OnnxAttributeKind.Graph, message => message.Nested(6, graph.ToGraphMessage()));

    /// <summary>Integers or floats in one packed row, which readers of ONNX must take too.</summary>
    public static OnnxAttributeDraft Packed(string name, params long[] values) =>
        new(name, OnnxAttributeKind.Integers, message => message.PackedIntegers(8, values));

    /// <summary>Any type and any fields: for kinds without a name here, and for files that are wrong.</summary>
    /// <param name="name">The attribute; an empty one is left out.</param>
    /// <param name="type">The type it tells; 0 is left out.</param>
    /// <param name="write">What it has beside name and type.</param>
    public static OnnxAttributeDraft Any(string name, int type, Action<WireMessage> write) => new(name, type, write);

    public WireMessage ToMessage()
    {
        var message = new WireMessage();
        if (_name.Length > 0)
        {
            message.Bytes(1, Encoding.UTF8.GetBytes(_name));
        }

        _write(message);
        return _type == 0 ? message : message.Integer(20, _type);
    }
}
