using Hybrid.Seal.Ring;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Seal;

/// <summary>What CKKS's steps cost at this party, from the counts of a packing and the time of its parts (docs/performance.md).</summary>
internal static class CkksCosts
{
    // The figures of a packing's cost are for AVX-512.
    private static double Slowdown => DoubleLanes512.IsSupported ? 1 : DoubleLanes256.IsSupported ? 1.4 : 8;

    public static double Encrypt(RingPacking packing) => Slowdown * packing.Options.Cost.Encryption(packing.Plan.CiphertextsUp, Degree(packing), Primes(packing));

    /// <summary>Reading inputs: expanding seeds takes as long as sampling.</summary>
    public static double Read(RingPacking packing) => Slowdown * packing.Options.Cost.Encryption(packing.Plan.CiphertextsUp, Degree(packing), Primes(packing)) / 2;

    /// <summary>Adding the server's share to what came in.</summary>
    public static double AddShare(RingPacking packing, int parallelism) =>
        Slowdown * packing.Options.Cost.Addition(packing.Plan.CiphertextsUp, Degree(packing), Primes(packing)) / Math.Min(parallelism, packing.Plan.CiphertextsUp);

    public static double Products(RingPacking packing, int parallelism) => Slowdown * packing.Options.Cost.Products(packing.Plan.Products, Degree(packing), Primes(packing)) / parallelism;

    public static double Reply(RingPacking packing, int parallelism) =>
        Slowdown * packing.Options.Cost.Replies(packing.Plan.CiphertextsDown, Degree(packing), Primes(packing)) / Math.Min(parallelism, packing.Plan.CiphertextsDown);

    public static double Decrypt(RingPacking packing) => Slowdown * packing.Options.Cost.Decryption(packing.Plan.CiphertextsDown, Degree(packing), Primes(packing));

    private static int Degree(RingPacking packing) => packing.Parameters.Degree;

    private static int Primes(RingPacking packing) => packing.Parameters.DataPrimeCount;
}
