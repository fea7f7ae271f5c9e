namespace Hybrid.Planning;

/// <summary>Something that backends do, and that a machine's speed is measured by.</summary>
/// <param name="Name">Its name, as in shares.round.</param>
/// <param name="Usual">What it takes on a usual machine: seconds, or for a part of a scheme 1, for as long as the scheme's own estimate says.</param>
public sealed record MachinePrimitive(string Name, double Usual)
{
    /// <summary>How a part of a scheme of ciphertexts compares with the scheme's estimate.</summary>
    internal static MachinePrimitive Of(Schemes.Scheme scheme, CipherPart part) => new($"{scheme}.{part}".ToLowerInvariant(), 1);
}

/// <summary>What is done in ciphertexts, apart from one another in time.</summary>
internal enum CipherPart
{
    /// <summary>The client encrypts what enters.</summary>
    Encrypt,

    /// <summary>The server reads it.</summary>
    Read,

    /// <summary>The server computes.</summary>
    Compute,

    /// <summary>The server makes results fit to leave.</summary>
    Reply,

    /// <summary>The client decrypts them.</summary>
    Decrypt,
}
