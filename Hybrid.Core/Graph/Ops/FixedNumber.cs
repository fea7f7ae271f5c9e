namespace Hybrid.Graph;

/// <summary>A public number as an integer with fraction bits.</summary>
internal static class FixedNumber
{
    /// <summary>round(x · 2^f).</summary>
    /// <exception cref="ParameterException">The number is not finite, or beyond 2^62.</exception>
    public static Int128 Of(double number, int fractionBits, string op)
    {
        double scaled = Math.Round(Math.ScaleB(number, fractionBits), MidpointRounding.ToEven);
        return Math.Abs(scaled) <= 1L << 62
            ? (Int128)scaled
            : throw new ParameterException(ParameterFault.OutOfRange, $"{op} was given the number {number:g}, which with {fractionBits} fraction bits is beyond 62 bits.");
    }

    /// <summary>The same, but what is beyond 2^62 or infinite becomes that.</summary>
    public static Int128 Bound(double number, int fractionBits) => double.IsNaN(number)
        ? throw new ParameterException(ParameterFault.OutOfRange, "A bound that is not a number was given.")
        : (Int128)Math.Clamp(Math.Round(Math.ScaleB(number, fractionBits), MidpointRounding.ToEven), -(double)(1L << 62), 1L << 62);
}
