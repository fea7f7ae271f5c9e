using System.Globalization;
using System.Numerics;

namespace Hybrid.Seal;

/// <summary>Which maps of X to X^(1 + 2^e) there are Galois keys for, to merge result ciphertexts with (<see cref="RingPacked.RingPackedOptions.Merging"/>).</summary>
/// <remarks>
/// The map of an exponent from 2 up serves any larger one too, applied again and again: 2^d times for an exponent that is larger by d. The map
/// to X^3 does not: twice applied, it is the map to X^9.
/// </remarks>
/// <param name="Exponents">Bit e is set if there is a key for exponent e.</param>
public readonly record struct MergeKeys(uint Exponents)
{
    // The exponent of the map to X^3.
    private const int Cube = 1;

    /// <summary>Where keys are yet to be made: how many levels of merging one serves. A level then takes 1, 2, 4 … maps. 0: keys are made.</summary>
    public int LevelsPerKey { get; private init; }

    /// <summary>Whether keys are yet to be made.</summary>
    public bool AreOpen => LevelsPerKey > 0;

    /// <summary>Keys that are yet to be made, as a layer needs them.</summary>
    /// <param name="levelsPerKey">Levels of merging that one serves: the more, the fewer keys are to be sent, and the more maps merging takes.</param>
    public static MergeKeys ToBeMade(int levelsPerKey)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levelsPerKey, 1);
        return new MergeKeys(0) { LevelsPerKey = levelsPerKey };
    }

    /// <summary>Whether there is a map for each exponent, and so keys can be made, in polynomials of a degree.</summary>
    public bool AreOf(int degree) => !AreOpen && Exponents != 0 && Exponents >> (BitOperations.Log2((uint)degree) + 1) == 0 && (Exponents & 1) == 0;

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

    /// <summary>The keys that are made for exponents from one on.</summary>
    internal MergeKeys Made(int first, int levels)
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
