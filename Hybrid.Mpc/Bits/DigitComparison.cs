using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Bits;

/// <summary>The first level of the comparison [c &lt; r] of public words with secret ones: digits of four bits, no message.</summary>
/// <remarks>
/// The words have n bits, 1 ≤ n ≤ 64, and are cut into digits from the least significant bit on; the last digit may be shorter. With
/// e_i = r_i ⊕ ¬c_i, a digit's bits from 3 on down, [c = r] = e_3 e_2 e_1 e_0 and [c &lt; r] = ⊕_i ¬c_i · r_i · ∏_{j &gt; i} e_j: sums of
/// products of the r_i, with public coefficients. The dealer deals XOR shares of all these products (15 for a whole digit), and
/// <see cref="MaskedProducts{TLanes, TVector}"/> folds them: about 40 operations a digit for every vector of elements.
/// <para>
/// Planes lie as <see cref="BitPlanes"/> says. A digit's monomials come in the order of subsets 1, 2, … of its bits, where bit 0 of
/// the subset's number stands for the digit's most significant bit. Time depends on the sizes alone.
/// </para>
/// </remarks>
internal static unsafe class DigitComparison
{
    /// <summary>Bits of a whole digit.</summary>
    public const int DigitBits = 4;

    /// <summary>Monomials of a whole digit.</summary>
    public const int DigitMonomials = (1 << DigitBits) - 1;

    /// <summary>How many digits a word of <paramref name="bits"/> bits has: 1 to 16.</summary>
    public static int Digits(int bits) => (bits + DigitBits - 1) / DigitBits;

    /// <summary>How many monomials a word of <paramref name="bits"/> bits has, in planes: 1 to 240.</summary>
    public static int MonomialPlanes(int bits) => (bits / DigitBits * DigitMonomials) + (1 << (bits % DigitBits)) - 1;

