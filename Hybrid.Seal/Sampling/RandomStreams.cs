using System.Security.Cryptography;
using Hybrid.Security;

namespace Hybrid.Seal.Sampling;

/// <summary>Generators for one thread each, seeded from a source that may be slow or shared.</summary>
internal static class RandomStreams
{
    /// <summary>A fast generator with a fresh seed from the source. Takes 16 bytes of it.</summary>
    public static AesCtrGenerator Fork(IRandomSource random)
    {
        Span<byte> seed = stackalloc byte[AesCtrGenerator.SeedBytes];
        random.Fill(seed);
        try
        {
            return new AesCtrGenerator(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
