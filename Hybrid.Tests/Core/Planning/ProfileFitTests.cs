using Hybrid.Planning;

namespace Hybrid.Tests.Core.Planning;

[TestClass]
public sealed class ProfileFitTests
{
    [TestMethod]
    public void Times_that_explain_all_steps_are_found()
    {
        double[] times = [3e-9, 0, 5e-5];
        var random = new Random(71);
        double[][] counts = [.. Enumerable.Range(0, 20).Select(_ => new double[] { random.Next(1, 1_000_000), random.Next(1, 1000), random.Next(1, 5) })];
        double[] seconds = [.. counts.Select(count => count.Zip(times, (often, each) => often * each).Sum())];
        double[] found = ProfileFit.Of(counts, seconds);
        for (int i = 0; i < times.Length; i++)
            Assert.AreEqual(times[i], found[i], 1e-6 * Math.Max(times[i], 1e-9), $"primitive {i}");
    }

    [TestMethod]
    public void No_time_is_negative_and_what_never_happens_takes_none()
    {
        double[] found = ProfileFit.Of([[1, 2, 0], [1, 4, 0], [1, 8, 0]], [3, 2, 1]);
        Assert.IsTrue(found.All(time => time >= 0), string.Join(", ", found));
        Assert.AreEqual(0, found[2]);
    }

    [TestMethod]
    public void Half_of_the_steps_take_more_than_explained()
    {
        // Noise of up to a half, always more: the least relative squares alone would explain too little.
        var random = new Random(72);
        double[][] counts = [.. Enumerable.Range(0, 41).Select(i => new double[] { 1 + i })];
        double[] seconds = [.. counts.Select(count => count[0] * (1 + (random.NextDouble() / 2)))];
        double time = ProfileFit.Of(counts, seconds)[0];
        int more = counts.Zip(seconds, (count, second) => second > count[0] * time * (1 + 1e-9) ? 1 : 0).Sum();
        Assert.AreEqual(20, more);
    }
}
