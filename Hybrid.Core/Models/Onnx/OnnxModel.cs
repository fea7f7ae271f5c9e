using System.Collections.Frozen;

namespace Hybrid.Models.Onnx;

/// <summary>What an ONNX file says: a graph, and the opsets that give its nodes their meaning.</summary>
/// <param name="Name">The file's name without its ending, or the name its bytes were given.</param>
/// <param name="IrVersion">Version of the file format.</param>
/// <param name="Producer">Program and version that wrote the file, such as "pytorch 2.4"; may be empty.</param>
/// <param name="Opsets">Versions by domain; the domain "ai.onnx" goes by its short name, the empty string.</param>
/// <param name="Graph">The graph.</param>
internal sealed record OnnxModel(string Name, long IrVersion, string Producer, FrozenDictionary<string, int> Opsets, OnnxGraph Graph)
{
    /// <summary>The version of the default domain's opset; 0 if the model does not import it.</summary>
    public int Opset => Opsets.GetValueOrDefault(OnnxDomain.Default);

    /// <summary>The version of the opset of classical machine learning; 0 if the model does not import it.</summary>
    public int MlOpset => Opsets.GetValueOrDefault(OnnxDomain.Ml);
}
