using System.Text.Json;

namespace Hybrid.Tests.Seal.Wire;

/// <summary>What Microsoft SEAL wrote, with what each file holds; see Vectors/Seal/README.md.</summary>
internal static class SealVectors
{
    /// <summary>Every folder of files under the same parameters and keys.</summary>
    public static IReadOnlyList<SealVectorFamily> Families { get; } = ReadFamilies();

    /// <summary>The folder of that name.</summary>
    public static SealVectorFamily Family(string name) => Families.Single(family => family.Name == name);

    private static SealVectorFamily[] ReadFamilies()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Vectors", "Seal");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "vectors.json")));
        return [.. document.RootElement.EnumerateObject().Select(family => SealVectorFamily.Read(folder, family))];
    }
}
