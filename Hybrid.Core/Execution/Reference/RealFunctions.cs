using Hybrid.Graph;

namespace Hybrid.Execution;

/// <summary>Functions of one real number, right to a few units in the last place.</summary>
internal static class RealFunctions
{
    private const double LeastPower = -16;
    private const double GreatestPower = 10;

    /// <summary>The function behind a name; those of positive numbers hold their argument within the domain.</summary>
    /// <param name="function">The name.</param>
    /// <param name="domain">What positive numbers the op is computed on: see <see cref="UnaryOp.Domain"/>.</param>
    public static Func<double, double> Of(UnaryFunction function, (double Low, double High) domain) => function switch
    {
        UnaryFunction.Relu => x => Math.Max(x, 0),
        UnaryFunction.Abs => Math.Abs,
        UnaryFunction.Sign => x => Math.Sign(x),
        UnaryFunction.Sigmoid => Sigmoid,
        UnaryFunction.Tanh => Math.Tanh,
        UnaryFunction.Erf => ErrorFunction.Erf,
        UnaryFunction.Gelu => Gelu,
        UnaryFunction.Silu => x => x * Sigmoid(x),
        UnaryFunction.Softplus => Softplus,
        UnaryFunction.Exp => Exp,
        UnaryFunction.Log => x => Math.Log(Math.Clamp(x, domain.Low, domain.High)),
        UnaryFunction.Sqrt => x => Math.Sqrt(Math.Clamp(x, domain.Low, domain.High)),
        UnaryFunction.ReciprocalSqrt => x => 1 / Math.Sqrt(Math.Clamp(x, domain.Low, domain.High)),
        UnaryFunction.Reciprocal => x => 1 / Math.Clamp(x, domain.Low, domain.High),
        UnaryFunction.Sin => Math.Sin,
        UnaryFunction.Cos => Math.Cos,
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "No such function."),
    };

    /// <summary>x to a power, as <see cref="PowerOp"/> has it.</summary>
    public static Func<double, double> Power(PowerOp op, (double Low, double High) domain)
    {
        double exponent = op.Exponent;
        if (op.IsWhole)
        {
            return exponent >= 0 ? x => Math.Pow(x, exponent) : x => Math.Pow(Math.Clamp(x, domain.Low, domain.High), exponent);
        }

        return x => Exp(exponent * Math.Log(Math.Clamp(x, domain.Low, domain.High)));
    }

    /// <summary>1 / (1 + e^−x).</summary>
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>x Φ(x) = x erfc(−x/√2) / 2.</summary>
    public static double Gelu(double x) => x == 0 ? 0 : double.IsNegativeInfinity(x) ? 0 : x / 2 * ErrorFunction.Erfc(-x * 0.70710678118654752);

    /// <summary>ln(1 + e^x).</summary>
    public static double Softplus(double x)
    {
        // ln(1 + y) of small y: what 1 + y loses of y is made up for.
        double y = Math.Exp(-Math.Abs(x));
        double u = 1 + y;
        return Math.Max(x, 0) + (u == 1 ? y : Math.Log(u) * y / (u - 1));
    }

    /// <summary>e^x: 0 below −16, e^10 above 10.</summary>
    public static double Exp(double x) => x < LeastPower ? 0 : Math.Exp(Math.Min(x, GreatestPower));
}
