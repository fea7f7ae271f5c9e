namespace Hybrid.Mpc.Bits;

/// <summary>
/// What the kernels on bit planes need of one vector width. They are written once against this, and the compiler makes one copy of
/// them for each width.
/// </summary>
/// <typeparam name="TVector">The words of one vector.</typeparam>
internal unsafe interface IBitLanes<TVector>
    where TVector : struct
{
    /// <summary>How many words a vector has.</summary>
    static abstract int Words { get; }

    /// <summary>Lane i is the word i.</summary>
    static abstract TVector Ramp { get; }

    /// <summary>The same word in every lane.</summary>
    static abstract TVector All(ulong word);

    /// <summary>Takes <see cref="Words"/> words from memory of any alignment.</summary>
    static abstract TVector Load(ulong* source);

    /// <summary>Writes <see cref="Words"/> words.</summary>
    static abstract void Store(TVector value, ulong* destination);

    /// <summary>Takes <see cref="Words"/> words, each 64 words after the one before.</summary>
    static abstract TVector Gather(ulong* source);

    /// <summary>Writes <see cref="Words"/> words, each 64 words after the one before.</summary>
    static abstract void Scatter(TVector value, ulong* destination);

    /// <summary>x ⊕ y.</summary>
    static abstract TVector Xor(TVector x, TVector y);

    /// <summary>x ∧ y.</summary>
    static abstract TVector And(TVector x, TVector y);

    /// <summary>¬x.</summary>
    static abstract TVector Not(TVector x);

    /// <summary>Every word shifted to the left.</summary>
    static abstract TVector ShiftLeft(TVector x, int bits);

    /// <summary>Every word shifted to the right.</summary>
    static abstract TVector ShiftRight(TVector x, int bits);

    /// <summary>Every word shifted to the right by as many bits as its lane of <paramref name="bits"/> says, each in [0, 64).</summary>
    static abstract TVector ShiftRight(TVector x, TVector bits);
}
