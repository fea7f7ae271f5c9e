using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>Times of a scheme's primitives, and how much threads hold one another up in each, from what whole steps took.</summary>
/// <remarks>
/// What mostly computes gains by every core, what mostly reads memory by hardly any. First one figure serves all primitives; then each
/// primitive's is tried by itself, and kept where steps are explained better by it. Times are fitted anew for each (<see cref="ProfileFit"/>).
/// </remarks>
internal static class WorkFit
{
    private const int Sweeps = 2;

    // What explains steps hardly better is chance.
    private const double LeastGain = 0.01;

    private static ReadOnlySpan<double> Tried => [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1];

    /// <summary>Fits.</summary>
    /// <param name="units">The scheme's primitives.</param>
    /// <param name="steps">What steps do, and what each took, in seconds.</param>
    /// <returns>Figures of a profile, by name; what no step does is left out.</returns>
    public static Dictionary<string, double> Of(WorkUnits units, IReadOnlyList<(Work Work, double Seconds)> steps)
    {
        int count = units.Primitives.Length;
        Fit best = Fit.Of(steps, new double[count]);
        foreach (double sharing in Tried)
        {
            var all = new double[count];
            Array.Fill(all, sharing);
            best = best.Or(Fit.Of(steps, all), 0);
        }

        double common = best.Sharing[0];
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (int i = 0; i < count; i++)
            {
                foreach (double sharing in steps.Any(step => step.Work.IsShared(i)) ? Tried : [])
                {
                    double[] other = [.. best.Sharing];
                    other[i] = sharing;
                    best = best.Or(Fit.Of(steps, other), LeastGain);
                }
            }
        }

        return Values(units, steps, common, best);
    }

    private static Dictionary<string, double> Values(WorkUnits units, IReadOnlyList<(Work Work, double Seconds)> steps, double common, Fit fit)
    {
        var values = new Dictionary<string, double> { [units.Sharing.Name] = common };
        double[] often = new double[units.Primitives.Length];
        Array.Fill(often, 1);
        for (int i = 0; i < often.Length; i++)
        {
            // What only a set-up does has not been measured.
            if (steps.Any(step => step.Work.Counts(often)[i] > 0))
            {
                values.Add(units.Primitives[i].Name, fit.Times[i]);
            }

            if (fit.Sharing[i] != common)
            {
                values.Add(units.SharingName(i), fit.Sharing[i]);
            }
        }

        return values;
    }

    // Times for given figures of sharing, and the sum of squares of relative errors.
    private sealed record Fit(double[] Sharing, double[] Times, double Error)
    {
        public static Fit Of(IReadOnlyList<(Work Work, double Seconds)> steps, double[] sharing)
        {
            double[] seconds = [.. steps.Select(step => step.Seconds)];
            double[][] counts = [.. steps.Select(step => step.Work.Counts(sharing))];
            double[] times = ProfileFit.Of(counts, seconds);
            return new(sharing, times, counts.Zip(seconds, (count, time) => Math.Pow((count.Zip(times, (often, each) => often * each).Sum() / time) - 1, 2)).Sum());
        }

        public Fit Or(Fit other, double leastGain) => other.Error < Error * (1 - leastGain) ? other : this;
    }
}
