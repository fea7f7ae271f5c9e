namespace Hybrid.Mpc.FunctionSharing;

/// <summary>
/// What the tree's steps need of one vector width: 16-byte blocks side by side. The steps are written once against this, and the
/// compiler makes one copy of them for each width.
/// </summary>
/// <typeparam name="TVector">The blocks of one vector.</typeparam>
internal unsafe interface IBlockLanes<TVector>
    where TVector : struct
{
    /// <summary>How many words a vector has: two for each block.</summary>
    static abstract int Words { get; }

    /// <summary>Takes <see cref="Words"/> words from memory of any alignment.</summary>
    static abstract TVector Load(ulong* source);

    /// <summary>Writes <see cref="Words"/> words.</summary>
    static abstract void Store(TVector value, ulong* destination);

    /// <summary>x ⊕ y.</summary>
    static abstract TVector Xor(TVector x, TVector y);

    /// <summary>x ∧ ¬y.</summary>
    static abstract TVector AndNot(TVector x, TVector y);

    /// <summary>Every word shifted to the left.</summary>
    static abstract TVector ShiftLeft(TVector x, int bits);

    /// <summary>Each block's second word, whose highest bit is the control bit, in both of its words.</summary>
    static abstract TVector Controls(TVector x);

    /// <summary>
    /// For each word, <paramref name="set"/> where the highest bit of <paramref name="by"/> is set and <paramref name="clear"/> elsewhere;
    /// all other bits of <paramref name="by"/> are ignored.
    /// </summary>
    static abstract TVector Choose(TVector by, TVector set, TVector clear);
}
