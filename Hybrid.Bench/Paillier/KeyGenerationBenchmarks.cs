using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Hybrid.Paillier;

namespace Hybrid.Bench.Paillier;

/// <summary>How long does a key take to make, beside an RSA key of the same size from the platform's library?</summary>
/// <remarks>Ours looks for its two primes on two threads. Times of single keys scatter widely: mind the error column.</remarks>
public class KeyGenerationBenchmarks
{
    /// <summary>Bits of n.</summary>
    [Params(2048, 3072)]
    public int Bits { get; set; }

    [Benchmark]
    public int Paillier()
    {
        using PaillierPrivateKey key = PaillierPrivateKey.Generate(Bits);
        return key.PublicKey.Bits;
    }

    // Some platforms put the work off until the key is asked for.
    [Benchmark(Baseline = true)]
    public int PlatformRsa()
    {
        using var rsa = RSA.Create(Bits);
        return rsa.ExportParameters(includePrivateParameters: true).Modulus!.Length;
    }
}
