namespace Hybrid.Mpc.FunctionSharing;

/// <summary>
/// H(x) = π(σ(x)) ⊕ σ(x) with π = AES-128 under a public key and σ(L ‖ R) = (L ⊕ R) ‖ L: one AES block a value.
/// </summary>
/// <remarks>
/// With π as a random permutation, H(x ⊕ Δ) ⊕ b·Δ cannot be told from random by who does not know Δ (circular correlation
/// robustness): whoever spends p AES operations on q values succeeds with probability about p·q / 2^127. Each batch of keys has an
/// AES key of its own, so that q counts the values of one batch.
/// Source: Guo, Katz, Wang, Yu, "Efficient and Secure Multiparty Computation from Fixed-Key Block Ciphers" (2020).
/// A value is two words, R before L; as AES sees it, 16 bytes in little-endian order. Every kind yields the same values.
/// </remarks>
internal abstract unsafe class CorrelationRobustHash : IDisposable
{
    /// <summary>Length of the public key in bytes.</summary>
    public const int KeyBytes = 16;

    /// <summary>The fastest kind that this machine runs, or the one that runs everywhere; for one thread at a time.</summary>
    public static CorrelationRobustHash Create(ReadOnlySpan<byte> key, bool portable = false) =>
        InstructionsHash.IsSupported && !portable ? new InstructionsHash(key) : new PlatformHash(key);

    /// <summary>Writes H(x) for every value; its time depends on their number alone.</summary>
    /// <param name="source">The values, two words each.</param>
    /// <param name="destination">Room for as many; not overlapping the source.</param>
    /// <param name="blocks">How many: a multiple of 8.</param>
    public abstract void Hash(ulong* source, ulong* destination, int blocks);

    /// <summary>Wipes what it holds.</summary>
    public abstract void Dispose();
}
