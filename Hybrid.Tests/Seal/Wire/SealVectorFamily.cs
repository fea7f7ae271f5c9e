using System.Globalization;
using System.Text.Json;

namespace Hybrid.Tests.Seal.Wire;

/// <summary>Files under the same parameters and keys.</summary>
/// <param name="Name">The folder.</param>
/// <param name="Degree">N.</param>
/// <param name="Primes">The primes, the key level's last.</param>
/// <param name="ParametersIds">parms_id of each level in hexadecimal, from the key level down.</param>
/// <param name="Files">The files.</param>
internal sealed record SealVectorFamily(
    string Name, int Degree, ulong[] Primes, string[] ParametersIds, IReadOnlyList<SealVector> Files)
{
    /// <summary>The bytes of a file, such as "public-key.none".</summary>
    public byte[] Bytes(string file) => Files.Single(vector => vector.File == file).Bytes;

    /// <summary>Reads one folder's part of vectors.json.</summary>
    public static SealVectorFamily Read(string folder, JsonProperty family)
    {
        JsonElement record = family.Value;
        string own = Path.Combine(folder, family.Name);
        return new SealVectorFamily(
            family.Name,
            record.GetProperty("degree").GetInt32(),
            [.. record.GetProperty("primes").EnumerateArray().Select(prime => ulong.Parse(prime.GetString()!, CultureInfo.InvariantCulture))],
            [.. record.GetProperty("parametersIds").EnumerateArray().Select(id => id.GetString()!)],
            [.. record.GetProperty("files").EnumerateArray().Select(file => SealVector.Read(own, file))]);
    }
}
