using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Hybrid.Models.Onnx;

/// <summary>
/// A graph whose names have been checked: each is defined once, each that is used is defined, and no node feeds itself by way of
/// others.
/// </summary>
/// <param name="Name">Its name; may be empty.</param>
/// <param name="Inputs">What a caller gives; initialisers that old files repeat among the inputs are left out.</param>
/// <param name="Outputs">What a caller gets: each is an input, an initialiser or an output of a node.</param>
/// <param name="Initializers">Constants by name.</param>
/// <param name="Nodes">Nodes, each after those that it depends on, and otherwise as in the file.</param>
internal sealed record OnnxGraph(
    string Name,
    ImmutableArray<OnnxValue> Inputs,
    ImmutableArray<OnnxValue> Outputs,
    FrozenDictionary<string, OnnxTensor> Initializers,
    ImmutableArray<OnnxNode> Nodes);
