using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Functions;

namespace Hybrid.Bench.Accuracy;

/// <summary>A function whose error is measured over its domain.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Lowest">The least input.</param>
/// <param name="Highest">The greatest.</param>
/// <param name="IsRelative">Whether the error is relative, and inputs are spread evenly by their logarithm.</param>
/// <param name="Apply">The function on shares.</param>
/// <param name="Exact">The function in double.</param>
internal sealed record AccuracyCase(
    string Name, double Lowest, double Highest, bool IsRelative, Func<Wire, Wire> Apply, Func<double, double> Exact)
{
    private const double Least = 1.0 / 256;
    private const double Greatest = 32768;

    /// <summary>All functions of one variable, in the order of the table.</summary>
    public static IReadOnlyList<AccuracyCase> All { get; } =
    [
        new("relu", -1000, 1000, false, x => x.Relu(), x => Math.Max(x, 0)),
        new("leaky relu, slope 0.01", -1000, 1000, false, x => x.LeakyRelu(0.01), x => x < 0 ? 0.01 * x : x),
        new("abs", -1000, 1000, false, x => x.Abs(), Math.Abs),
        new("clip to [-1, 1]", -1000, 1000, false, x => x.Clip(-1, 1), x => Math.Clamp(x, -1, 1)),
        new("exp", -16, 0, false, x => x.Exp(0), Math.Exp),
        new("exp, saturating", -1000, -16, false, x => x.Exp(0), _ => 0),
        new("exp, above 0", 0.0001, 10, true, x => x.Exp(10), Math.Exp),
        new("sigmoid", -20, 20, false, x => x.Sigmoid(), x => 1 / (1 + Math.Exp(-x))),
        new("tanh", -10, 10, false, x => x.Tanh(), Math.Tanh),
        new("erf", -5, 5, false, x => x.Erf(), Erf),
        new("gelu", -12, 12, false, x => x.Gelu(), x => x / 2 * (1 + Erf(x / Math.Sqrt(2)))),
        new("silu", -20, 20, false, x => x.Silu(), x => x / (1 + Math.Exp(-x))),
        new("softplus", -20, 20, false, x => x.Softplus(), x => x > 30 ? x : Math.Log(1 + Math.Exp(x))),
        new("reciprocal, 32 fraction bits", Least, Greatest, true, x => x.Reciprocal(32), x => 1 / x),
        new("reciprocal", Least, Greatest, false, x => x.Reciprocal(), x => 1 / x),
        new("square root, 24 fraction bits", Least, Greatest, true, x => x.Sqrt(24), Math.Sqrt),
        new("square root", Least, Greatest, false, x => x.Sqrt(), Math.Sqrt),
        new("1 / square root, 32 fraction bits", Least, Greatest, true, x => x.ReciprocalSqrt(32), x => 1 / Math.Sqrt(x)),
        new("1 / square root", Least, Greatest, false, x => x.ReciprocalSqrt(), x => 1 / Math.Sqrt(x)),
        new("log", Least, Greatest, false, x => x.Log(), Math.Log),
        new("cube", -30, 30, false, x => x.Clip(-30, 30).Power(3), x => x * x * x),
        new("x^0.75", 0.01, 100, false, x => x.Power(0.75), x => Math.Pow(x, 0.75)),
        new("sin", -1000, 1000, false, x => x.Sin(), Math.Sin),
        new("cos", -1000, 1000, false, x => x.Cos(), Math.Cos),
    ];

    // Abramowitz and Stegun 7.1.5 near zero and a continued fraction beyond: better than 1e-12.
    private static double Erf(double x)
    {
        double magnitude = Math.Abs(x);
        double sum = 0;
        if (magnitude < 3)
        {
            double term = magnitude;
            for (int n = 0; n < 80; n++)
            {
                sum += term / ((2 * n) + 1);
                term *= -magnitude * magnitude / (n + 1);
            }

            return Math.CopySign(2 / Math.Sqrt(Math.PI) * sum, x);
        }

        double fraction = 0;
        for (int n = 60; n > 0; n--)
            fraction = n / 2.0 / (magnitude + fraction);
        return Math.CopySign(1 - (Math.Exp(-magnitude * magnitude) / Math.Sqrt(Math.PI) / (magnitude + fraction)), x);
    }
}
