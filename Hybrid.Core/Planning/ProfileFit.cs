namespace Hybrid.Planning;

/// <summary>Times of primitives from times of whole steps that do known numbers of each: the non-negative times that fit best, relative to each step's.</summary>
/// <remarks>Least squares by coordinate descent, each time kept at 0 or more; small and deterministic. Source: Franc, Hlaváč and Navara (2005), "Sequential coordinate-wise algorithm for the non-negative least squares problem".</remarks>
public static class ProfileFit
{
    private const int MostSweeps = 20_000;

    /// <summary>Fits.</summary>
    /// <param name="counts">For each step, how often it does each primitive.</param>
    /// <param name="seconds">What each step took.</param>
    /// <returns>Seconds of each primitive.</returns>
    public static double[] Of(IReadOnlyList<double[]> counts, IReadOnlyList<double> seconds)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(seconds);
        int unknowns = counts[0].Length;
        var normal = new double[unknowns, unknowns];
        var right = new double[unknowns];
        for (int step = 0; step < counts.Count; step++)
        {
            for (int i = 0; i < unknowns; i++)
            {
                double x = counts[step][i] / seconds[step];
                right[i] += x;
                for (int j = 0; j < unknowns; j++)
                    normal[i, j] += x * counts[step][j] / seconds[step];
            }
        }

        var times = new double[unknowns];
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            double moved = 0;
            for (int i = 0; i < unknowns; i++)
            {
                if (normal[i, i] == 0)
                {
                    continue;
                }

                double gradient = -right[i];
                for (int j = 0; j < unknowns; j++)
                    gradient += normal[i, j] * times[j];
                double next = Math.Max(0, times[i] - (gradient / normal[i, i]));
                moved = Math.Max(moved, Math.Abs(next - times[i]) * Math.Sqrt(normal[i, i]));
                times[i] = next;
            }

            if (moved < 1e-12)
            {
                break;
            }
        }

        return Balanced(times, counts, seconds);
    }

    // Least squares of relative errors leans to short times; afterwards half of the steps take more than is explained, and half less.
    private static double[] Balanced(double[] times, IReadOnlyList<double[]> counts, IReadOnlyList<double> seconds)
    {
        double[] ratios = [.. counts.Zip(seconds, (count, second) => second / count.Zip(times, (often, each) => often * each).Sum()).Where(double.IsFinite).Order()];
        double median = ratios.Length == 0 ? 1 : ratios[ratios.Length / 2];
        return [.. times.Select(time => time * median)];
    }
}
