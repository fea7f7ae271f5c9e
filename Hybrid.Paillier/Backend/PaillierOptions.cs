namespace Hybrid.Paillier;

/// <summary>How a party takes part in Paillier.</summary>
public sealed record PaillierOptions
{
    /// <summary>The client's key; a fresh one is made for the session if none is given. The session does not dispose of it.</summary>
    public PaillierPrivateKey? Key { get; init; }

    /// <summary>Bits of a fresh key, and of the keys that quotes are made for.</summary>
    public int KeyBits { get; init; } = PaillierPublicKey.DefaultBits;

    /// <summary>Threads to use.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;
}
