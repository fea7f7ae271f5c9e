using System.Globalization;

namespace Hybrid.Planning;

/// <summary>Seconds and bytes as people read them: three digits and a unit.</summary>
public static class Amounts
{
    /// <summary>As in 12.3 ms: µs, ms or s, rounded to three digits; the culture plays no part.</summary>
    /// <param name="seconds">Finite; negative ones have a minus sign.</param>
    public static string Seconds(double seconds) => Math.Abs(seconds) switch
    {
        0 => "0 ms",
        < 0.9995e-3 => $"{Digits(seconds * 1e6)} µs",
        < 0.9995 => $"{Digits(seconds * 1e3)} ms",
        _ => $"{Digits(seconds)} s",
    };

    /// <summary>As in 12.3 kB: B, kB, MB or GB, each a thousand of the one before, rounded to three digits; the culture plays no part.</summary>
    /// <param name="bytes">Any number; negative ones have a minus sign.</param>
    public static string Bytes(double bytes) => Math.Abs(bytes) switch
    {
        < 999.5 => string.Create(CultureInfo.InvariantCulture, $"{bytes:0} B"),
        < 999.5e3 => $"{Digits(bytes / 1e3)} kB",
        < 999.5e6 => $"{Digits(bytes / 1e6)} MB",
        _ => $"{Digits(bytes / 1e9)} GB",
    };

    private static string Digits(double value) => value.ToString(
        Math.Abs(value) switch { < 9.995 => "0.00", < 99.95 => "0.0", _ => "0" }, CultureInfo.InvariantCulture);
}
