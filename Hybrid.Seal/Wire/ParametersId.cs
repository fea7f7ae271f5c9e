using System.Buffers.Binary;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;

namespace Hybrid.Seal.Wire;

/// <summary>
/// Microsoft SEAL's parms_id, by which an object names its parameters and level: BLAKE2b-256 of scheme (2), degree, primes and
/// plaintext modulus (0), each as 64 bits, little endian.
/// </summary>
/// <remarks>Source: Microsoft SEAL 4, EncryptionParameters::compute_parms_id.</remarks>
internal static class ParametersId
{
    /// <summary>Its length in bytes.</summary>
    public const int Size = 32;

    private const ulong CkksScheme = 2;

    /// <summary>Computes one.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="primes">How many of the primes: level + 1 for ciphertexts, all for keys.</param>
    /// <param name="destination">32 bytes.</param>
    public static void Compute(CkksParameters parameters, int primes, Span<byte> destination)
    {
        Span<byte> input = stackalloc byte[(3 + primes) * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(input, CkksScheme);
        BinaryPrimitives.WriteUInt64LittleEndian(input[sizeof(ulong)..], (ulong)parameters.Degree);
        Span<byte> rest = input[(2 * sizeof(ulong))..];
        foreach (Modulus prime in parameters.Primes.AsSpan()[..primes])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, prime.Value);
            rest = rest[sizeof(ulong)..];
        }

        rest.Clear();
        Blake2b.Hash(input, [], destination);
    }

    /// <summary>Whether bytes are the id of so many primes.</summary>
    public static bool Matches(ReadOnlySpan<byte> id, CkksParameters parameters, int primes)
    {
        Span<byte> expected = stackalloc byte[Size];
        Compute(parameters, primes, expected);
        return id.SequenceEqual(expected);
    }
}
