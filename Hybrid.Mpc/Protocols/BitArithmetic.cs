using System.Numerics.Tensors;
using Hybrid.Mpc.Bits;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Protocols;

/// <summary>What an opened bit d = b ⊕ s makes of shares of s: shares of the secret bit b, and of its products.</summary>
/// <remarks>
/// Long vectors go block by block, whose passes stay in the first-level cache. Time depends on lengths alone.
/// </remarks>
internal static class BitArithmetic
{
    /// <summary>Words of a block, a multiple of 64.</summary>
    public const int Block = 512;

    /// <summary>b as a word: s where d is 0, 1 − s where it is 1.</summary>
    /// <param name="d">The plane of d.</param>
    /// <param name="s">This party's shares of s.</param>
    /// <param name="first">Whether public terms are this party's.</param>
    /// <param name="result">This party's shares of b.</param>
    public static void ToWords(ReadOnlySpan<ulong> d, ReadOnlySpan<ulong> s, bool first, Span<ulong> result)
    {
        Span<ulong> flips = stackalloc ulong[Block];
        for (int start = 0; start < result.Length; start += Block)
        {
            int count = Math.Min(Block, result.Length - start);
            Flips(d, start, flips[..count]);
            ToWordsBlock(flips[..count], s.Slice(start, count), first, result.Slice(start, count));
        }
    }

    /// <summary>b · x with c = x + r opened: t = c s − r s where d is 0, and x − t where it is 1.</summary>
    /// <param name="d">The plane of d.</param>
    /// <param name="c">What was opened.</param>
    /// <param name="r">This party's shares of r.</param>
    /// <param name="s">This party's shares of s.</param>
    /// <param name="rs">This party's shares of r · s.</param>
    /// <param name="first">Whether public terms are this party's.</param>
    /// <param name="result">This party's shares of b · x.</param>
    public static void Select(
        ReadOnlySpan<ulong> d, ReadOnlySpan<ulong> c, ReadOnlySpan<ulong> r, ReadOnlySpan<ulong> s, ReadOnlySpan<ulong> rs, bool first, Span<ulong> result)
    {
        Span<ulong> flips = stackalloc ulong[Block];
        Span<ulong> x = stackalloc ulong[Block];
        for (int start = 0; start < result.Length; start += Block)
        {
            int count = Math.Min(Block, result.Length - start);
            Flips(d, start, flips[..count]);
            Unmask(c.Slice(start, count), r.Slice(start, count), first, x[..count]);
            SelectBlock(flips[..count], c.Slice(start, count), x[..count], s.Slice(start, count), rs.Slice(start, count), result.Slice(start, count));
        }

        x.Clear();
    }

    /// <summary>b · x from a product that is there already: s · x where d is 0, and x − s · x where it is 1.</summary>
    /// <param name="d">The plane of d.</param>
    /// <param name="product">This party's shares of s · x.</param>
    /// <param name="x">This party's shares of x.</param>
    /// <param name="result">This party's shares of b · x.</param>
    public static void Choose(ReadOnlySpan<ulong> d, ReadOnlySpan<ulong> product, ReadOnlySpan<ulong> x, Span<ulong> result)
    {
        Span<ulong> flips = stackalloc ulong[Block];
        for (int start = 0; start < result.Length; start += Block)
        {
            int count = Math.Min(Block, result.Length - start);
            Flips(d, start, flips[..count]);
            ChooseBlock(flips[..count], product.Slice(start, count), x.Slice(start, count), result.Slice(start, count));
        }
    }

    /// <summary>All ones where d is 1, from element <paramref name="start"/> on, a multiple of 64.</summary>
    public static void Flips(ReadOnlySpan<ulong> d, int start, Span<ulong> flips)
    {
        BitPlanes.Expand(d.Slice(start / 64, (flips.Length + 63) / 64), flips);
        RingVector.Negate(flips, flips);
    }

    /// <summary>This party's share of x = c − r.</summary>
    public static void Unmask(ReadOnlySpan<ulong> c, ReadOnlySpan<ulong> r, bool first, Span<ulong> x)
    {
        if (first)
        {
            RingVector.Subtract(c, r, x);
        }
        else
        {
            RingVector.Negate(r, x);
        }
    }

    /// <summary>One block of <see cref="ToWords"/>.</summary>
    public static void ToWordsBlock(ReadOnlySpan<ulong> flips, ReadOnlySpan<ulong> s, bool first, Span<ulong> result)
    {
        TensorPrimitives.Xor(s, flips, result);
        if (!first)
        {
            // −s; the first party's is 1 − s = ¬s + 2.
            RingVector.Subtract(result, flips, result);
            return;
        }

        RingVector.Subtract(result, flips, result);
        RingVector.Subtract(result, flips, result);
    }

    /// <summary>One block of <see cref="Select"/>, x being this party's share of what is masked.</summary>
    public static void SelectBlock(
        ReadOnlySpan<ulong> flips, ReadOnlySpan<ulong> c, ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> s, ReadOnlySpan<ulong> rs, Span<ulong> result)
    {
        RingVector.Multiply(c, s, result);
        RingVector.Subtract(result, rs, result);
        ChooseBlock(flips, result, x, result);
    }

    // The product, negated and x added where d is 1.
    private static void ChooseBlock(ReadOnlySpan<ulong> flips, ReadOnlySpan<ulong> product, ReadOnlySpan<ulong> x, Span<ulong> result)
    {
        Span<ulong> whole = stackalloc ulong[Block];
        whole = whole[..result.Length];
        TensorPrimitives.Xor(product, flips, result);
        RingVector.Subtract(result, flips, result);
        TensorPrimitives.BitwiseAnd(x, flips, whole);
        RingVector.Add(result, whole, result);
        whole.Clear();
    }
}
