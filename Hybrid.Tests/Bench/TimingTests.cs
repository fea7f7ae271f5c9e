using Hybrid.Bench.Peers;

namespace Hybrid.Tests.Bench;

[TestClass]
public sealed class TimingTests
{
    [TestMethod]
    public void A_scripts_answer_is_read()
    {
        IReadOnlyList<Timing> timings = Timing.Parse("""[{"name": "add", "size": 2048, "microseconds": 1.5, "engine": "phe"}]""", "no");
        Assert.AreEqual(new Timing("add", 2048, 1.5, "phe"), timings.Single());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("Python 3")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("[null]")]
    [DataRow("[{}]")]
    [DataRow("""[{"name": "add", "size": 2048, "microseconds": 0}]""")]
    [DataRow("""{"name": "add"}""")]
    public void Any_other_answer_is_refused(string json)
    {
        PeerMissingException error = Assert.ThrowsExactly<PeerMissingException>(() => Timing.Parse(json, "That is something else."));
        Assert.AreEqual("That is something else.", error.Message);
    }

    [TestMethod]
    public void The_median_is_the_middle_or_between_the_two_in_the_middle()
    {
        Assert.AreEqual(2, Timing.Median([9, 1, 2]));
        Assert.AreEqual(3, Timing.Median([9, 1, 2, 4]));
    }
}
