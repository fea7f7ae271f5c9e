namespace Hybrid.Execution;

/// <summary>The error function, which the runtime lacks, to about 1e-15.</summary>
/// <remarks>
/// Up to 2 by the series erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!, whose terms are all of one sign; beyond by the continued fraction
/// erfc x = e^(−x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))). Both in Abramowitz and Stegun, 7.1.6 and 7.1.14.
/// </remarks>
internal static class ErrorFunction
{
    private const double TwoOverRootPi = 1.1283791670955126;
    private const double SeriesEnd = 2;
    // erfc is below 2^-54 from here on.
    private const double ErfEnd = 6;
    private const double ErfcEnd = 27.3;

    /// <summary>erf x, with an error of about 1e-15.</summary>
    public static double Erf(double x)
    {
        double magnitude = Math.Abs(x);
        return magnitude <= SeriesEnd ? Series(x) : magnitude < ErfEnd ? Math.CopySign(1 - Fraction(magnitude), x) : double.IsNaN(x) ? x : Math.CopySign(1, x);
    }

    /// <summary>1 − erf x, with an error of about 1e-15, and of 1e-13 of it.</summary>
    public static double Erfc(double x) => x switch
    {
        < 0 => 1 + Erf(-x),
        <= SeriesEnd => 1 - Series(x),
        < ErfcEnd => Fraction(x),
        _ => double.IsNaN(x) ? x : 0,
    };

    private static double Series(double x)
    {
        double square = 2 * x * x;
        double term = x;
        double sum = x;
        for (int odd = 3; Math.Abs(term) > Math.Abs(sum) * 1e-17; odd += 2)
        {
            term *= square / odd;
            sum += term;
        }

        return TwoOverRootPi * Math.Exp(-x * x) * sum;
    }

    private static double Fraction(double x)
    {
        // The steps that it takes fall with the square of x.
        double below = x;
        for (int step = 12 + (int)(300 / (x * x)); step > 0; step--)
            below = x + (0.5 * step / below);
        return TwoOverRootPi / 2 * Math.Exp(-x * x) / below;
    }
}
