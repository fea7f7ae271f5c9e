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

    /// <summary>The format of so many fraction bits that holds the largest numbers: all <see cref="MaximumBits"/> are used.</summary>
    /// <exception cref="ParameterException">The fraction bits are outside [0, <see cref="MaximumBits"/>].</exception>
    public static FixedPointFormat Widest(int fractionBits) => fractionBits is >= 0 and <= MaximumBits
        ? new(fractionBits, MaximumBits - fractionBits)
        : throw new ParameterException(
            ParameterFault.OutOfRange, $"{fractionBits} fraction bits do not fit a fixed-point format; use 0 to {MaximumBits}.");

    /// <summary>Bits after the binary point.</summary>
    public int FractionBits { get; }

    /// <summary>Bits before the binary point.</summary>
    public int IntegerBits { get; }

    /// <summary>The largest magnitude of an encoded integer: 2^(f + b).</summary>
    public long Magnitude => 1L << (FractionBits + IntegerBits);

    /// <summary>Encodes a number; false if it is not finite or beyond 2^b.</summary>
    public bool TryEncode(double value, out long encoded)
    {
        // Multiplying by a power of two rounds nothing; what overflows is infinite, and does not fit.
        double scaled = Math.Round(value * (1L << FractionBits), MidpointRounding.ToEven);
        bool fits = Math.Abs(scaled) <= Magnitude;
        encoded = fits ? (long)scaled : 0;
        return fits;
    }

    /// <summary>Encodes numbers, row by row.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="encoded">As many integers at least.</param>
    /// <exception cref="ParameterException">
    /// A number is not finite or beyond 2^b. The message names its index, never its value.
    /// </exception>
    public void Encode(ReadOnlySpan<double> values, Span<long> encoded)
    {
        encoded = encoded[..values.Length];
        for (int index = 0; index < values.Length; index++)
        {
            if (!TryEncode(values[index], out encoded[index]))
            {
                double value = values[index];
                string problem = double.IsNaN(value) ? "not a number" : double.IsInfinity(value) ? "infinite" : "too large";
                throw new ParameterException(
                    ParameterFault.OutOfRange,
                    $"Element {index} (counted row by row) is {problem}: with {FractionBits} fraction bits, numbers go from -2^{IntegerBits} to 2^{IntegerBits}.");
            }
        }
    }

    /// <summary>The number that an integer with so many fraction bits stands for.</summary>
    public static double Decode(Int128 encoded, int fractionBits) => Math.ScaleB((double)encoded, -fractionBits);

    /// <summary>The numbers that integers with so many fraction bits stand for.</summary>
    /// <param name="encoded">The integers.</param>
    /// <param name="fractionBits">Their fraction bits.</param>
    /// <param name="values">As many numbers at least.</param>
    public static void Decode(ReadOnlySpan<long> encoded, int fractionBits, Span<double> values)
    {
        double unit = Math.ScaleB(1, -fractionBits);
        for (int i = 0; i < encoded.Length; i++)
            values[i] = encoded[i] * unit;
    }
}
