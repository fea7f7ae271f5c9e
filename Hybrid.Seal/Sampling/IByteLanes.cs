namespace Hybrid.Seal.Sampling;

/// <summary>What the samplers of small numbers ask of a vector of bytes; the loops over it exist once.</summary>
/// <typeparam name="TVector">The vector, of <see cref="Count"/> lanes.</typeparam>
internal unsafe interface IByteLanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Whether this machine has the instructions.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Lanes of a vector: 16, 32 or 64.</summary>
    static abstract int Count { get; }

    /// <summary>The same byte in every lane.</summary>
    static abstract TVector Broadcast(byte value);

    /// <summary>The bytes at an address, of any alignment.</summary>
    static abstract TVector Load(byte* source);

    /// <summary>x + y mod 2^8.</summary>
    static abstract TVector Add(TVector x, TVector y);

    /// <summary>x - y mod 2^8.</summary>
    static abstract TVector Subtract(TVector x, TVector y);

    /// <summary>The bits that are in both.</summary>
    static abstract TVector And(TVector x, TVector y);

    /// <summary>How many bits of each byte are ones.</summary>
    static abstract TVector CountOnes(TVector x);

    /// <summary>All ones in the lanes where x, unsigned, is at or above its bound; zero in the others.</summary>
    static abstract TVector AtLeast(TVector x, TVector bound);

    /// <summary>Writes the bytes, as signed numbers, to an address of any alignment, as 64-bit numbers.</summary>
    static abstract void StoreSigned(TVector x, long* destination);
}
