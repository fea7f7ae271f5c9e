using System.Text.Json;

namespace Hybrid.Tests.Seal.Wire;

/// <summary>One file that Microsoft SEAL wrote.</summary>
/// <param name="File">Its name; the extension is how it is compressed.</param>
/// <param name="Kind">What it is: "parameters", "plaintext", "ciphertext", "secret key", "public key", "relinearisation keys" or "Galois keys".</param>
/// <param name="Mode">How it is compressed: "none", "zlib" or "zstd".</param>
/// <param name="Seeded">Whether second halves are given by seeds.</param>
/// <param name="Scale">Scale of a plaintext or ciphertext.</param>
/// <param name="Level">How many primes it has lost.</param>
/// <param name="Polynomials">How many polynomials a ciphertext has.</param>
/// <param name="Values">The slots of a plaintext or ciphertext.</param>
/// <param name="Bytes">The file.</param>
internal sealed record SealVector(
    string File, string Kind, string Mode, bool Seeded, double Scale, int Level, int Polynomials, double[] Values, byte[] Bytes)
{
    /// <summary>Reads one file's part of vectors.json, and the file.</summary>
    public static SealVector Read(string folder, JsonElement record)
    {
        string file = record.GetProperty("file").GetString()!;
        return new SealVector(
            file,
            record.GetProperty("kind").GetString()!,
            record.GetProperty("mode").GetString()!,
            record.TryGetProperty("seeded", out JsonElement seeded) && seeded.GetBoolean(),
            record.TryGetProperty("scale", out JsonElement scale) ? scale.GetDouble() : 0,
            record.TryGetProperty("level", out JsonElement level) ? level.GetInt32() : 0,
            record.TryGetProperty("polynomials", out JsonElement polynomials) ? polynomials.GetInt32() : 0,
            record.TryGetProperty("values", out JsonElement values) ? [.. values.EnumerateArray().Select(value => value.GetDouble())] : [],
            System.IO.File.ReadAllBytes(Path.Combine(folder, file)));
    }
}
