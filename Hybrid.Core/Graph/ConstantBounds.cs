using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>What is public of the integers of a constant that not all know: two bounds, rounded up to powers of two.</summary>
/// <param name="Element">No integer is larger in magnitude.</param>
/// <param name="Norm">No sum of the magnitudes that meet in one element of a product is larger: see <see cref="ConstantOp.NormBound"/>.</param>
internal readonly record struct ConstantBounds(Int128 Element, Int128 Norm)
{
    // Larger ones would not fit a graph's integers in any product.
    private const int MostBits = 120;

    /// <summary>The least powers of two that bound integers.</summary>
    public static ConstantBounds Of(Shape shape, ReadOnlySpan<long> integers)
    {
        Int128 most = 0;
        foreach (long integer in integers)
            most = Int128.Max(most, Int128.Abs(integer));
        return new ConstantBounds(PowerOfTwo(most), PowerOfTwo(ConstantNorm.Of(shape, integers)));
    }

    /// <summary>Bounds that were stated in numbers.</summary>
    /// <param name="what">What they are the bounds of, for errors.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="fractionBits">Its fraction bits.</param>
    /// <param name="bound">No number is larger in magnitude.</param>
    /// <param name="norm">The bound on sums; null: what follows from the other one.</param>
    /// <exception cref="ParameterException">A bound is no number, negative or infinite, or far too large.</exception>
    public static ConstantBounds Of(string what, Shape shape, int fractionBits, double bound, double? norm = null)
    {
        Int128 element = Scaled(what, bound, fractionBits);
        return new ConstantBounds(element, Int128.Max(element, Scaled(what, norm ?? (bound * Terms(shape)), fractionBits)));
    }

    /// <summary>Refuses integers that are beyond the bounds; no value is named.</summary>
    /// <param name="what">Whose integers they are, for errors.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="integers">The integers, row-major.</param>
    /// <exception cref="ParameterException">They are beyond.</exception>
    public void Require(string what, Shape shape, ReadOnlySpan<long> integers)
    {
        Int128[] sums = ConstantNorm.Sums(shape, integers);
        for (int i = 0; i < sums.Length; i++)
        {
            if (sums[i] > Norm)
            {
                throw new ParameterException(ParameterFault.OutOfRange, $"{what} exceeds the bound that was published for it in column {i}: publish a larger one.");
            }
        }

        foreach (long integer in integers)
        {
            if (Int128.Abs(integer) > Element)
            {
                throw new ParameterException(ParameterFault.OutOfRange, $"{what} exceeds the bound that was published for its elements: publish a larger one.");
            }
        }
    }

    /// <summary>The bounds of a constant of a graph.</summary>
    public static ConstantBounds Of(Node constant) => new(constant.Magnitude, ((ConstantOp)constant.Op).NormBound);

    /// <summary>How many integers meet in one element of a product.</summary>
    private static double Terms(Shape shape) => shape.Rank switch { 2 => shape[0], 4 => (double)shape[1] * shape[2] * shape[3], _ => 1 };

    private static Int128 Scaled(string what, double bound, int fractionBits)
    {
        if (!(bound >= 0) || double.IsInfinity(bound))
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"{what} was given the bound {bound:g6}: give a number that is not negative.");
        }

        double scaled = Math.Ceiling(Math.ScaleB(bound, fractionBits));
        return scaled <= Math.ScaleB(1, MostBits)
            ? PowerOfTwo((Int128)scaled)
            : throw new ParameterException(
                ParameterFault.OutOfRange, $"{what} was given the bound {bound:g6}, which with {fractionBits} fraction bits is beyond {MostBits} bits: give a tighter one.");
    }

    private static Int128 PowerOfTwo(Int128 least) => least <= 1 ? 1 : Int128.One << (128 - (int)Int128.LeadingZeroCount(least - 1));
}
