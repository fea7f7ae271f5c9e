using System.Collections.Immutable;

namespace Hybrid.Models.Onnx;

/// <summary>An input or an output of a graph, as the file declares it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What its elements are; <see cref="OnnxDataType.Undefined"/> if not said, or if it is no tensor.</param>
/// <param name="Dimensions">Its dimensions, outermost first; null if the file leaves even their number open.</param>
internal sealed record OnnxValue(string Name, OnnxDataType Type, ImmutableArray<OnnxDimension>? Dimensions)
{
    /// <summary>The declaration as in "pixels: float (batch, 64)".</summary>
    public override string ToString() =>
        $"{Name}: {Type.Name()} {(Dimensions is { } all ? $"({string.Join(", ", all)})" : "of unknown shape")}";
}

/// <summary>One dimension of a declared shape: known, named, or neither.</summary>
/// <param name="Length">Its length, 0 or more; null if unknown.</param>
/// <param name="Symbol">The name that stands for an unknown length, such as "batch"; null if there is none.</param>
internal readonly record struct OnnxDimension(int? Length, string? Symbol)
{
    /// <summary>The length, its name, or a question mark.</summary>
    public override string ToString() => Length?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? Symbol ?? "?";
}
