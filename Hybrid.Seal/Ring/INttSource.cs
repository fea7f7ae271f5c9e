using System.Runtime.CompilerServices;

namespace Hybrid.Seal.Ring;

/// <summary>How the first pass of a transform reads residues: as doubles that stand for them modulo its prime, with B at most 1.</summary>
internal unsafe interface INttSource<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    /// <summary>The residues at an address, modulo <paramref name="origin"/>, as numbers modulo <paramref name="prime"/>.</summary>
    static abstract TVector Load(ulong* source, in PrimeLanes<TVector, TLanes> origin, in PrimeLanes<TVector, TLanes> prime);
}

/// <summary>Canonical residues of the transform's own prime.</summary>
internal readonly unsafe struct CanonicalSource<TVector, TLanes> : INttSource<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(ulong* source, in PrimeLanes<TVector, TLanes> origin, in PrimeLanes<TVector, TLanes> prime) =>
        TLanes.LoadIntegers(source);
}

/// <summary>Canonical residues of a prime q up to 2p, each taken as the number of its class nearest to zero.</summary>
/// <remarks>
/// Reduction of x in [0, q) gives that number exactly: x / q is 1 / (2q) or more, at least 2^-51, away from one half, and the error of
/// the quotient is below 2^-53.
/// </remarks>
internal readonly unsafe struct CentredSource<TVector, TLanes> : INttSource<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(ulong* source, in PrimeLanes<TVector, TLanes> origin, in PrimeLanes<TVector, TLanes> prime) =>
        origin.Reduce(TLanes.LoadIntegers(source));
}

/// <summary>As <see cref="CentredSource{TVector, TLanes}"/>, for a prime q of any size below 2^50.</summary>
internal readonly unsafe struct RebasedSource<TVector, TLanes> : INttSource<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(ulong* source, in PrimeLanes<TVector, TLanes> origin, in PrimeLanes<TVector, TLanes> prime) =>
        prime.Reduce(origin.Reduce(TLanes.LoadIntegers(source)));
}
