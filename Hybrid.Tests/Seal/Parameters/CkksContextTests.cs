using Hybrid.Numerics;
using Hybrid.Seal;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Seal.Parameters;

[TestClass]
public sealed class CkksContextTests
{
    [TestMethod]
    public void A_context_repeats_its_parameters()
    {
        var context = new CkksContext(CkksParameters.Create(64, [40, 30, 30, 40], SecurityLevel.None));
        Assert.AreEqual(64, context.Degree);
        Assert.AreEqual(32, context.SlotCount);
        Assert.AreEqual(2, context.MaximumLevel);
        Assert.AreEqual(3, context.SpecialPrime);
        Assert.AreEqual(KernelWidth.Auto, context.Width);
        Assert.AreEqual(70, context.BitsAt(1), 0.01);
    }

    [TestMethod]
    public void Without_a_special_prime_key_switching_is_refused()
    {
        var context = new CkksContext(CkksParameters.CreateWithoutSpecialPrime(64, [40, 30], SecurityLevel.None));
        Sentences.Refused<ParameterException>(() => context.SpecialPrime.ToString(), "no special prime", "create them with one");
    }

    [TestMethod]
    public void Missing_parameters_and_kernels_that_are_none_are_refused()
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => _ = new CkksContext(null!));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new CkksContext(CkksParameters.Create(64, [40], SecurityLevel.None), (KernelWidth)99));
    }
}
