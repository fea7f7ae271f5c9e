using Hybrid.Models;
using Hybrid.Models.Onnx;
using Hybrid.Tensors;

namespace Hybrid.Cli;

/// <summary>Reads models of every kind: linear ones from JSON, networks from ONNX, told apart by the name of the file.</summary>
internal static class ServedModels
{
    private const string NetworkExtension = ".onnx";

    /// <summary>Reads a model.</summary>
    /// <param name="nameOrPath">The name of a model that comes with the program, or a file.</param>
    /// <exception cref="FormatRefusedException">The file is missing, or is no model.</exception>
    /// <exception cref="ParameterException">The model cannot be computed in fixed point.</exception>
    public static IServedModel Load(string nameOrPath) => Read(nameOrPath, null, null).Served;

    /// <summary>Reads a model, with what a network's file does not say.</summary>
    /// <param name="nameOrPath">The name of a model that comes with the program, or a file.</param>
    /// <param name="inputBound">No number of a row is larger in magnitude; null: 1 for the program's own networks, 16 for others.</param>
    /// <param name="rowShape">The shape of one row; null: the file says so.</param>
    /// <exception cref="FormatRefusedException">The file is missing, or is no model.</exception>
    /// <exception cref="ParameterException">The model cannot be computed in fixed point, or is linear and needs nothing said.</exception>
    public static LoadedModel Read(string nameOrPath, double? inputBound, Shape? rowShape)
    {
        string path = Samples.Model(nameOrPath);
        if (Path.GetExtension(path).Equals(NetworkExtension, StringComparison.OrdinalIgnoreCase))
        {
            var options = new OnnxLoadOptions { RowShape = rowShape };
            double bound = inputBound ?? (Samples.Networks.Contains(nameOrPath) ? 1 : options.InputBound);
            return new LoadedModel(OnnxNetwork.Load(path, options with { InputBound = bound }), null);
        }

        LinearModel linear = LinearModel.Load(path);
        return inputBound is null && rowShape is null
            ? new LoadedModel(FoldedModel.Of(linear), linear)
            : throw new ParameterException(ParameterFault.Mismatch, $"The model {linear.Name} is linear, and its file says all there is to know of its rows: leave --input-bound and --row-shape out.");
    }
}
