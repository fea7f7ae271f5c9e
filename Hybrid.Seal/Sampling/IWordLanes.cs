namespace Hybrid.Seal.Sampling;

/// <summary>What the samplers and BLAKE2b ask of a vector of 64-bit words; the loops over it exist once.</summary>
/// <typeparam name="TVector">The vector, of <see cref="Count"/> lanes.</typeparam>
internal unsafe interface IWordLanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Whether this machine has the instructions.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Lanes of a vector: 1, 4 or 8.</summary>
    static abstract int Count { get; }

    /// <summary>The same word in every lane.</summary>
    static abstract TVector Broadcast(ulong value);

    /// <summary>The words at an address, of any alignment.</summary>
    static abstract TVector Load(ulong* source);

    /// <summary>Writes the words to an address, of any alignment.</summary>
    static abstract void Store(TVector x, ulong* destination);

    /// <summary>x + y mod 2^64.</summary>
    static abstract TVector Add(TVector x, TVector y);

    /// <summary>x - y mod 2^64.</summary>
    static abstract TVector Subtract(TVector x, TVector y);

    /// <summary>The bits that are in both.</summary>
    static abstract TVector And(TVector x, TVector y);

    /// <summary>The bits that are in one of both.</summary>
    static abstract TVector Xor(TVector x, TVector y);

    /// <summary>x y mod 2^64.</summary>
    static abstract TVector MultiplyLow(TVector x, TVector y);

    /// <summary>floor(x y / 2^64), of unsigned words.</summary>
    static abstract TVector MultiplyHigh(TVector x, TVector y);

    /// <summary>x + y in the lanes where x, as a signed word, is below zero; x in the others.</summary>
    static abstract TVector AddWhereNegative(TVector x, TVector y);

    /// <summary>Whether a word of x, unsigned, is at or above its bound.</summary>
    static abstract bool AnyAtLeast(TVector x, TVector bound);

    /// <summary>x rotated by 32 bits.</summary>
    static abstract TVector Rotate32(TVector x);

    /// <summary>x rotated to the right by 24 bits.</summary>
    static abstract TVector RotateRight24(TVector x);

    /// <summary>x rotated to the right by 16 bits.</summary>
    static abstract TVector RotateRight16(TVector x);

    /// <summary>x rotated to the right by 63 bits.</summary>
    static abstract TVector RotateRight63(TVector x);

    /// <summary>
    /// Writes eight vectors by columns: at <c>destination + 8 i</c> the eight words of lane i, for all lanes.
    /// </summary>
    static abstract void StoreColumns(TVector* rows, ulong* destination);
}
