using Hybrid.Mpc.Lookups;

namespace Hybrid.Tests.Mpc.Lookups;

[TestClass]
public sealed class DeterministicMathTests
{
    private const double Bound = 1e-14;

    [TestMethod]
    public void Exponentials_agree_with_the_platform_to_a_few_units()
    {
        foreach (double x in Grid(-600, 600, 200_001))
            Assert.AreEqual(1, DeterministicMath.Exp(x) / Math.Exp(x), Bound, $"{x}");
        Assert.AreEqual(1.0, DeterministicMath.Exp(0));
    }

    [TestMethod]
    public void Logarithms_agree_with_the_platform_to_a_few_units()
    {
        foreach (double x in Grid(0.001, 100, 100_001).Concat(Grid(0.99, 1.01, 10_001)).Append(double.MaxValue).Append(1e-300))
            Assert.AreEqual(Math.Log(x), DeterministicMath.Log(x), Bound * Math.Max(1, Math.Abs(Math.Log(x))), $"{x}");
        Assert.AreEqual(0.0, DeterministicMath.Log(1));
    }

    [TestMethod]
    public void Sines_and_cosines_agree_with_the_platform_to_a_few_units()
    {
        foreach (double turns in Grid(-2, 2, 200_001))
        {
            (double sin, double cos) = DeterministicMath.SinCosTurns(turns);
            Assert.AreEqual(Math.Sin(2 * Math.PI * turns), sin, Bound, $"{turns}");
            Assert.AreEqual(Math.Cos(2 * Math.PI * turns), cos, Bound, $"{turns}");
        }

        (double, double)[] quarters = [(0, 1), (1, 0), (0, -1), (-1, 0)];
        for (int quarter = -8; quarter <= 8; quarter++)
        {
            (double sin, double cos) = DeterministicMath.SinCosTurns((1L << 35) + quarter / 4.0);
            Assert.AreEqual(quarters[quarter & 3], (sin + 0.0, cos + 0.0), $"{quarter} quarters");
        }
    }

    [TestMethod]
    public void Step_functions_agree_with_the_platform()
    {
        foreach (double x in Grid(-40, 40, 100_001))
        {
            Assert.AreEqual(Math.Tanh(x), DeterministicMath.Tanh(x), Bound, $"{x}");
            Assert.AreEqual(1 / (1 + Math.Exp(-x)), DeterministicMath.Sigmoid(x), Bound, $"{x}");
        }
    }

    [TestMethod]
    public void The_error_function_is_the_integral_of_the_bell_curve()
    {
        // Simpson's rule on [x, x + 1/64], whose error is far below the bound, step after step.
        double integral = 0;
        const double step = 1.0 / 64;
        for (double x = 0; x < 7; x += step)
        {
            Assert.AreEqual(integral, DeterministicMath.Erf(x), Bound, $"{x}");
            Assert.AreEqual(-integral, DeterministicMath.Erf(-x), Bound, $"{-x}");
            const int parts = 64;
            double sum = 0;
            for (int i = 0; i <= parts; i++)
            {
                double t = x + i * step / parts;
                sum += Math.Exp(-t * t) * (i == 0 || i == parts ? 1 : i % 2 == 1 ? 4 : 2);
            }

            integral += sum * step / parts / 3 * 2 / Math.Sqrt(Math.PI);
        }
    }

    [TestMethod]
    public void Rounding_goes_to_the_nearest_integer()
    {
        const long large = 1L << 50;
        foreach ((double x, long expected) in new[] { (0.4, 0L), (-0.6, -1), (2.5, 2), (3.5, 4), (-2.5, -2), (large, large), (-large, -large) })
            Assert.AreEqual(expected, DeterministicMath.Round(x), $"{x}");
    }

    private static IEnumerable<double> Grid(double low, double high, int points) =>
        Enumerable.Range(0, points).Select(i => low + (high - low) * i / (points - 1));
}
