using System.Collections.Immutable;

namespace Hybrid.Models.Onnx;

/// <summary>What an attribute holds, by ONNX's numbers.</summary>
internal enum OnnxAttributeKind
{
    /// <summary>A 32-bit float.</summary>
    Float = 1,

    /// <summary>A 64-bit integer.</summary>
    Integer = 2,

    /// <summary>A text.</summary>
    Text = 3,

    /// <summary>A tensor.</summary>
    Tensor = 4,

    /// <summary>A subgraph; its content is not kept.</summary>
    Graph = 5,

    /// <summary>32-bit floats.</summary>
    Floats = 6,

    /// <summary>64-bit integers.</summary>
    Integers = 7,

    /// <summary>Texts.</summary>
    Texts = 8,

    /// <summary>Tensors; their content is not kept.</summary>
    Tensors = 9,

    /// <summary>Subgraphs; their content is not kept.</summary>
    Graphs = 10,

    /// <summary>A sparse tensor; its content is not kept.</summary>
    SparseTensor = 11,

    /// <summary>Sparse tensors; their content is not kept.</summary>
    SparseTensors = 12,

    /// <summary>A type; its content is not kept.</summary>
    Type = 13,

    /// <summary>Types; their content is not kept.</summary>
    Types = 14,
}

/// <summary>One attribute of a node: the field that its kind names is set, the others are empty.</summary>
internal sealed class OnnxAttribute
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it holds.</summary>
    public required OnnxAttributeKind Kind { get; init; }

    /// <summary>The integer.</summary>
    public long Integer { get; init; }

    /// <summary>The float.</summary>
    public float Float { get; init; }

    /// <summary>The integers.</summary>
    public ImmutableArray<long> Integers { get; init; } = [];

    /// <summary>The floats.</summary>
    public ImmutableArray<float> Floats { get; init; } = [];

    /// <summary>The text, or the texts, as the bytes of the file.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Texts { get; init; } = [];

    /// <summary>The tensor.</summary>
    public OnnxTensor? Tensor { get; init; }

    /// <summary>A kind in words, for errors: "an integer".</summary>
    public static string InWords(OnnxAttributeKind kind) => kind switch
    {
        OnnxAttributeKind.Float => "a float",
        OnnxAttributeKind.Integer => "an integer",
        OnnxAttributeKind.Text => "a text",
        OnnxAttributeKind.Tensor => "a tensor",
        OnnxAttributeKind.Graph => "a subgraph",
        OnnxAttributeKind.Floats => "a list of floats",
        OnnxAttributeKind.Integers => "a list of integers",
        OnnxAttributeKind.Texts => "a list of texts",
        OnnxAttributeKind.Tensors => "a list of tensors",
        OnnxAttributeKind.Graphs => "a list of subgraphs",
        OnnxAttributeKind.SparseTensor => "a sparse tensor",
        OnnxAttributeKind.SparseTensors => "a list of sparse tensors",
        OnnxAttributeKind.Type => "a type",
        _ => "a list of types",
    };
}
