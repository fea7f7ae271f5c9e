using Hybrid.Seal;

namespace Hybrid.Tests.Seal.Parameters;

[TestClass]
public sealed class SecurityBoundTests
{
    /// <summary>Table 1 of the Homomorphic Encryption Security Standard (2018), ternary secret, classical attacks.</summary>
    [TestMethod]
    [DataRow(1024, 27, 19, 14)]
    [DataRow(2048, 54, 37, 29)]
    [DataRow(4096, 109, 75, 58)]
    [DataRow(8192, 218, 152, 118)]
    [DataRow(16384, 438, 305, 237)]
    [DataRow(32768, 881, 611, 476)]
    public void Bounds_are_the_standards(int degree, int bits128, int bits192, int bits256)
    {
        Assert.AreEqual(bits128, SecurityBound.MaximumBits(degree, SecurityLevel.Classical128));
        Assert.AreEqual(bits192, SecurityBound.MaximumBits(degree, SecurityLevel.Classical192));
        Assert.AreEqual(bits256, SecurityBound.MaximumBits(degree, SecurityLevel.Classical256));
        Assert.AreEqual(int.MaxValue, SecurityBound.MaximumBits(degree, SecurityLevel.None));
    }

    [TestMethod]
    public void Where_the_standard_has_no_bound_nothing_is_secure()
    {
        foreach (int degree in new[] { int.MinValue, -4096, 0, 1, 16, 512, 1023, 65536, 1 << 30 })
        {
            Assert.AreEqual(0, SecurityBound.MaximumBits(degree, SecurityLevel.Classical128), $"degree {degree}");
        }

        // Between two powers of two the smaller one's bound is the safe one.
        Assert.AreEqual(109, SecurityBound.MaximumBits(8191, SecurityLevel.Classical128));
    }

    [TestMethod]
    public void The_least_degree_is_the_first_whose_bound_is_enough()
    {
        Assert.AreEqual(1024, SecurityBound.LeastDegree(27, SecurityLevel.Classical128));
        Assert.AreEqual(2048, SecurityBound.LeastDegree(28, SecurityLevel.Classical128));
        Assert.AreEqual(8192, SecurityBound.LeastDegree(180, SecurityLevel.Classical128));
        Assert.AreEqual(16384, SecurityBound.LeastDegree(180, SecurityLevel.Classical192));
        Assert.AreEqual(32768, SecurityBound.LeastDegree(476, SecurityLevel.Classical256));
        Assert.AreEqual(0, SecurityBound.LeastDegree(477, SecurityLevel.Classical256));
        Assert.AreEqual(0, SecurityBound.LeastDegree(882, SecurityLevel.Classical128));
        Assert.AreEqual(1024, SecurityBound.LeastDegree(3000, SecurityLevel.None));
    }

    [TestMethod]
    public void A_level_that_is_none_is_refused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SecurityBound.MaximumBits(4096, (SecurityLevel)127));
}
