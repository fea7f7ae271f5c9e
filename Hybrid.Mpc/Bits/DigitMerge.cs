using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Bits;

/// <summary>
/// A further level of the comparison: from XOR shares of [c &lt; r] and [c = r] for D digits to those for ⌈D / 4⌉ digits four times as
/// long, with one opening. Or ⌈D / 6⌉ six times as long.
/// </summary>
/// <remarks>
/// Digits form groups of four, from the least significant on; the last group may be smaller, and one of a single digit passes as it
/// is. With a digit's g = [c &lt; r] and p = [c = r], a group of four has G = g_3 ⊕ p_3 g_2 ⊕ p_3 p_2 g_1 ⊕ p_3 p_2 p_1 g_0 and
/// P = p_3 p_2 p_1 p_0, index 3 being the most significant digit. Every factor v is opened under a dealt random bit m, as o = v ⊕ m,
/// and the products are local then: see <see cref="MaskedProducts{TLanes, TVector}"/>. Nobody needs P of the lowest group.
/// <para>
/// A whole group opens 7 planes and takes 22 dealt products, the lowest one 6 and 15; 16 digits take 27 and 81, and the 4 they
/// become 6 and 15. A group of six, with terms likewise, opens 11 and takes 114, as the lowest one 10 and 83.
/// Masks must be uniform, used once, and known to no party; the opened bits then tell nothing. Planes lie as
/// <see cref="BitPlanes"/> says; digits, opened values and masks in the order of <see cref="MergeGroup"/>. Time depends on the sizes
/// alone.
/// </para>
/// </remarks>
internal sealed unsafe class DigitMerge
{
    private readonly int _whole;

    /// <summary>Describes the merge of so many digits.</summary>
    /// <param name="digits">How many digits there are.</param>
    /// <param name="whole">How many a whole group has, from 2 to 6.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is not even one digit, or too many to count planes; or groups have too few or too many.</exception>
    public DigitMerge(int digits, int whole = MergeGroup.UsualDigits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 1 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(whole, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(whole, MergeGroup.MostDigits);
        _whole = whole;
        Digits = digits;
        ResultDigits = (digits + whole - 1) / whole;
        MergeGroup last = GroupAt(ResultDigits - 1);
        OpenedPlanes = last.EndOfMasks;
        ProductPlanes = last.EndOfProducts;
    }

    /// <summary>D: the digits that are merged.</summary>
    public int Digits { get; }

    /// <summary>The digits they become.</summary>
    public int ResultDigits { get; }

    /// <summary>How many planes are opened, and how many masks are dealt.</summary>
    public int OpenedPlanes { get; }

    /// <summary>How many products of masks are dealt, in planes.</summary>
    public int ProductPlanes { get; }

    /// <summary>This party's XOR shares of the values to open, under their masks.</summary>
    /// <param name="less">Its shares of [c &lt; r]: <see cref="Digits"/> planes.</param>
    /// <param name="equal">Its shares of [c = r]: <see cref="Digits"/> planes.</param>
    /// <param name="maskShares">Its shares of the masks: <see cref="OpenedPlanes"/> planes.</param>
    /// <param name="planeWords">Words of a plane.</param>
    /// <param name="opened"><see cref="OpenedPlanes"/> planes; overwritten. It may be the shares of the masks.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Open(
        ReadOnlySpan<ulong> less, ReadOnlySpan<ulong> equal, ReadOnlySpan<ulong> maskShares, int planeWords, Span<ulong> opened)
    {
        PlaneLoop.Check(less, Digits, planeWords);
        PlaneLoop.Check(equal, Digits, planeWords);
        PlaneLoop.Check(maskShares, OpenedPlanes, planeWords);
        PlaneLoop.Check(opened, OpenedPlanes, planeWords);
        for (int index = 0; index < ResultDigits; index++)
        {
            MergeGroup group = GroupAt(index);
            for (int depth = 0; depth < group.Digits && group.Digits > 1; depth++)
            {
                if (group.HasEqual(depth))
                    OpenOne(equal, group.Digit(depth), maskShares, group.EqualMask(depth), planeWords, opened);
                if (depth > 0)
                    OpenOne(less, group.Digit(depth), maskShares, group.LessMask(depth), planeWords, opened);
            }
        }
    }

