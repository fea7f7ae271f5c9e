using System.Globalization;
using System.Numerics;

namespace Hybrid.Seal.RingPacked;

/// <summary>Which maps of X to X^(1 + 2^e) there are Galois keys for, to merge result ciphertexts with (<see cref="ResultMerge"/>).</summary>
/// <remarks>
/// The map of an exponent from 2 up serves any larger one too, applied again and again: 2^d times for an exponent that is larger by d. The map
/// to X^3 does not: twice applied, it is the map to X^9.
/// </remarks>
/// <param name="Exponents">Bit e is set if there is a key for exponent e.</param>
public readonly record struct MergeKeys(uint Exponents)
{
    // One key for so many levels of merging: a merge is then made of 1, 2 or 4 maps, and a session's keys are a third as long.
    private const int LevelsPerKey = 3;

    // The exponent of the map to X^3.
    private const int Cube = 1;

    /// <summary>Keys are yet to be made, as a layer needs them.</summary>
    public static MergeKeys Any { get; } = new(uint.MaxValue);

    /// <summary>Whether keys are yet to be made.</summary>
    public bool AreOpen => Exponents == uint.MaxValue;

    /// <summary>How many keys there are.</summary>
    public int Count => BitOperations.PopCount(Exponents);

    /// <summary>The keys that serve either.</summary>
    public static MergeKeys operator |(MergeKeys left, MergeKeys right) => new(left.Exponents | right.Exponents);

    /// <summary>The Galois elements, 1 + 2^e, in rising order.</summary>
    internal IEnumerable<uint> Elements
    {
        get
        {
            for (uint exponents = Exponents; exponents != 0; exponents &= exponents - 1)
            {
                yield return 1 + (1u << BitOperations.TrailingZeroCount(exponents));
            }
        }
    }

    /// <summary>The keys for exponents from one on.</summary>
    internal static MergeKeys For(int first, int levels)
    {
        uint exponents = first == Cube && levels > 0 ? 1u << Cube : 0;
        for (int exponent = Math.Max(first, Cube + 1); exponent < first + levels; exponent += LevelsPerKey)
        {
            exponents |= 1u << exponent;
        }

        return new(exponents);
    }

    /// <summary>The largest exponent there is a key for that serves this one; null if there is none.</summary>
    internal int? KeyFor(int exponent)
    {
        uint below = Exponents & (uint.MaxValue >> (31 - exponent)) & (exponent == Cube ? uint.MaxValue : ~(1u << Cube));
        return below == 0 ? null : BitOperations.Log2(below);
    }

    /// <summary>As in 8, 11.</summary>
    public override string ToString()
    {
        uint exponents = Exponents;
        return string.Join(", ", Enumerable.Range(0, 32).Where(e => (exponents >> e & 1) != 0).Select(e => e.ToString(CultureInfo.InvariantCulture)));
    }
}
