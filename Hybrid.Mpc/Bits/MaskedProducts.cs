using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Hybrid.Mpc.Bits;

/// <summary>XOR shares of products of bits that are public but for masks.</summary>
/// <remarks>
/// Factors v_i = o_i ⊕ m_i: o_i is public, and of the m_i and of their products the parties hold XOR shares. A product over the
/// set T is ⊕_{S ⊆ T} (∏_{T∖S} o_i) · (∏_S m_i), a sum that folds by one factor at a time: M'[S] = M[S ∪ {i}] ⊕ o_i · M[S] has half
/// as many terms as M and no i. Here a tail is a mask m together with its products with the masks of the first d factors, as shares:
/// product S − 1 is m · ∏_{i ∈ S} m_i, where bit i of S stands for factor i; its 2^d terms fold to v_0 ⋯ v_{d−1} · m.
/// </remarks>
internal static unsafe class MaskedProducts<TLanes, TVector>
    where TLanes : struct, IBitLanes<TVector>
    where TVector : struct
{
    /// <summary>One fold: with ⊕ opened · without.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Fold(TVector opened, TVector without, TVector with) => TLanes.Xor(with, TLanes.And(opened, without));

    /// <summary>A share of v_0 ⋯ v_{depth−1} · m.</summary>
    /// <param name="depth">How many factors, in [1, 5]; a constant, so that no branch is left.</param>
    /// <param name="mask">The share of m.</param>
    /// <param name="products">The shares of its 2^depth − 1 products.</param>
    /// <param name="stride">Words from one product's share to the next.</param>
    /// <param name="opened0">o_0.</param>
    /// <param name="opened1">o_1, where depth is more than 1.</param>
    /// <param name="opened2">o_2, where depth is more than 2.</param>
    /// <param name="opened3">o_3, where depth is more than 3.</param>
    /// <param name="opened4">o_4, where depth is more than 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tail(
        [ConstantExpected] int depth,
        TVector mask,
        ulong* products,
        nint stride,
        TVector opened0,
        TVector opened1,
        TVector opened2,
        TVector opened3 = default,
        TVector opened4 = default) => depth switch
        {
            5 => Fold(
                opened4,
                Tail4(mask, products, stride, opened0, opened1, opened2, opened3),
                Tail4(TLanes.Load(products + (15 * stride)), products + (16 * stride), stride, opened0, opened1, opened2, opened3)),
            4 => Tail4(mask, products, stride, opened0, opened1, opened2, opened3),
            _ => UpTo3(depth, mask, products, stride, opened0, opened1, opened2),
        };

    // Terms without the last factor's mask, then those with it, of which the first is a mask like that of the others.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Tail4(TVector mask, ulong* products, nint stride, TVector opened0, TVector opened1, TVector opened2, TVector opened3) => Fold(
        opened3,
        UpTo3(3, mask, products, stride, opened0, opened1, opened2),
        UpTo3(3, TLanes.Load(products + (7 * stride)), products + (8 * stride), stride, opened0, opened1, opened2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector UpTo3(
        [ConstantExpected] int depth, TVector mask, ulong* products, nint stride, TVector opened0, TVector opened1, TVector opened2)
    {
        // Named after the factors whose masks are still in the term; the last factor is folded first.
        TVector none = mask;
        TVector with0 = TLanes.Load(products);
        if (depth == 1)
            return Fold(opened0, none, with0);

        TVector with1 = TLanes.Load(products + stride);
        TVector with01 = TLanes.Load(products + (2 * stride));
        if (depth == 3)
        {
            none = Fold(opened2, none, TLanes.Load(products + (3 * stride)));
            with0 = Fold(opened2, with0, TLanes.Load(products + (4 * stride)));
            with1 = Fold(opened2, with1, TLanes.Load(products + (5 * stride)));
            with01 = Fold(opened2, with01, TLanes.Load(products + (6 * stride)));
        }

        return Fold(opened0, Fold(opened1, none, with1), Fold(opened1, with0, with01));
    }
}
