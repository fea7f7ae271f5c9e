using Hybrid.Models;
using Hybrid.Models.Onnx;

namespace Hybrid.Cli;

/// <summary>Reads models of every kind: linear ones from JSON, networks from ONNX, told apart by the name of the file.</summary>
internal static class ServedModels
{
    private const string NetworkExtension = ".onnx";

    /// <summary>Reads a model.</summary>
    /// <param name="nameOrPath">The name of a model that comes with the program, or a file.</param>
    /// <exception cref="FormatRefusedException">The file is missing, or is no model.</exception>
    /// <exception cref="ParameterException">The model cannot be computed in fixed point.</exception>
    public static IServedModel Load(string nameOrPath)
    {
        string path = Samples.Model(nameOrPath);
        return Path.GetExtension(path).Equals(NetworkExtension, StringComparison.OrdinalIgnoreCase)
            ? OnnxNetwork.Load(path)
            : FoldedModel.Of(LinearModel.Load(path));
    }
}
