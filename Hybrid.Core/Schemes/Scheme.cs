namespace Hybrid.Schemes;

/// <summary>How a tensor is held.</summary>
public enum Scheme
{
    /// <summary>In the clear, by one party.</summary>
    Plain,

    /// <summary>As Paillier ciphertexts at the server, the client having the key.</summary>
    Paillier,

    /// <summary>As CKKS ciphertexts at the server, the client having the key.</summary>
    Ckks,

    /// <summary>As additive shares, one at each party.</summary>
    Shares,
}
