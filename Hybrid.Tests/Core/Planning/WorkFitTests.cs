using System.Collections.Immutable;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Tests.Core.Planning;

[TestClass]
public sealed class WorkFitTests
{
    private const int Seed = 61;

    private static readonly WorkUnits Units = new([new("step", 1), new("computes", 1), new("reads", 1), new("never", 1)], new MachinePrimitive("sharing", 0.5));

    [TestMethod]
    public void What_computes_and_what_reads_are_told_apart()
    {
        var truth = new Dictionary<string, double> { ["step"] = 1e-4, ["computes"] = 2e-9, ["computes.sharing"] = 0, ["reads"] = 5e-9, ["reads.sharing"] = 0.7 };
        List<(Work Work, double Seconds)> steps = Steps(truth, noise: 0.02);
        Dictionary<string, double> values = WorkFit.Of(Units, steps);
        Assert.IsFalse(values.ContainsKey("never"), "it was not measured");
        var machine = new MachineProfile("fitted", string.Empty, values.ToImmutableSortedDictionary());
        foreach ((Work work, double seconds) in steps)
            Assert.AreEqual(1, work.Seconds(machine) / seconds, 0.1, $"seed {Seed}");
        Assert.IsLessThan(0.1, Units.SharingOf(1, machine));
        Assert.AreEqual(0.7, Units.SharingOf(2, machine), 0.15);
        // One figure for both would be off.
        var one = new MachineProfile("one", string.Empty, values.Where(pair => !pair.Key.EndsWith("s.sharing", StringComparison.Ordinal)).ToImmutableSortedDictionary());
        Assert.IsTrue(steps.Any(step => Math.Abs((step.Work.Seconds(one) / step.Seconds) - 1) > 0.15));
    }

    [TestMethod]
    public void One_figure_does_where_it_explains_all()
    {
        var truth = new Dictionary<string, double> { ["step"] = 1e-4, ["computes"] = 2e-9, ["reads"] = 5e-9, ["sharing"] = 0.3 };
        Dictionary<string, double> values = WorkFit.Of(Units, Steps(truth, noise: 0));
        Assert.AreEqual(0.3, values["sharing"]);
        Assert.IsFalse(values.Keys.Any(name => name.EndsWith("s.sharing", StringComparison.Ordinal)));
        Assert.AreEqual(2e-9, values["computes"], 1e-12);
    }

    private static List<(Work Work, double Seconds)> Steps(Dictionary<string, double> truth, double noise)
    {
        var machine = new MachineProfile("truth", string.Empty, truth.ToImmutableSortedDictionary());
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, 40).Select(_ =>
        {
            Work work = new Work(Units).With(0, 1)
                .With(1, Spread.Of(random.Next(1, 200), 8, 16), random.Next(10_000, 200_000))
                .With(2, Spread.Of(random.Next(1, 200), 1, 16), random.Next(10_000, 200_000));
            return (work, work.Seconds(machine) * (1 + (noise * ((2 * random.NextDouble()) - 1))));
        })];
    }
}