    /// <summary>The monomials of secret words, in the clear, as the dealer shares them.</summary>
    /// <param name="bitPlanesOfR"><paramref name="bits"/> planes.</param>
    /// <param name="bits">n, in [1, 64].</param>
    /// <param name="planeWords">Words of a plane.</param>
    /// <param name="monomials"><see cref="MonomialPlanes"/> planes; overwritten.</param>
    /// <param name="width">The vector width.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of bits is out of range.</exception>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public static void Monomials(
        ReadOnlySpan<ulong> bitPlanesOfR, int bits, int planeWords, Span<ulong> monomials, KernelWidth width = KernelWidth.Auto)
    {
        CheckBits(bits);
        PlaneLoop.Check(bitPlanesOfR, bits, planeWords);
        PlaneLoop.Check(monomials, MonomialPlanes(bits), planeWords);
        fixed (ulong* source = bitPlanesOfR, destination = monomials)
        {
            for (int digit = 0; digit < Digits(bits); digit++)
            {
                ulong* r = source + ((nint)digit * DigitBits * planeWords);
                ulong* planes = destination + ((nint)digit * DigitMonomials * planeWords);
                int digitBits = Math.Min(DigitBits, bits - (digit * DigitBits));
                for (int depth = 0; depth < digitBits; depth++)
                {
                    // Subsets whose last bit this is: the bit alone, then its products with those before.
                    ulong* bit = r + ((nint)(digitBits - 1 - depth) * planeWords);
                    ulong* single = planes + ((nint)TailProducts.Count(depth) * planeWords);
                    new ReadOnlySpan<ulong>(bit, planeWords).CopyTo(new Span<ulong>(single, planeWords));
                    if (depth > 0)
                    {
                        ulong* most = r + ((nint)(digitBits - 1) * planeWords);
                        TailProducts.Write(
                            most, most - planeWords, most - (2 * (nint)planeWords), depth, bit, single + planeWords, planeWords, width);
                    }
                }
            }
        }
    }

    /// <summary>This party's XOR shares of [c &lt; r] and [c = r], digit by digit.</summary>
    /// <param name="cPlanes">c, public: <paramref name="bits"/> planes.</param>
    /// <param name="monomialShares">This party's shares of the monomials of r: <see cref="MonomialPlanes"/> planes.</param>
    /// <param name="first">Whether this is the first party, which alone takes what is public into its share.</param>
    /// <param name="bits">n, in [1, 64].</param>
    /// <param name="planeWords">Words of a plane.</param>
    /// <param name="less">The shares of [c &lt; r]: <see cref="Digits"/> planes; overwritten.</param>
    /// <param name="equal">The shares of [c = r]: <see cref="Digits"/> planes; overwritten.</param>
    /// <param name="width">The vector width.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of bits is out of range.</exception>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public static void Evaluate(
        ReadOnlySpan<ulong> cPlanes,
        ReadOnlySpan<ulong> monomialShares,
        bool first,
        int bits,
        int planeWords,
        Span<ulong> less,
        Span<ulong> equal,
        KernelWidth width = KernelWidth.Auto)
    {
        CheckBits(bits);
        PlaneLoop.Check(cPlanes, bits, planeWords);
        PlaneLoop.Check(monomialShares, MonomialPlanes(bits), planeWords);
        PlaneLoop.Check(less, Digits(bits), planeWords);
        PlaneLoop.Check(equal, Digits(bits), planeWords);
        fixed (ulong* c = cPlanes, monomials = monomialShares, lessOut = less, equalOut = equal)
        {
            for (nint digit = 0; digit < Digits(bits); digit++)
            {
                PlaneLoop.Run(
                    new Digit(
                        c + (digit * DigitBits * planeWords),
                        monomials + (digit * DigitMonomials * planeWords),
                        lessOut + (digit * planeWords),
                        equalOut + (digit * planeWords),
                        planeWords,
                        Math.Min(DigitBits, bits - ((int)digit * DigitBits)),
                        first ? ulong.MaxValue : 0),
                    planeWords,
                    width);
            }
        }
    }

    private static void CheckBits(int bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, BitPlanes.WordBits);
    }

    // One digit: the masks are the r_i and what is opened the ¬c_i, so that the factors are the e_i.
    private readonly struct Digit(ulong* c, ulong* monomials, ulong* less, ulong* equal, int stride, int bits, ulong one) : IPlaneStep
    {
        private readonly ulong* _c = c;
        private readonly ulong* _monomials = monomials;
        private readonly ulong* _less = less;
        private readonly ulong* _equal = equal;
        private readonly nint _stride = stride;
        private readonly int _bits = bits;
        private readonly ulong _one = one;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void At<TLanes, TVector>(nint word)
            where TLanes : struct, IBitLanes<TVector>
            where TVector : struct
        {
            TVector not0 = Not<TLanes, TVector>(word, 0);
            TVector most = TLanes.Load(_monomials + word);
            TVector less = TLanes.And(not0, most);
            TVector equal = MaskedProducts<TLanes, TVector>.Fold(not0, TLanes.All(_one), most);
            if (_bits > 1)
            {
                TVector not1 = Follow<TLanes, TVector>(1, word, not0, default, default, ref less, ref equal);
                if (_bits > 2)
                {
                    TVector not2 = Follow<TLanes, TVector>(2, word, not0, not1, default, ref less, ref equal);
                    if (_bits > 3)
                        Follow<TLanes, TVector>(3, word, not0, not1, not2, ref less, ref equal);
                }
            }

            TLanes.Store(less, _less + word);
            TLanes.Store(equal, _equal + word);
        }

        // Takes the bit that has so many more significant ones into the digit's comparison; returns its ¬c_i.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVector Follow<TLanes, TVector>(
            [ConstantExpected] int depth, nint word, TVector not0, TVector not1, TVector not2, ref TVector less, ref TVector equal)
            where TLanes : struct, IBitLanes<TVector>
            where TVector : struct
        {
            TVector not = Not<TLanes, TVector>(word, depth);
            ulong* single = _monomials + (((1 << depth) - 1) * _stride) + word;
            TVector tail = MaskedProducts<TLanes, TVector>.Tail(
                depth, TLanes.Load(single), single + _stride, _stride, not0, not1, not2);
            less = MaskedProducts<TLanes, TVector>.Fold(not, tail, less);
            equal = MaskedProducts<TLanes, TVector>.Fold(not, equal, tail);
            return not;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVector Not<TLanes, TVector>(nint word, int depth)
            where TLanes : struct, IBitLanes<TVector>
            where TVector : struct => TLanes.Not(TLanes.Load(_c + ((_bits - 1 - depth) * _stride) + word));
    }
}
