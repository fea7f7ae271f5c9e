namespace Hybrid.Seal;

/// <summary>The message of a session's set-up: the client's public key in SEAL's format.</summary>
internal static class CkksKeyMessage
{
    // Headers, parameters' hash, sizes, and the seed of the second polynomial.
    private const int Overhead = 1024;

    /// <summary>No public key of these parameters is longer, seeded or not.</summary>
    public static int MaximumBytes(CkksContext context) => Overhead + (2 * context.Parameters.Primes.Length * context.Degree * sizeof(ulong));
}
