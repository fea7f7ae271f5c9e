namespace Hybrid.Cli;

/// <summary>The models and data that come with the program, and how names on the command line find them.</summary>
internal static class Samples
{
    public const string Default = "breast-cancer";

    // The networks take the pixels of digits, from 0 to 16, as numbers from 0 to 1.
    private const string NetworkData = "digits";
    private const double NetworkDivisor = 16;

    public static string[] Names { get; } = ["breast-cancer", "digits", "diabetes"];

    /// <summary>The networks that come with the program, which serve digits.</summary>
    public static string[] Networks { get; } = ["digits-mlp", "digits-cnn"];

    /// <summary>All of them, as help texts list them.</summary>
    public static string Listed => string.Join(", ", [.. Names, .. Networks]);

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
            return Find(path) ?? path;
        }

        return Find(Stem(model)) ?? throw new ParameterException(ParameterFault.Mismatch, "No rows to predict were named: add --data FILE.csv.");
    }

    /// <summary>What the numbers of rows are divided by unless the user says so: 16 for test rows that go to a network of the program's own.</summary>
    /// <param name="path">The data that was named, if any was.</param>
    /// <param name="model">The model that was named, if any was.</param>
    public static double Divisor(string? path, string? model) =>
        (path is null && Networks.Contains(Stem(model))) || Networks.Contains(path) || (path == NetworkData && Networks.Contains(Stem(model))) ? NetworkDivisor : 1;

    private static string Stem(string? model) => model is null ? string.Empty : Path.GetFileNameWithoutExtension(model);

    private static string? Find(string name) => Names.Contains(name) ? PathTo($"{name}-test.csv")
        : Networks.Contains(name) ? PathTo($"{NetworkData}-test.csv")
        : null;

    private static string PathTo(string file) => Path.Combine(AppContext.BaseDirectory, "samples", file);
}
