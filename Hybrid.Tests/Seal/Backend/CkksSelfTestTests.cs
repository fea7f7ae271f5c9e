using Hybrid.Seal;

namespace Hybrid.Tests.Seal.Backend;

[TestClass]
public sealed class CkksSelfTestTests
{
    [TestMethod]
    public void The_self_test_passes_and_takes_little_time()
    {
        CkksSelfTest.Run();
        long started = Environment.TickCount64;
        CkksSelfTest.Run();
        Assert.IsLessThan(1000, Environment.TickCount64 - started, "milliseconds");
    }
}
