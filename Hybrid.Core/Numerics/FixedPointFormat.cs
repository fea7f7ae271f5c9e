namespace Hybrid.Numerics;

/// <summary>
/// Real numbers as integers: x is held as round(x · 2^f), ties to even, for |x| up to 2^b. One format serves a whole
/// tensor; a format per value would tell the values' sizes.
/// </summary>
public readonly record struct FixedPointFormat
{
    /// <summary>The most bits that fraction and integer part may have together, so that values fit 64 bits with room.</summary>
    public const int MaximumBits = 62;

    /// <summary>Makes a format.</summary>
    /// <param name="fractionBits">f: the resolution is 2^-f.</param>
    /// <param name="integerBits">b: magnitudes go up to 2^b, inclusive.</param>
    /// <exception cref="ParameterException">A part is negative, or both together exceed <see cref="MaximumBits"/>.</exception>
    public FixedPointFormat(int fractionBits, int integerBits)
    {
        if (fractionBits < 0 || integerBits < 0 || (long)fractionBits + integerBits > MaximumBits)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"A fixed-point format of {fractionBits} fraction and {integerBits} integer bits is out of range: neither is negative and their sum is at most {MaximumBits}.");
        }

        FractionBits = fractionBits;
        IntegerBits = integerBits;
    }

    /// <summary>Bits after the binary point.</summary>
    public int FractionBits { get; }

    /// <summary>Bits before the binary point.</summary>
    public int IntegerBits { get; }

    /// <summary>The largest magnitude of an encoded integer: 2^(f + b).</summary>
    public long Magnitude => 1L << (FractionBits + IntegerBits);

    /// <summary>Encodes a number; false if it is not finite or beyond 2^b.</summary>
    public bool TryEncode(double value, out long encoded)
    {
        // Exact: scaling by a power of two rounds nothing, and the product stays below 2^62.
        double scaled = Math.Round(Math.ScaleB(value, FractionBits), MidpointRounding.ToEven);
        bool fits = Math.Abs(scaled) <= Magnitude;
        encoded = fits ? (long)scaled : 0;
        return fits;
    }

    /// <summary>The number that an integer with so many fraction bits stands for.</summary>
    public static double Decode(Int128 encoded, int fractionBits) => Math.ScaleB((double)encoded, -fractionBits);
}
