namespace Hybrid.Mpc.Ring64;

/// <summary>
/// What a matrix kernel needs of one vector width: words side by side, and a running sum of products modulo 2^64 in each.
/// The kernels are written once against this, and the compiler makes one copy of them for each width.
/// </summary>
/// <typeparam name="TWords">The words of one vector, in the form the products want them.</typeparam>
/// <typeparam name="TSum">The running sums of one vector, in the form the products leave them.</typeparam>
internal unsafe interface IProductLanes<TWords, TSum>
    where TWords : struct
    where TSum : struct
{
    /// <summary>How many words lie side by side.</summary>
    static abstract int Count { get; }

    /// <summary>Whether the kernel gains by copying the factors of a tile beside each other before it meets the panels.</summary>
    static abstract bool PacksFactors { get; }

    /// <summary>Takes <see cref="Count"/> words from memory of any alignment.</summary>
    static abstract TWords Load(ulong* source);

    /// <summary>sum + factor · words, in every lane.</summary>
    static abstract TSum MultiplyAdd(TSum sum, ulong factor, TWords words);

    /// <summary>sum + left · right, lane by lane.</summary>
    static abstract TSum MultiplyAdd(TSum sum, TWords left, TWords right);

    /// <summary>Writes the sums, or adds them to what is there.</summary>
    static abstract void Store(TSum sum, ulong* destination, bool accumulate);

    /// <summary>The sum of all lanes.</summary>
    static abstract ulong Total(TSum sum);
}
