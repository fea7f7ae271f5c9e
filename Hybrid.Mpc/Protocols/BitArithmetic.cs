namespace Hybrid.Mpc.Protocols;

/// <summary>What an opened bit d = b ⊕ s makes of shares of s: shares of the secret bit b, and of its products. Time depends on lengths alone.</summary>
internal static class BitArithmetic
{
    /// <summary>b as a word: s where d is 0, 1 − s where it is 1.</summary>
    public static void ToWords(ReadOnlySpan<ulong> d, ReadOnlySpan<ulong> s, bool first, Span<ulong> result)
    {
        ulong one = first ? 1UL : 0;
        for (int i = 0; i < result.Length; i++)
        {
            ulong flip = 0 - ((d[i >> 6] >> (i & 63)) & 1);
            result[i] = (s[i] ^ flip) - flip + (one & flip);
        }
    }

    /// <summary>b · x with c = x + r opened: t = c s − r s where d is 0, and x − t where it is 1.</summary>
    public static void Select(
        ReadOnlySpan<ulong> d, ReadOnlySpan<ulong> c, ReadOnlySpan<ulong> r, ReadOnlySpan<ulong> s, ReadOnlySpan<ulong> rs, bool first, Span<ulong> result)
    {
        ulong mine = first ? ulong.MaxValue : 0;
        for (int i = 0; i < result.Length; i++)
        {
            ulong flip = 0 - ((d[i >> 6] >> (i & 63)) & 1);
            ulong t = (c[i] * s[i]) - rs[i];
            ulong x = (c[i] & mine) - r[i];
            result[i] = (t ^ flip) - flip + (x & flip);
        }
    }
}
