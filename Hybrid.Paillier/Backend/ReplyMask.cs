namespace Hybrid.Paillier;

/// <summary>What a reply's values are hidden under besides fresh noise.</summary>
internal enum ReplyMask
{
    /// <summary>Nothing: the client is to learn the whole integers.</summary>
    None,

    /// <summary>Multiples of 2^64: the client is to learn the integers modulo 2^64.</summary>
    KeepsWords,

    /// <summary>Numbers that hide all of it: the client is to learn nothing.</summary>
    HidesAll,
}
