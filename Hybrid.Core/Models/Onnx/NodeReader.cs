using System.Collections.Immutable;
using Google.Protobuf;

namespace Hybrid.Models.Onnx;

/// <summary>Reads one node (NodeProto) and its attributes (AttributeProto).</summary>
internal sealed class NodeReader
{
    private readonly ExternalData _external;
    private readonly Dictionary<string, string> _names = [];
    private int _arguments;
    private int _attributes;

    /// <summary>Makes a reader of a graph's nodes.</summary>
    /// <param name="external">Where to look for values that lie in other files.</param>
    public NodeReader(ExternalData external) => _external = external;

    /// <summary>Reads a node.</summary>
    /// <param name="message">Its message.</param>
    /// <param name="number">Its place in the file, from 1.</param>
    /// <exception cref="FormatRefusedException">It is malformed.</exception>
    public OnnxNode Read(WireReader message, int number)
    {
        ImmutableArray<string>.Builder inputs = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<string>.Builder outputs = ImmutableArray.CreateBuilder<string>();
        var attributes = new List<WireReader>();
        (string name, string opType, string domain) = (string.Empty, string.Empty, string.Empty);
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    message.RequireRoom(_arguments++, OnnxLimits.Arguments, "inputs and outputs of nodes");
                    inputs.Add(Shared(message.Name()));
                    break;
                case 2:
                    message.RequireRoom(_arguments++, OnnxLimits.Arguments, "inputs and outputs of nodes");
                    outputs.Add(Shared(message.Name()));
                    break;
                case 3:
                    name = message.Name();
                    break;
                case 4:
                    opType = Shared(message.Name());
                    break;
                case 5:
                    message.RequireRoom(_attributes++, OnnxLimits.Attributes, "attributes of nodes");
                    attributes.Add(message.Nested());
                    break;
                case 7:
                    domain = Shared(OnnxDomain.Normalised(message.Name()));
                    break;
                default:
                    message.Skip();
                    break;
            }
        }

        if (opType.Length == 0)
        {
            throw message.Refused($"has a node {number} without an operator");
        }

        var named = new Dictionary<string, OnnxAttribute>(attributes.Count);
        var node = new OnnxNode(
            message.What, name.Length > 0 ? name : $"{opType} {number}", opType, domain, inputs.DrainToImmutable(), outputs.DrainToImmutable(), named);
        foreach (WireReader attribute in attributes)
        {
            OnnxAttribute read = ReadAttribute(attribute, node);
            if (!named.TryAdd(read.Name, read))
            {
                throw node.Refused($"has the attribute {Printable.Shortened(read.Name)} twice");
            }
        }

        return node;
    }

    private OnnxAttribute ReadAttribute(WireReader message, OnnxNode node)
    {
        string name = string.Empty;
        int type = 0;
        int seen = 0;
        long integer = 0;
        float number = 0;
        var integers = new List<long>();
        var floats = new List<float>();
        ImmutableArray<ReadOnlyMemory<byte>>.Builder texts = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        WireReader? tensor = null;
        while (message.Next())
        {
            OnnxAttributeKind kind = KindOfField(message.Field);
            if (kind != 0 && seen != 0 && (seen != (int)kind || kind == OnnxAttributeKind.Tensor))
            {
                throw node.Refused($"has two values in its attribute {Printable.Shortened(name)}");
            }

            seen = kind == 0 ? seen : (int)kind;
            switch (message.Field)
            {
                case 1:
                    name = Shared(message.Name());
                    break;
                case 20:
                    type = message.Integer((int)OnnxAttributeKind.Types, "has an attribute of the unknown type");
                    break;
                case 21:
                    if (message.Bytes().Count > 0)
                    {
                        throw node.Refused($"has an attribute {Printable.Shortened(name)} that refers to a function's, outside of any function");
                    }

                    break;
                case AttributeField.Float:
                    number = message.Float();
                    break;
                case AttributeField.Integer:
                    integer = message.Integer();
                    break;
                case AttributeField.Text:
                    texts.Clear();
                    texts.Add(message.Bytes());
                    break;
                case AttributeField.Texts:
                    texts.Add(message.Bytes());
                    break;
                case AttributeField.Tensor:
                    tensor = message.Nested();
                    break;
                case AttributeField.Floats:
                    for (WireReader packed = message.Packed(WireFormat.WireType.Fixed32); !packed.AtEnd;)
                    {
                        message.RequireRoom(floats.Count, OnnxLimits.Elements, "floats in an attribute");
                        floats.Add(packed.PackedFloat());
                    }

                    break;
                case AttributeField.Integers:
                    for (WireReader packed = message.Packed(WireFormat.WireType.Varint); !packed.AtEnd;)
                    {
                        message.RequireRoom(integers.Count, OnnxLimits.Elements, "integers in an attribute");
                        integers.Add(packed.PackedInteger());
                    }

                    break;
                default:
                    // Subgraphs among others: whatever is nested in them is passed over by its length.
                    message.Skip();
                    break;
            }
        }

        if (name.Length == 0)
        {
            throw node.Refused("has an attribute without a name");
        }

        string quoted = Printable.Shortened(name);
        if (type == 0 && seen == 0)
        {
            throw node.Refused($"has an attribute {quoted} without type or value");
        }

        // Files of the first format do not tell the type, and writers may leave out a value that is 0 or empty.
        var told = (OnnxAttributeKind)(type == 0 ? seen : type);
        if (seen != 0 && seen != (int)told)
        {
            throw node.Refused($"has {OnnxAttribute.InWords((OnnxAttributeKind)seen)} in its attribute {quoted}, which says to be {OnnxAttribute.InWords(told)}");
        }

        if (told == OnnxAttributeKind.Tensor && tensor is null)
        {
            throw node.Refused($"has an attribute {quoted} without its tensor");
        }

        if (told == OnnxAttributeKind.Text && texts.Count == 0)
        {
            texts.Add(default);
        }

        return new OnnxAttribute
        {
            Name = name,
            Kind = told,
            Integer = integer,
            Float = number,
            Integers = [.. integers],
            Floats = [.. floats],
            Texts = texts.DrainToImmutable(),
            Tensor = tensor is null ? null : TensorReader.Read(tensor, _external, $"the attribute {quoted} of node {node.Label()}"),
        };
    }

    // A name that many nodes use, such as an operator's, is kept once.
    private string Shared(string name)
    {
        if (_names.TryGetValue(name, out string? known))
        {
            return known;
        }

        _names.Add(name, name);
        return name;
    }

    private static OnnxAttributeKind KindOfField(int field) => field switch
    {
        AttributeField.Float => OnnxAttributeKind.Float,
        AttributeField.Integer => OnnxAttributeKind.Integer,
        AttributeField.Text => OnnxAttributeKind.Text,
        AttributeField.Tensor => OnnxAttributeKind.Tensor,
        AttributeField.Graph => OnnxAttributeKind.Graph,
        AttributeField.Floats => OnnxAttributeKind.Floats,
        AttributeField.Integers => OnnxAttributeKind.Integers,
        AttributeField.Texts => OnnxAttributeKind.Texts,
        AttributeField.Tensors => OnnxAttributeKind.Tensors,
        AttributeField.Graphs => OnnxAttributeKind.Graphs,
        AttributeField.Type => OnnxAttributeKind.Type,
        AttributeField.Types => OnnxAttributeKind.Types,
        AttributeField.SparseTensor => OnnxAttributeKind.SparseTensor,
        AttributeField.SparseTensors => OnnxAttributeKind.SparseTensors,
        _ => 0,
    };

    /// <summary>Numbers of the fields that hold an attribute's value.</summary>
    private static class AttributeField
    {
        public const int Float = 2;
        public const int Integer = 3;
        public const int Text = 4;
        public const int Tensor = 5;
        public const int Graph = 6;
        public const int Floats = 7;
        public const int Integers = 8;
        public const int Texts = 9;
        public const int Tensors = 10;
        public const int Graphs = 11;
        public const int Type = 14;
        public const int Types = 15;
        public const int SparseTensor = 22;
        public const int SparseTensors = 23;
    }
}
