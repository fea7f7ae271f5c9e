using System.Runtime.CompilerServices;

namespace Hybrid.Mpc.Lookups;

/// <summary>Elementary functions that give the same bits on every machine.</summary>
/// <remarks>
/// Tables that two parties must hold alike cannot come from <see cref="Math"/>, whose functions are the platform's. These are made of
/// IEEE additions, subtractions, products, quotients and operations on bits alone, in a fixed order. Errors are below 1e-14, relative
/// for <see cref="Exp"/> and absolute for the others (relative to |log x| where that is above one).
/// <para>
/// <see cref="Exp"/> and <see cref="SinCosTurns"/> neither branch on their argument nor use it as an index: the dealer feeds them secrets.
/// </para>
/// </remarks>
internal static class DeterministicMath
{
    /// <summary>1.5 · 2^52: added to a number below 2^51 in magnitude, it leaves the nearest integer in the low bits of the sum.</summary>
    public const double Rounder = 6755399441055744.0;

    /// <summary>The bits of <see cref="Rounder"/>.</summary>
    public const long RounderBits = 0x4338000000000000;

    private const double Log2E = 1.4426950408889634;
    private const double HalfPi = 1.5707963267948966;

    // ln 2 in two parts, the first with enough zeros at its end for products with an exponent to be exact.
    private const double Ln2High = 0.69314718036912382;
    private const double Ln2Low = 1.9082149292705877e-10;

    // 1 / n!, and the same with the signs of the sine's and the cosine's series, as quotients of exact integers.
    private static ReadOnlySpan<double> ExpSeries =>
    [
        1.0 / 1, 1.0 / 1, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800,
        1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800, 1.0 / 87178291200,
    ];

    private static ReadOnlySpan<double> SineSeries =>
    [
        1.0 / 1, -1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800, -1.0 / 1307674368000,
        1.0 / 355687428096000,
    ];

    private static ReadOnlySpan<double> CosineSeries =>
    [
        1.0 / 1, -1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000,
    ];

    /// <summary>The nearest integer, ties to even.</summary>
    /// <param name="x">A number, |x| &lt; 2^51.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Round(double x) => BitConverter.DoubleToInt64Bits(x + Rounder) - RounderBits;

    /// <summary>2^n.</summary>
    /// <param name="n">An integer, -1022 ≤ n ≤ 1023.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double PowerOfTwo(int n) => BitConverter.Int64BitsToDouble((long)(n + 1023) << 52);

    /// <summary>e^x, by x = n ln 2 + y and the series of e^y.</summary>
    /// <param name="x">A number, -700 ≤ x ≤ 700.</param>
    public static double Exp(double x)
    {
        double n = x * Log2E + Rounder - Rounder;
        double y = x - n * Ln2High - n * Ln2Low;
        ReadOnlySpan<double> series = ExpSeries;
        double sum = 0;
        for (int i = series.Length - 1; i >= 0; i--)
            sum = sum * y + series[i];
        return sum * PowerOfTwo((int)n);
    }

    /// <summary>ln x, by x = 2^n m and the series of 2 artanh((m - 1) / (m + 1)).</summary>
    /// <param name="x">A positive normal number.</param>
    public static double Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int n = (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            n++;
        }

        double s = (m - 1) / (m + 1);
        double square = s * s;
        double sum = 0;
        for (int i = 27; i > 0; i -= 2)
            sum = sum * square + 1.0 / i;
        return n * Ln2High + (n * Ln2Low + 2 * s * sum);
    }

    /// <summary>The sine and the cosine of a fraction of a full turn.</summary>
    /// <param name="turns">The angle divided by 2π, |turns| &lt; 2^40.</param>
    public static (double Sin, double Cos) SinCosTurns(double turns)
    {
        // An eighth of a turn at most on either side of a quarter, so that both series are short.
        long quarter = Round(turns * 4);
        double y = (turns * 4 - quarter) * HalfPi;
        double square = y * y;
        ReadOnlySpan<double> sineSeries = SineSeries;
        ReadOnlySpan<double> cosineSeries = CosineSeries;
        double sine = 0;
        double cosine = 0;
        for (int i = sineSeries.Length - 1; i >= 0; i--)
        {
            sine = sine * square + sineSeries[i];
            cosine = cosine * square + cosineSeries[i];
        }

        // A quarter of a turn takes (cos, sin) to (-sin, cos), half a turn negates both: by masks, not branches.
        long sineBits = BitConverter.DoubleToInt64Bits(sine * y);
        long cosineBits = BitConverter.DoubleToInt64Bits(cosine);
        long swap = (sineBits ^ cosineBits) & -(quarter & 1);
        long sineSign = (quarter & 2) << 62;
        long cosineSign = ((quarter + 1) & 2) << 62;
        return (BitConverter.Int64BitsToDouble(sineBits ^ swap ^ sineSign), BitConverter.Int64BitsToDouble(cosineBits ^ swap ^ cosineSign));
    }

    /// <summary>The error function, by erf x = 2/√π e^(-x²) Σ 2^n x^(2n+1) / (2n+1)!!, all of whose terms have one sign.</summary>
    /// <param name="x">Any number.</param>
    public static double Erf(double x)
    {
        double size = Math.Abs(x);
        if (size > 6)
        {
            return x > 0 ? 1 : -1;
        }

        double square = x * x;
        double term = 1;
        double sum = 1;
        for (int i = 3; term > sum * 1e-18; i += 2)
        {
            term *= 2 * square / i;
            sum += term;
        }

        return 1.1283791670955126 * x * sum * Exp(-square);
    }

    /// <summary>The hyperbolic tangent.</summary>
    /// <param name="x">A number, |x| ≤ 350.</param>
    public static double Tanh(double x) => 1 - 2 / (Exp(2 * x) + 1);

    /// <summary>1 / (1 + e^-x).</summary>
    /// <param name="x">A number, |x| ≤ 700.</param>
    public static double Sigmoid(double x) => 1 / (1 + Exp(-x));
}
