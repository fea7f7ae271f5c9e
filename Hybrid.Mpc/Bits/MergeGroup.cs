namespace Hybrid.Mpc.Bits;

/// <summary>Where the planes of one group of digits lie that <see cref="DigitMerge"/> combines.</summary>
/// <remarks>
/// Depth d stands for the group's digit that has d more significant ones in the group. A digit has up to two opened values with a
/// mask each, first [c = r], then [c &lt; r]; the group's most significant digit has only the former. At depth d &gt; 0 each mask
/// has <see cref="TailProducts.Count"/>(d) products with the masks of [c = r] at smaller depths. The lowest digit of all is not asked
/// whether it is equal, and has only the latter. A group of one digit has neither masks nor products.
/// </remarks>
internal readonly record struct MergeGroup
{
    /// <summary>The most digits a group has, unless more are asked for.</summary>
    public const int UsualDigits = 4;

    /// <summary>The most that can be asked for.</summary>
    public const int MostDigits = 6;

    private readonly int _firstMask;
    private readonly int _firstProduct;

    /// <summary>The group of that index, counted from the least significant one, of a word of so many digits in groups of so many.</summary>
    public MergeGroup(int index, int digits, int whole)
    {
        FirstDigit = index * whole;
        Digits = Math.Min(whole, digits - FirstDigit);
        // All groups before are whole, the first of them without its lowest digit's [c = r].
        _firstMask = index == 0 ? 0 : (index * EqualMaskIn(whole)) - 1;
        _firstProduct = index == 0 ? 0 : (index * ProductStart(whole)) - TailProducts.Count(whole - 1);
    }

    /// <summary>The group's least significant digit.</summary>
    public int FirstDigit { get; }

    /// <summary>How many digits it has, at least 1.</summary>
    public int Digits { get; }

    /// <summary>Whether this is the least significant group, of which nobody asks [c = r].</summary>
    public bool IsLowest => FirstDigit == 0;

    /// <summary>One past the group's last mask.</summary>
    public int EndOfMasks => Digits == 1 ? _firstMask : _firstMask + EqualMaskIn(Digits) - (IsLowest ? 1 : 0);

    /// <summary>One past the group's last product.</summary>
    public int EndOfProducts => _firstProduct + ProductStart(Digits) - (IsLowest ? TailProducts.Count(Digits - 1) : 0);

    /// <summary>The digit at a depth.</summary>
    public int Digit(int depth) => FirstDigit + Digits - 1 - depth;

    /// <summary>Whether [c = r] is asked of the digit at a depth.</summary>
    public bool HasEqual(int depth) => !IsLowest || depth < Digits - 1;

    /// <summary>The mask of [c = r] at a depth that has it.</summary>
    public int EqualMask(int depth) => _firstMask + EqualMaskIn(depth);

    /// <summary>The same, counted from the group's first mask: of smaller depths there are one at depth 0, two at every other.</summary>
    public static int EqualMaskIn(int depth) => depth == 0 ? 0 : (2 * depth) - 1;

    /// <summary>The mask of [c &lt; r] at a depth from 1 on.</summary>
    public int LessMask(int depth) => EqualMask(depth) + (HasEqual(depth) ? 1 : 0);

    /// <summary>The first product of the mask of [c = r] at a depth from 1 on.</summary>
    public int EqualProducts(int depth) => _firstProduct + ProductStart(depth);

    /// <summary>The first product of the mask of [c &lt; r] at a depth from 1 on.</summary>
    public int LessProducts(int depth) => EqualProducts(depth) + (HasEqual(depth) ? TailProducts.Count(depth) : 0);

    // Products at smaller depths: the sum of 2 (2^d − 1).
    private static int ProductStart(int depth) => 2 * ((1 << depth) - 1 - depth);
}
