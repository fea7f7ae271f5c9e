using Hybrid.Seal;

namespace Hybrid.Tests.Seal.Backend;

[TestClass]
public sealed class CkksSelfTestTests
{
    [TestMethod]
    public void The_self_test_passes_and_takes_little_time()
    {
        foreach (bool isMerging in new[] { false, true })
        {
            CkksSelfTest.Run(isMerging);
            long started = Environment.TickCount64;
            CkksSelfTest.Run(isMerging);
            Assert.IsLessThan(1000, Environment.TickCount64 - started, "milliseconds");
        }
    }
}
