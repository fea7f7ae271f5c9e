namespace Hybrid.Mpc.Lookups;

/// <summary>
/// What the kernels of looked-up functions need of one vector width: reals side by side, and sums of products modulo 2^64.
/// Reals are rounded after each operation, never fused, so that every width makes the same coefficients.
/// </summary>
/// <typeparam name="TReal">The reals of one vector.</typeparam>
/// <typeparam name="TSum">The running sums of one vector, in the form the products leave them.</typeparam>
internal unsafe interface ILookupLanes<TReal, TSum>
    where TReal : struct
    where TSum : struct
{
    /// <summary>How many reals lie side by side.</summary>
    static abstract int Count { get; }

    /// <summary>The same real in every lane.</summary>
    static abstract TReal Broadcast(double value);

    /// <summary>Takes <see cref="Count"/> reals from memory of any alignment.</summary>
    static abstract TReal Load(double* source);

    /// <summary>Writes them.</summary>
    static abstract void Store(TReal value, double* destination);

    /// <summary>x + y.</summary>
    static abstract TReal Add(TReal x, TReal y);

    /// <summary>x - y.</summary>
    static abstract TReal Subtract(TReal x, TReal y);

    /// <summary>x · y.</summary>
    static abstract TReal Multiply(TReal x, TReal y);

    /// <summary>Writes the nearest integers, modulo 2^64, of reals below 2^51 in magnitude.</summary>
    static abstract void StoreRounded(TReal value, ulong* destination);

    /// <summary>Writes a value in the lane, counted from <paramref name="first"/>, that is chosen, and zero elsewhere.</summary>
    static abstract void StoreWhere(ulong value, ulong first, ulong chosen, ulong* destination);

    /// <summary>sum + c · words mod 2^64, c being the integers nearest to coefficients below 2^31 in magnitude.</summary>
    static abstract TSum MultiplyAdd(TSum sum, TReal coefficients, ulong* words);

    /// <summary>The sum of all lanes.</summary>
    static abstract ulong Total(TSum sum);
}
