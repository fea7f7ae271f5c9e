namespace Hybrid.Seal;

/// <summary>How the body of a saved object is compressed: Microsoft SEAL's compr_mode_type.</summary>
/// <remarks>
/// Residues are random, so compression saves little more than each word's unused high bits: a fifth with primes of 40 to 50 bits,
/// nothing with those of 60, for a hundred times the work of saving. SEAL's own default, Zstandard (2), is not part of .NET: files
/// saved with it are refused with a sentence that says so.
/// </remarks>
public enum SealCompression : byte
{
    /// <summary>As it is.</summary>
    None = 0,

    /// <summary>zlib (RFC 1950).</summary>
    Zlib = 1,
}
