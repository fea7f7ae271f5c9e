namespace Hybrid.Tests.Seal.Interop;

/// <summary>Real SEAL by itself: that the instrument of the other tests in this folder works.</summary>
[TestClass]
public sealed class NodeSealTests
{
    private static readonly double[] Numbers = [1.5, -2, 0.25];

    [TestMethod]
    public void Real_seal_answers()
    {
        using NodeSeal seal = NodeSeal.Start();
        byte[] parameters = seal.Create(4096, [36, 36, 37]);
        seal.Make("secret");
        seal.Make("public");
        seal.Make("galois", steps: 1);
        seal.Encode("x", Numbers, 1 << 30);
        seal.Encrypt("a", "x");
        seal.Evaluate("turned", "rotate", ["a"], by: 1);
        double[] turned = seal.Decode("turned");
        Assert.HasCount(2048, turned);
        Assert.AreEqual(-2, turned[0], 1e-3);
        Assert.AreEqual(1.5, turned[^1], 1e-3);
        CollectionAssert.AreEqual(parameters, seal.Open(parameters));
        NodeSealException error = Assert.ThrowsExactly<NodeSealException>(() => seal.Load("ciphertext", parameters));
        StringAssert.Contains(error.Message, "std::logic_error");
    }
}
