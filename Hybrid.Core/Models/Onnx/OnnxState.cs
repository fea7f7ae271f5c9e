using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Hybrid.Models.Onnx;

/// <summary>The weights of an ONNX file by name, for layers that are put together in C#.</summary>
public static class OnnxState
{
    /// <summary>Reads the initialisers of a model file that are tensors of numbers.</summary>
    /// <param name="path">The file; tensors beside it are read as well.</param>
    /// <returns>Each by its name in the file, as in fc1.weight.</returns>
    /// <exception cref="FormatRefusedException">The file is no model, or damaged.</exception>
    public static IReadOnlyDictionary<string, Tensor<double>> Load(string path) => Of(OnnxFile.Read(path));

    /// <summary>Reads them from the bytes of a file.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="FormatRefusedException">The bytes are no model.</exception>
    public static IReadOnlyDictionary<string, Tensor<double>> Load(ReadOnlyMemory<byte> bytes, string name) => Of(OnnxFile.Read(bytes, name));

    private static ImmutableSortedDictionary<string, Tensor<double>> Of(OnnxModel model) => model.Graph.Initializers
        .Where(pair => pair.Value.DataType != OnnxDataType.String)
        .ToImmutableSortedDictionary(
            pair => pair.Key,
            pair => Tensor.Create(pair.Value.ToDoubles(), [.. pair.Value.Shape.Lengths.Select(length => (nint)length)]),
            StringComparer.Ordinal);
}