    /// <summary>The products of masks, in the clear, as the dealer shares them.</summary>
    /// <param name="masks"><see cref="OpenedPlanes"/> planes of random bits.</param>
    /// <param name="planeWords">Words of a plane.</param>
    /// <param name="products"><see cref="ProductPlanes"/> planes; overwritten.</param>
    /// <param name="width">The vector width.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Products(ReadOnlySpan<ulong> masks, int planeWords, Span<ulong> products, KernelWidth width = KernelWidth.Auto)
    {
        PlaneLoop.Check(masks, OpenedPlanes, planeWords);
        PlaneLoop.Check(products, ProductPlanes, planeWords);
        nint stride = planeWords;
        fixed (ulong* source = masks, destination = products)
        {
            for (int index = 0; index < ResultDigits; index++)
            {
                MergeGroup group = GroupAt(index);
                ulong* first = source + (group.EqualMask(0) * stride);
                for (int depth = 1; depth < group.Digits; depth++)
                {
                    if (group.HasEqual(depth))
                        WriteProducts(first, depth, source + (group.EqualMask(depth) * stride), destination + (group.EqualProducts(depth) * stride));
                    WriteProducts(first, depth, source + (group.LessMask(depth) * stride), destination + (group.LessProducts(depth) * stride));
                }
            }
        }

        // Products of depth factors' masks with a tail: those without the last factor's, then those with it, whose tail is a product itself.
        void WriteProducts(ulong* first, int depth, ulong* tail, ulong* place)
        {
            if (depth <= TailProducts.MostFactors)
            {
                TailProducts.Write(first, Factor(first, 1), Factor(first, 2), depth, tail, place, planeWords, width);
                return;
            }

            nint half = stride << (depth - 1);
            ulong* longer = place + half - stride;
            WriteProducts(first, depth - 1, tail, place);
            TensorPrimitives.BitwiseAnd(
                new ReadOnlySpan<ulong>(Factor(first, depth - 1), planeWords), new ReadOnlySpan<ulong>(tail, planeWords), new Span<ulong>(longer, planeWords));
            WriteProducts(first, depth - 1, longer, place + half);
        }

        ulong* Factor(ulong* first, int depth) => first + (MergeGroup.EqualMaskIn(depth) * stride);
    }

