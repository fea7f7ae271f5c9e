using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Seal.Ring;

/// <summary>What the last pass of a transform does with its values: two neighbouring vectors at a time, in order, with B at most 5.</summary>
internal unsafe interface INttSink<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    /// <summary>Takes the values at index <paramref name="at"/> and the vector behind it; they lie at <paramref name="data"/>.</summary>
    void Take(in PrimeLanes<TVector, TLanes> prime, TVector x, TVector y, double* data, int at);
}

/// <summary>Leaves canonical integers where the values lie.</summary>
internal readonly unsafe struct CanonicalSink<TVector, TLanes> : INttSink<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(in PrimeLanes<TVector, TLanes> prime, TVector x, TVector y, double* data, int at)
    {
        TLanes.StoreIntegers(prime.Canonical(prime.Reduce(x)), (ulong*)data);
        TLanes.StoreIntegers(prime.Canonical(prime.Reduce(y)), (ulong*)(data + TLanes.Count));
    }
}

/// <summary>The same, and has the processor fetch two other polynomials meanwhile, which will be multiplied with this one.</summary>
/// <remarks>The last pass is bound by arithmetic, so that what it fetches costs next to nothing; waiting for a key does.</remarks>
internal readonly unsafe struct FetchingSink<TVector, TLanes>(ulong* first, ulong* second) : INttSink<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    private const int LineWords = 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(in PrimeLanes<TVector, TLanes> prime, TVector x, TVector y, double* data, int at)
    {
        for (int line = 0; line < 2 * TLanes.Count; line += LineWords)
        {
            Sse.Prefetch1(first + at + line);
            Sse.Prefetch1(second + at + line);
        }

        default(CanonicalSink<TVector, TLanes>).Take(prime, x, y, data, at);
    }
}

/// <summary>destination = addend + (minuend - value) w, canonical: the end of a division by a prime.</summary>
/// <param name="minuend">N canonical residues.</param>
/// <param name="w">A canonical residue.</param>
/// <param name="addend">N canonical residues, or null for zero.</param>
/// <param name="destination">Takes N residues; may be the minuend's or the addend's memory.</param>
internal readonly unsafe struct QuotientSink<TVector, TLanes>(ulong* minuend, double w, ulong* addend, ulong* destination) : INttSink<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(in PrimeLanes<TVector, TLanes> prime, TVector x, TVector y, double* data, int at)
    {
        Take(prime, x, at);
        Take(prime, y, at + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Take(in PrimeLanes<TVector, TLanes> prime, TVector value, int at)
    {
        // [0, 1) less 1/2 at most is 3/2; times a factor up to 1, as a product with B = 3: 7/8.
        TVector difference = TLanes.Subtract(TLanes.LoadIntegers(minuend + at), prime.Reduce(value));
        TVector quotient = prime.Product(difference, TLanes.Broadcast(w));
        if (addend is not null)
        {
            quotient = prime.Reduce(TLanes.Add(quotient, TLanes.LoadIntegers(addend + at)));
        }

        TLanes.StoreIntegers(prime.Canonical(quotient), destination + at);
    }
}
