namespace Hybrid.Seal.Ring;

/// <summary>
/// What the kernels on doubles ask of a vector of doubles; each loop over it exists once, such as <see cref="VectorNtt{TVector, TLanes}"/>.
/// </summary>
/// <typeparam name="TVector">The vector, of <see cref="Count"/> lanes.</typeparam>
internal unsafe interface IDoubleLanes<TVector>
    where TVector : struct
{
    /// <summary>Whether this machine has the instructions.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Lanes of a vector: 1, 4 or 8.</summary>
    static abstract int Count { get; }

    /// <summary>The same number in every lane.</summary>
    static abstract TVector Broadcast(double value);

    /// <summary>The numbers at an address, of any alignment.</summary>
    static abstract TVector Load(double* source);

    /// <summary>The <paramref name="period"/> numbers at an address, over and over: 2, 4 or 8, at most <see cref="Count"/>.</summary>
    static abstract TVector LoadPeriodic(double* source, int period);

    /// <summary>The numbers <c>source[indices[i]]</c>.</summary>
    static abstract TVector LoadIndexed(double* source, int* indices);

    /// <summary>Writes the numbers to an address, of any alignment.</summary>
    static abstract void Store(TVector x, double* destination);

    /// <summary>Integers in [0, 2^52) at an address, as doubles.</summary>
    static abstract TVector LoadIntegers(ulong* source);

    /// <summary>Writes integral doubles in [0, 2^52) to an address, as integers.</summary>
    static abstract void StoreIntegers(TVector x, ulong* destination);

    /// <summary>Writes integral doubles of magnitude up to 2^51 to an address, as integers with a sign.</summary>
    static abstract void StoreSigned(TVector x, long* destination);

    /// <summary>x + y.</summary>
    static abstract TVector Add(TVector x, TVector y);

    /// <summary>x - y.</summary>
    static abstract TVector Subtract(TVector x, TVector y);

    /// <summary>x y, rounded.</summary>
    static abstract TVector Multiply(TVector x, TVector y);

    /// <summary>x y + z, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector y, TVector z);

    /// <summary>x y - z, rounded once.</summary>
    static abstract TVector MultiplySubtract(TVector x, TVector y, TVector z);

    /// <summary>z - x y, rounded once.</summary>
    static abstract TVector MultiplyAddNegated(TVector x, TVector y, TVector z);

    /// <summary>x + y in the lanes where x is below zero, x in the others.</summary>
    static abstract TVector AddWhereNegative(TVector x, TVector y);

    /// <summary>The larger of |x| and |y|, where infinity is above every number and NaN above infinity.</summary>
    static abstract TVector LargerMagnitude(TVector x, TVector y);

    /// <summary>
    /// One step of the forward levels inside registers. Distance Count / 2 takes two vectors of consecutive elements, and each smaller
    /// distance what the last one left; it leaves in a lane of <paramref name="x"/> an element and in that lane of <paramref name="y"/>
    /// the one <paramref name="distance"/> further, the lanes being such that the butterflies' groups, in bit-reversed order, repeat.
    /// </summary>
    static abstract void Spread(ref TVector x, ref TVector y, int distance);

    /// <summary>Puts the lanes back in order after the step of distance 1.</summary>
    static abstract void Gather(ref TVector x, ref TVector y);

    /// <summary>The way back: undoes <see cref="Gather"/>.</summary>
    static abstract void UndoGather(ref TVector x, ref TVector y);

    /// <summary>The way back: undoes <see cref="Spread"/> of the same distance.</summary>
    static abstract void UndoSpread(ref TVector x, ref TVector y, int distance);
}
