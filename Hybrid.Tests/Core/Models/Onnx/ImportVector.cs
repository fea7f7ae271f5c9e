using System.Globalization;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>A model that another program made, and what that makes of some rows; see Vectors/onnx/make.py.</summary>
internal sealed record ImportVector(string Name, byte[] Model, double[] Rows, double[] Expected)
{
    /// <summary>All cases of a file.</summary>
    public static ImportVector[] Load(string file) =>
        [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Vectors", "onnx", file)).Select(line => line.Split('|')).Select(parts => new ImportVector(parts[0], Convert.FromBase64String(parts[1]), Numbers(parts[2]), Numbers(parts[3])))];

    private static double[] Numbers(string text) => [.. text.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
}
