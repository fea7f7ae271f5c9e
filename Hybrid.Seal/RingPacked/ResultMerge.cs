using System.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.RingPacked;

/// <summary>How result polynomials that hold results at every so-many-th coefficient are merged, 2^levels to one.</summary>
/// <remarks>
/// Of two polynomials a and b with results at multiples of a stride S, a + X^(S/2) b + f(a - X^(S/2) b) with f: X to X^(1 + 2N/S) holds twice
/// a's results there and twice b's halfway between: f leaves powers of X^S as they are and changes the sign of odd powers of X^(S/2), so
/// what else lies at multiples of S/2 cancels. Each level halves the stride and doubles results, noise and all; sums are divided by 2^levels
/// modulo Q before, so both come out as they went in, with the key switches' noise beside.
/// Source: Chen, Dai, Kim, Song, "Efficient Homomorphic Conversion Between (Ring) LWE Ciphertexts" (2021), the packing of several LWE
/// ciphertexts into one; for layers Lu et al., "BumbleBee" (2023), the interleaving of ciphertexts.
/// </remarks>
/// <param name="Stride">The stride before merging, a power of two; 1 where nothing is merged.</param>
/// <param name="Levels">How often it is halved.</param>
internal readonly record struct ResultMerge(int Stride, int Levels)
{
    /// <summary>Nothing is merged.</summary>
    public static ResultMerge None => new(1, 0);

    /// <summary>Polynomials that become one.</summary>
    public int Group => 1 << Levels;

    /// <summary>Where the results of a group's polynomial come to lie, from where they were.</summary>
    public int OffsetOf(int place) => Levels == 0 ? 0 : NttTables.ReverseBits(place, Levels) * (Stride >> Levels);

    /// <summary>The power of X that the second of two polynomials is multiplied by at a level.</summary>
    public int ShiftAt(int level) => Stride >> (level + 1);

    /// <summary>The exponent e of the map to X^(1 + 2^e) at a level.</summary>
    public int ExponentAt(int level, int degree) => BitOperations.Log2(2 * (uint)degree / (uint)Stride) + level;

    /// <summary>The keys it takes of those that there are, or that are made for it.</summary>
    public MergeKeys Keys(int degree, MergeKeys keys)
    {
        if (Levels > 0 && keys.AreOpen)
        {
            return keys.Made(ExponentAt(0, degree), Levels);
        }

        uint taken = 0;
        for (int level = 0; level < Levels; level++)
        {
            taken |= keys.KeyFor(ExponentAt(level, degree)) is { } key ? 1u << key : 0;
        }

        return new MergeKeys(taken);
    }

    /// <summary>How often a map is applied at a level; null if there is no key for it.</summary>
    public int? MapsAt(int level, int degree, MergeKeys keys)
    {
        int exponent = ExponentAt(level, degree);
        return (keys.AreOpen ? Keys(degree, keys) : keys).KeyFor(exponent) is { } key ? 1 << (exponent - key) : null;
    }

    /// <summary>Key switches of merging so many polynomials; null if a key is missing.</summary>
    public long? SwitchesOf(int polynomials, int degree, MergeKeys keys)
    {
        long switches = 0;
        for (int level = 0; level < Levels; level++)
        {
            if (MapsAt(level, degree, keys) is not { } maps)
            {
                return null;
            }

            switches += (long)maps * RingPackedShape.Blocks(polynomials, 2 << level);
        }

        return switches;
    }
}
