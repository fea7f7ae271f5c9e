namespace Hybrid.Mpc.Sharing;

/// <summary>
/// Real numbers as words: x with f fraction bits is round(x · 2^f) in two's complement, in [-2^63, 2^63), ties to even.
/// </summary>
internal static class FixedPointEncoding
{
    /// <summary>The most fraction bits a word takes: the sign and one whole bit remain.</summary>
    public const int MaxFractionBits = 62;

    private const double Limit = 9223372036854775808.0;

    /// <summary>Refuses a number of fraction bits outside [0, <see cref="MaxFractionBits"/>].</summary>
    /// <exception cref="ParameterException">It is outside.</exception>
    public static void CheckFractionBits(int fractionBits)
    {
        if (fractionBits is < 0 or > MaxFractionBits)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"{fractionBits} fraction bits do not fit a 64-bit word; use 0 to {MaxFractionBits}.");
        }
    }

    /// <summary>words[i] = round(values[i] · 2^f).</summary>
    /// <exception cref="ParameterException">
    /// f is outside its range, or a value is not a number, infinite, or outside [-2^(63-f), 2^(63-f)). The message names the element's
    /// index, never its value.
    /// </exception>
    public static void Encode(ReadOnlySpan<double> values, int fractionBits, Span<ulong> words)
    {
        CheckFractionBits(fractionBits);
        double scale = Math.ScaleB(1.0, fractionBits);
        words = words[..values.Length];
        for (int index = 0; index < values.Length; index++)
        {
            double scaled = Math.Round(values[index] * scale, MidpointRounding.ToEven);
            // So put, the test also fails for NaN.
            if (!(scaled >= -Limit && scaled < Limit))
            {
                throw Refused(values[index], index, fractionBits);
            }

            words[index] = unchecked((ulong)(long)scaled);
        }
    }

    /// <summary>values[i] = the number that words[i] stands for, rounded to the 53 bits of a double.</summary>
    /// <exception cref="ParameterException">f is outside its range.</exception>
    public static void Decode(ReadOnlySpan<ulong> words, int fractionBits, Span<double> values)
    {
        CheckFractionBits(fractionBits);
        double unit = Math.ScaleB(1.0, -fractionBits);
        values = values[..words.Length];
        for (int index = 0; index < words.Length; index++)
            values[index] = unchecked((long)words[index]) * unit;
    }

    private static ParameterException Refused(double value, int index, int fractionBits)
    {
        string problem = double.IsNaN(value) ? "not a number" : double.IsInfinity(value) ? "infinite" : "too large";
        int bits = 63 - fractionBits;
        return new ParameterException(
            ParameterFault.OutOfRange,
            $"Element {index} (counted row by row) is {problem}: {fractionBits} fraction bits hold numbers from -2^{bits} to below 2^{bits}.");
    }
}
