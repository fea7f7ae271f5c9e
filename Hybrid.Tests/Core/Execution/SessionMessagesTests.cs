using Hybrid.Execution;

namespace Hybrid.Tests.Core.Execution;

[TestClass]
public sealed class SessionMessagesTests
{
    [TestMethod]
    public void Ten_thousand_mutated_reports_are_read_or_refused()
    {
        const int Seed = 20;
        var random = new Random(Seed);
        byte[] report = SessionMessages.WriteSeconds(0.25);
        int refused = 0;
        for (int run = 0; run < 10_000; run++)
        {
            try
            {
                double seconds = SessionMessages.ReadSeconds(Mutations.Mutate(random, report), "server", "report");
                Assert.IsTrue(double.IsFinite(seconds) && seconds >= 0, $"seed {Seed}, run {run}");
            }
            catch (ProtocolException e)
            {
                Sentences.Check(e, "The server", "during report");
                refused++;
            }
        }

        Assert.IsTrue(refused is > 1000 and < 10_000, $"seed {Seed}: {refused} refused; wrong lengths, at least, are");
    }

    [TestMethod]
    public void What_was_written_is_read()
    {
        Assert.AreEqual(0.25, SessionMessages.ReadSeconds(SessionMessages.WriteSeconds(0.25), "server", "report"));
        foreach (double wrong in new[] { -1, double.NaN, double.PositiveInfinity })
        {
            byte[] bytes = SessionMessages.WriteSeconds(wrong);
            Assert.ThrowsExactly<ProtocolException>(() => SessionMessages.ReadSeconds(bytes, "server", "report"));
        }
    }
}
