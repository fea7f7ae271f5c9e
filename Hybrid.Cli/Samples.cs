namespace Hybrid.Cli;

/// <summary>The models and data that come with the program, and how names on the command line find them.</summary>
internal static class Samples
{
    public const string Default = "breast-cancer";

    public static string[] Names { get; } = ["breast-cancer", "digits", "diabetes"];

    /// <summary>The networks that come with the program, which serve digits.</summary>
    public static string[] Networks { get; } = ["digits-mlp", "digits-cnn"];

    /// <summary>The model file that a name or path means.</summary>
    public static string Model(string nameOrPath) => Names.Contains(nameOrPath) ? PathTo($"{nameOrPath}.json")
        : Networks.Contains(nameOrPath) ? PathTo($"{nameOrPath}.onnx")
        : nameOrPath;

    /// <summary>The data that goes with a model, if none was named.</summary>
    /// <exception cref="ParameterException">The model is not one of the program's own.</exception>
    public static string Data(string? path, string? model)
    {
        if (path is not null)
        {
            return Names.Contains(path) ? PathTo($"{path}-test.csv") : path;
        }

        string name = model is null ? string.Empty : Path.GetFileNameWithoutExtension(model);
        return Names.Contains(name)
            ? PathTo($"{name}-test.csv")
            : throw new ParameterException(ParameterFault.Mismatch, "No rows to predict were named: add --data FILE.csv.");
    }

    private static string PathTo(string file) => Path.Combine(AppContext.BaseDirectory, "samples", file);
}