    /// <summary>This party's XOR shares of [c &lt; r] and [c = r] of the merged digits.</summary>
    /// <param name="less">Its shares of [c &lt; r]: <see cref="Digits"/> planes.</param>
    /// <param name="equal">Its shares of [c = r]: <see cref="Digits"/> planes.</param>
    /// <param name="opened">What was opened, the XOR of all parties' <see cref="Open"/>: <see cref="OpenedPlanes"/> planes.</param>
    /// <param name="maskShares">Its shares of the masks: <see cref="OpenedPlanes"/> planes.</param>
    /// <param name="productShares">Its shares of their products: <see cref="ProductPlanes"/> planes.</param>
    /// <param name="first">Whether this is the first party, which alone takes what is public into its share.</param>
    /// <param name="planeWords">Words of a plane.</param>
    /// <param name="lessResult">The shares of [c &lt; r]: <see cref="ResultDigits"/> planes; overwritten.</param>
    /// <param name="equalResult">
    /// The shares of [c = r]: <see cref="ResultDigits"/> planes; overwritten. The lowest digit's is zero, not its share, unless it
    /// was the only digit.
    /// </param>
    /// <param name="width">The vector width.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Merge(
        ReadOnlySpan<ulong> less,
        ReadOnlySpan<ulong> equal,
        ReadOnlySpan<ulong> opened,
        ReadOnlySpan<ulong> maskShares,
        ReadOnlySpan<ulong> productShares,
        bool first,
        int planeWords,
        Span<ulong> lessResult,
        Span<ulong> equalResult,
        KernelWidth width = KernelWidth.Auto)
    {
        PlaneLoop.Check(less, Digits, planeWords);
        PlaneLoop.Check(equal, Digits, planeWords);
        PlaneLoop.Check(opened, OpenedPlanes, planeWords);
        PlaneLoop.Check(maskShares, OpenedPlanes, planeWords);
        PlaneLoop.Check(productShares, ProductPlanes, planeWords);
        PlaneLoop.Check(lessResult, ResultDigits, planeWords);
        PlaneLoop.Check(equalResult, ResultDigits, planeWords);
        fixed (ulong* g = less, o = opened, masks = maskShares, products = productShares, lessOut = lessResult, equalOut = equalResult)
        {
            for (int index = 0; index < ResultDigits; index++)
            {
                MergeGroup group = GroupAt(index);
                if (group.Digits == 1)
                {
                    Plane(less, group.FirstDigit, planeWords).CopyTo(Plane(lessResult, index, planeWords));
                    Plane(equal, group.FirstDigit, planeWords).CopyTo(Plane(equalResult, index, planeWords));
                    continue;
                }

                nint result = index * (nint)planeWords;
                ulong one = first ? ulong.MaxValue : 0;
                var step = new Group(group, g, o, masks, products, lessOut + result, equalOut + result, planeWords, one);
                PlaneLoop.Run(step, planeWords, width);
            }
        }
    }

    private MergeGroup GroupAt(int index) => new(index, Digits, _whole);

    private static void OpenOne(
        ReadOnlySpan<ulong> values, int digit, ReadOnlySpan<ulong> maskShares, int mask, int planeWords, Span<ulong> opened) =>
        TensorPrimitives.Xor(
            Plane(values, digit, planeWords), Plane(maskShares, mask, planeWords), Plane(opened, mask, planeWords));

    private static ReadOnlySpan<ulong> Plane(ReadOnlySpan<ulong> planes, int index, int planeWords) =>
        planes.Slice(index * planeWords, planeWords);

    private static Span<ulong> Plane(Span<ulong> planes, int index, int planeWords) => planes.Slice(index * planeWords, planeWords);

    // One group of two digits or more.
    private readonly struct Group(
        MergeGroup group, ulong* less, ulong* opened, ulong* masks, ulong* products, ulong* lessOut, ulong* equalOut, int stride, ulong one)
        : IPlaneStep
    {
        private readonly ulong* _mostLess = less + (group.Digit(0) * (nint)stride);
        private readonly ulong* _mostOpened = opened + (group.EqualMask(0) * (nint)stride);
        private readonly ulong* _mostMask = masks + (group.EqualMask(0) * (nint)stride);
        private readonly Follower _follower1 = new(group, 1, opened, masks, products, stride);
        private readonly Follower _follower2 = new(group, 2, opened, masks, products, stride);
        private readonly Follower _follower3 = new(group, 3, opened, masks, products, stride);
        private readonly Follower _follower4 = new(group, 4, opened, masks, products, stride);
        private readonly Follower _follower5 = new(group, 5, opened, masks, products, stride);
        private readonly int _digits = group.Digits;
        private readonly ulong* _lessOut = lessOut;
        private readonly ulong* _equalOut = equalOut;
        private readonly ulong _one = one;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void At<TLanes, TVector>(nint word)
            where TLanes : struct, IBitLanes<TVector>
            where TVector : struct
        {
            TVector less = TLanes.Load(_mostLess + word);
            TVector opened0 = TLanes.Load(_mostOpened + word);
            TVector equal = MaskedProducts<TLanes, TVector>.Fold(opened0, TLanes.All(_one), TLanes.Load(_mostMask + word));
            TVector opened1 = _follower1.Follow<TLanes, TVector>(1, word, opened0, default, default, default, default, ref less, ref equal);
            if (_digits > 2)
            {
                TVector opened2 = _follower2.Follow<TLanes, TVector>(2, word, opened0, opened1, default, default, default, ref less, ref equal);
                if (_digits > 3)
                {
                    TVector opened3 = _follower3.Follow<TLanes, TVector>(3, word, opened0, opened1, opened2, default, default, ref less, ref equal);
                    if (_digits > 4)
                    {
                        TVector opened4 = _follower4.Follow<TLanes, TVector>(4, word, opened0, opened1, opened2, opened3, default, ref less, ref equal);
                        if (_digits > 5)
                            _follower5.Follow<TLanes, TVector>(5, word, opened0, opened1, opened2, opened3, opened4, ref less, ref equal);
                    }
                }
            }

            TLanes.Store(less, _lessOut + word);
            TLanes.Store(equal, _equalOut + word);
        }
    }

    // A digit below the most significant one of its group.
    private readonly struct Follower(
        MergeGroup group, int depth, ulong* opened, ulong* masks, ulong* products, nint stride)
    {
        private readonly ulong* _lessOpened = opened + (group.LessMask(depth) * stride);
        private readonly ulong* _lessMask = masks + (group.LessMask(depth) * stride);
        private readonly ulong* _lessProducts = products + (group.LessProducts(depth) * stride);
        private readonly bool _hasEqual = group.HasEqual(depth);
        private readonly ulong* _equalOpened = opened + (group.EqualMask(depth) * stride);
        private readonly ulong* _equalMask = masks + (group.EqualMask(depth) * stride);
        private readonly ulong* _equalProducts = products + (group.EqualProducts(depth) * stride);
        private readonly nint _stride = stride;

        // Takes the digit into the group's comparison; returns what was opened of its [c = r].
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Follow<TLanes, TVector>(
            [ConstantExpected] int depth,
            nint word,
            TVector opened0,
            TVector opened1,
            TVector opened2,
            TVector opened3,
            TVector opened4,
            ref TVector less,
            ref TVector equal)
            where TLanes : struct, IBitLanes<TVector>
            where TVector : struct
        {
            TVector tail = MaskedProducts<TLanes, TVector>.Tail(
                depth, TLanes.Load(_lessMask + word), _lessProducts + word, _stride, opened0, opened1, opened2, opened3, opened4);
            less = TLanes.Xor(less, MaskedProducts<TLanes, TVector>.Fold(TLanes.Load(_lessOpened + word), equal, tail));
            if (!_hasEqual)
            {
                equal = default;
                return default;
            }

            TVector opened = TLanes.Load(_equalOpened + word);
            tail = MaskedProducts<TLanes, TVector>.Tail(
                depth, TLanes.Load(_equalMask + word), _equalProducts + word, _stride, opened0, opened1, opened2, opened3, opened4);
            equal = MaskedProducts<TLanes, TVector>.Fold(opened, equal, tail);
            return opened;
        }
    }
}
