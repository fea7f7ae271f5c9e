namespace Hybrid.Models.Onnx.Import;

/// <summary>How nodes of one operator become ops.</summary>
/// <param name="OpType">The operator.</param>
/// <param name="Translate">Computes the results of a node and gives them to it.</param>
internal sealed record Translator(string OpType, Action<NodeImport> Translate)
{
    /// <summary>The operator's domain, by its short name.</summary>
    public string Domain { get; init; } = OnnxDomain.Default;
}
