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

    /// <summary>x ∧ y.</summary>
    static abstract TVector And(TVector x, TVector y);

    /// <summary>x ∧ ¬y.</summary>
    static abstract TVector AndNot(TVector x, TVector y);

    /// <summary>Every word shifted to the left.</summary>
    static abstract TVector ShiftLeft(TVector x, int bits);

    /// <summary>Each block's control bit, the highest of its second word, in all of the block's bits.</summary>
    static abstract TVector ControlMask(TVector x);
}
