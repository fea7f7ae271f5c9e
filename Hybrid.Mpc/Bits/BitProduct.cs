using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Bits;

/// <summary>The product (and) of two, three or four XOR-shared bits in one opening.</summary>
/// <remarks>
/// Every factor v is opened under a dealt random bit m, as o = v ⊕ m; the product is local then, from the dealt products of masks: see
/// <see cref="MaskedProducts{TLanes, TVector}"/>. Masks must be uniform, used once, and known to no party; the opened bits then tell
/// nothing. Factors, masks and opened values are planes in the same order; the products are, for each mask but the first, those
/// with the nonempty subsets of the masks before it. Planes lie as <see cref="BitPlanes"/> says. Time depends on the sizes alone.
/// </remarks>
internal static unsafe class BitProduct
{
    /// <summary>The most factors.</summary>
    public const int MostFactors = 4;

    /// <summary>How many products of masks are dealt for so many factors, in planes: 2^k − 1 − k.</summary>
    public static int ProductPlanes(int factors) => (1 << factors) - 1 - factors;

    /// <summary>This party's XOR shares of the values to open: its shares of the factors, under their masks.</summary>
    /// <param name="factorShares">Its shares of the factors.</param>
    /// <param name="maskShares">Its shares of the masks, as many planes.</param>
    /// <param name="opened">As many planes; overwritten. It may be one of the others.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps another span by a part.</exception>
    public static void Open(ReadOnlySpan<ulong> factorShares, ReadOnlySpan<ulong> maskShares, Span<ulong> opened)
    {
        PlaneLoop.Check(opened, 1, factorShares.Length);
        TensorPrimitives.Xor(factorShares, maskShares, opened);
    }

    /// <summary>The products of masks, in the clear, as the dealer shares them.</summary>
    /// <param name="masks"><paramref name="factors"/> planes of random bits.</param>
    /// <param name="factors">k, in [2, 4].</param>
    /// <param name="planeWords">Words of a plane.</param>
    /// <param name="products"><see cref="ProductPlanes"/> planes; overwritten.</param>
    /// <param name="width">The vector width.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of factors is out of range.</exception>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public static void Products(
        ReadOnlySpan<ulong> masks, int factors, int planeWords, Span<ulong> products, KernelWidth width = KernelWidth.Auto)
    {
        CheckFactors(factors);
        PlaneLoop.Check(masks, factors, planeWords);
        PlaneLoop.Check(products, ProductPlanes(factors), planeWords);
        nint stride = planeWords;
        fixed (ulong* source = masks, destination = products)
        {
            for (int depth = 1; depth < factors; depth++)
            {
                TailProducts.Write(
                    source,
                    source + stride,
                    source + (2 * stride),
                    depth,
                    source + (depth * stride),
                    destination + (ProductPlanes(depth) * stride),
                    planeWords,
                    width);
            }
        }
    }

    /// <summary>This party's XOR share of the product.</summary>
    /// <param name="opened">What was opened, the XOR of all parties' <see cref="Open"/>: <paramref name="factors"/> planes.</param>
    /// <param name="maskShares">Its shares of the masks: as many planes.</param>
    /// <param name="productShares">Its shares of their products: <see cref="ProductPlanes"/> planes.</param>
    /// <param name="first">Whether this is the first party, which alone takes what is public into its share.</param>
    /// <param name="factors">k, in [2, 4].</param>
    /// <param name="planeWords">Words of a plane.</param>
    /// <param name="result">The share of the product: one plane; overwritten.</param>
    /// <param name="width">The vector width.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of factors is out of range.</exception>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public static void Evaluate(
        ReadOnlySpan<ulong> opened,
        ReadOnlySpan<ulong> maskShares,
        ReadOnlySpan<ulong> productShares,
        bool first,
        int factors,
        int planeWords,
        Span<ulong> result,
        KernelWidth width = KernelWidth.Auto)
    {
        CheckFactors(factors);
        PlaneLoop.Check(opened, factors, planeWords);
        PlaneLoop.Check(maskShares, factors, planeWords);
        PlaneLoop.Check(productShares, ProductPlanes(factors), planeWords);
        PlaneLoop.Check(result, 1, planeWords);
        fixed (ulong* o = opened, masks = maskShares, products = productShares, destination = result)
        {
            PlaneLoop.Run(
                new Product(o, masks, products, destination, planeWords, factors, first ? ulong.MaxValue : 0), planeWords, width);
        }
    }

    private static void CheckFactors(int factors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factors, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factors, MostFactors);
    }

    private readonly struct Product(
        ulong* opened, ulong* masks, ulong* products, ulong* result, int stride, int factors, ulong one) : IPlaneStep
    {
        private readonly ulong* _opened = opened;
        private readonly ulong* _masks = masks;
        private readonly ulong* _products = products;
        private readonly ulong* _result = result;
        private readonly nint _stride = stride;
        private readonly int _factors = factors;
        private readonly ulong _one = one;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void At<TLanes, TVector>(nint word)
            where TLanes : struct, IBitLanes<TVector>
            where TVector : struct
        {
            TVector opened0 = TLanes.Load(_opened + word);
            TVector product = MaskedProducts<TLanes, TVector>.Fold(opened0, TLanes.All(_one), TLanes.Load(_masks + word));
            TVector opened1 = Follow<TLanes, TVector>(1, word, opened0, default, default, ref product);
            if (_factors > 2)
            {
                TVector opened2 = Follow<TLanes, TVector>(2, word, opened0, opened1, default, ref product);
                if (_factors > 3)
                    Follow<TLanes, TVector>(3, word, opened0, opened1, opened2, ref product);
            }

            TLanes.Store(product, _result + word);
        }

        // Takes the factor after so many others into the product; returns what was opened of it.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVector Follow<TLanes, TVector>(
            [ConstantExpected] int depth, nint word, TVector opened0, TVector opened1, TVector opened2, ref TVector product)
            where TLanes : struct, IBitLanes<TVector>
            where TVector : struct
        {
            TVector opened = TLanes.Load(_opened + (depth * _stride) + word);
            TVector mask = TLanes.Load(_masks + (depth * _stride) + word);
            ulong* products = _products + (ProductPlanes(depth) * _stride) + word;
            TVector tail = MaskedProducts<TLanes, TVector>.Tail(depth, mask, products, _stride, opened0, opened1, opened2);
            product = MaskedProducts<TLanes, TVector>.Fold(opened, product, tail);
            return opened;
        }
    }
}
