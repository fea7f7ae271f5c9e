using Hybrid.Paillier;

namespace Hybrid.Tests.Paillier.Backend;

[TestClass]
public sealed class PaillierSelfTestTests
{
    [TestMethod]
    public void The_self_test_passes_and_takes_little_time()
    {
        PaillierSelfTest.Run();
        long started = Environment.TickCount64;
        PaillierSelfTest.Run();
        Assert.IsLessThan(1000, Environment.TickCount64 - started, "milliseconds");
    }
}
