namespace Hybrid.Mpc.Lookups;

/// <summary>Polynomials of low degree in double precision, coefficients from the constant on, made in a fixed order of roundings.</summary>
internal static class Polynomial
{
    /// <summary>
    /// The polynomial in t that agrees with a function at the Chebyshev points of [low, high], nearly the best one there.
    /// </summary>
    /// <param name="function">The function of t.</param>
    /// <param name="low">The lower end of t.</param>
    /// <param name="high">The upper end.</param>
    /// <param name="degree">The degree.</param>
    public static double[] Interpolate(Func<double, double> function, double low, double high, int degree)
    {
        int points = degree + 1;
        double centre = (low + high) / 2;
        double radius = (high - low) / 2;
        var values = new double[points];
        for (int i = 0; i < points; i++)
            values[i] = function(centre + radius * Cosine(2 * i + 1, points));

        // Σ c_n T_n(s), whose T_n follow from T_{n+1} = 2 s T_n - T_{n-1}, as powers of s.
        var powers = new double[points];
        double[] previous = new double[points];
        double[] current = new double[points];
        current[0] = 1;
        for (int n = 0; n < points; n++)
        {
            double sum = 0;
            for (int i = 0; i < points; i++)
                sum += values[i] * Cosine(n * (2 * i + 1), points);
            double c = sum * (n == 0 ? 1 : 2) / points;
            var next = new double[points];
            for (int i = 0; i < points; i++)
            {
                powers[i] += c * current[i];
                next[i] = (n == 0 ? 1 : 2) * (i == 0 ? 0 : current[i - 1]) - previous[i];
            }

            (previous, current) = (current, next);
        }

        return Substitute(powers, -centre / radius, 1 / radius);
    }

    /// <summary>Its value at a point.</summary>
    public static double Value(ReadOnlySpan<double> polynomial, double t)
    {
        double sum = 0;
        for (int n = polynomial.Length - 1; n >= 0; n--)
            sum = sum * t + polynomial[n];
        return sum;
    }

    // p(shift + scale · t) by Horner's rule on polynomials.
    private static double[] Substitute(double[] p, double shift, double scale)
    {
        var result = new double[p.Length];
        for (int n = p.Length - 1; n >= 0; n--)
        {
            for (int i = p.Length - 1; i > 0; i--)
                result[i] = result[i] * shift + result[i - 1] * scale;
            result[0] = result[0] * shift + p[n];
        }

        return result;
    }

    // cos(π numerator / (2 points)), the numerator reduced first so that no angle is large.
    private static double Cosine(int numerator, int points) =>
        DeterministicMath.SinCosTurns((double)(numerator % (4 * points)) / (4 * points)).Cos;
}
