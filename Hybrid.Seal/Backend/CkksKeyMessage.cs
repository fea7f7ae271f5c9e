namespace Hybrid.Seal;

/// <summary>The message of a session's set-up: the client's public key in SEAL's format.</summary>
internal static class CkksKeyMessage
{
    // Headers, parameters' hash, sizes, and the seed of the second polynomial.
    private const int Overhead = 1024;

    /// <summary>About the bytes of a public key whose second polynomial is a seed.</summary>
    public static int SeededBytes(CkksParameters parameters) => Overhead + (parameters.Primes.Length * parameters.Degree * sizeof(ulong));

    /// <summary>No public key of these parameters is longer, seeded or not.</summary>
    public static int MaximumBytes(CkksParameters parameters) => Overhead + (2 * parameters.Primes.Length * parameters.Degree * sizeof(ulong));
}
