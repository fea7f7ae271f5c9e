using Hybrid.Seal;

namespace Hybrid.Tests.Seal.Keys;

[TestClass]
public sealed class GaloisElementTests
{
    [TestMethod]
    public void Rotations_are_powers_of_three_and_a_turn_back_is_the_rest_of_the_circle()
    {
        foreach (int degree in new[] { 16, 64, 4096 })
        {
            uint power = 1;
            for (int steps = 1; steps < degree / 2; steps++)
            {
                power = power * 3 % (2 * (uint)degree);
                Assert.AreEqual(power, GaloisElement.OfRotation(degree, steps), $"degree {degree}, {steps} steps");
                Assert.AreEqual(power, GaloisElement.OfRotation(degree, steps - (degree / 2)), $"degree {degree}, {steps} steps");
            }

            Assert.AreEqual(1u, power * 3 % (2 * (uint)degree), "the circle closes");
            Assert.AreEqual((2 * (uint)degree) - 1, GaloisElement.OfConjugation(degree));
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(32)]
    [DataRow(-32)]
    [DataRow(int.MaxValue)]
    [DataRow(int.MinValue)]
    public void Steps_beyond_the_slots_are_refused(int steps)
    {
        ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GaloisElement.OfRotation(64, steps));
        StringAssert.Contains(error.Message, "1 to 31 steps");
    }

    [TestMethod]
    public void Descriptions_name_the_shorter_way_round()
    {
        Assert.AreEqual("rotation by 1 (Galois element 3)", GaloisElement.Describe(64, 3));
        Assert.AreEqual("rotation by 16 (Galois element 65)", GaloisElement.Describe(64, GaloisElement.OfRotation(64, 16)));
        Assert.AreEqual("rotation by -5 (Galois element 59)", GaloisElement.Describe(64, GaloisElement.OfRotation(64, -5)));
        Assert.AreEqual("conjugation", GaloisElement.Describe(64, 127));
        Assert.AreEqual("Galois element 125", GaloisElement.Describe(64, 125));
    }
}
