namespace Hybrid.Tests.Seal;

/// <summary>Whether numbers are uniform in [0, 1], by a chi-square test.</summary>
internal static class UniformFractions
{
    private const int Bins = 64;

    // 63 degrees of freedom, deviation 11.2; six of those.
    private const double Most = 63 + (6 * 11.2);

    /// <summary>Fails where they are not, or by a chance far below a millionth.</summary>
    public static void Require(double[] fractions, string what, int seed)
    {
        var counts = new int[Bins];
        foreach (double fraction in fractions)
        {
            counts[Math.Clamp((int)(fraction * Bins), 0, Bins - 1)]++;
        }

        double expected = (double)fractions.Length / Bins;
        double square = counts.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.IsLessThan(Most, square, $"{what}, {fractions.Length} numbers, seed {seed}");
    }
}
