using Hybrid.Models.Onnx.Import;

namespace Hybrid.Models.Onnx;

/// <summary>A node of a model, and whether it can be computed.</summary>
/// <param name="OpType">Its operator, such as Gemm.</param>
/// <param name="Name">Its name; operator and place if it has none.</param>
/// <param name="Instead">What to use in its place; null if it can be computed.</param>
public sealed record OnnxNodeReport(string OpType, string Name, string? Instead)
{
    /// <summary>Whether its operator is known.</summary>
    public bool IsSupported => Instead is null;
}

/// <summary>Says before anything else which operators of a model are not known: all of them at once.</summary>
public static class OnnxPreflight
{
    private const int MostNames = 3;

    /// <summary>The nodes that a model file's scores depend on.</summary>
    /// <param name="path">The file.</param>
    /// <param name="output">The output to take; the first of numbers if null.</param>
    /// <exception cref="FormatRefusedException">The file is no model that can be read.</exception>
    public static IReadOnlyList<OnnxNodeReport> Report(string path, string? output = null)
    {
        OnnxModel model = OnnxFile.Read(path);
        return Report(model, OnnxHead.Of(model, output));
    }

    /// <summary>The operators that can be computed, in the order of the alphabet.</summary>
    public static IEnumerable<string> Operators => OnnxTranslators.Names;

    /// <summary>Sees to it that all nodes which a model's scores depend on can be computed.</summary>
    /// <returns>The nodes.</returns>
    /// <exception cref="FormatRefusedException">Some cannot: the message names every operator, its nodes, and what to use instead.</exception>
    internal static IReadOnlyList<OnnxNodeReport> Check(OnnxModel model) => Check(model, OnnxHead.Of(model, null));

    /// <inheritdoc cref="Check(OnnxModel)"/>
    internal static IReadOnlyList<OnnxNodeReport> Check(OnnxModel model, OnnxHead head)
    {
        IReadOnlyList<OnnxNodeReport> nodes = Report(model, head);
        string[] problems = [.. nodes.Where(node => !node.IsSupported).GroupBy(node => (node.OpType, node.Instead)).Select(Problem)];
        return problems.Length == 0
            ? nodes
            : throw new FormatRefusedException($"The model {model.Name} has operators that cannot be computed: {string.Join("; ", problems)}.");
    }

    private static OnnxNodeReport[] Report(OnnxModel model, OnnxHead head) =>
    [
        .. OnnxImporter.Needed(model, head).Select(node => new OnnxNodeReport(
            Printable.Shortened(node.OpType), node.Label(), OnnxTranslators.Find(node) is not null ? null : OnnxSubstitutes.For(node))),
    ];

    private static string Problem(IGrouping<(string OpType, string? Instead), OnnxNodeReport> group)
    {
        string[] names = [.. group.Select(node => node.Name)];
        string more = names.Length > MostNames ? $" and {names.Length - MostNames} more" : string.Empty;
        return $"{group.Key.OpType} (node {string.Join(", ", names.Take(MostNames))}{more}), {group.Key.Instead}";
    }
}
