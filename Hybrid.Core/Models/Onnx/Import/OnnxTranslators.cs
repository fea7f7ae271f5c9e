using System.Collections.Frozen;

namespace Hybrid.Models.Onnx.Import;

/// <summary>The operators that are known.</summary>
internal static class OnnxTranslators
{
    private static readonly FrozenDictionary<(string Domain, string OpType), Translator> All = new[]
    {
        Products.All, Activations.All, Pooling.All, Normalisation.All, Shapes.All, Reductions.All, Comparisons.All, Elementwise.All, Sources.All, Classical.All,
    }.SelectMany(family => family).ToFrozenDictionary(translator => (translator.Domain, translator.OpType));

    /// <summary>The operators' names, those of classical machine learning among them.</summary>
    public static IEnumerable<string> Names => All.Keys.Select(key => key.OpType).Order(StringComparer.Ordinal);

    /// <summary>The translator of a node; null if its operator is not known.</summary>
    public static Translator? Find(OnnxNode node) => All.GetValueOrDefault((node.Domain, node.OpType));
}
