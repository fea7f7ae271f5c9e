using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Tests.Core.Schemes;

[TestClass]
public sealed class SchemeRegistryTests
{
    [TestMethod]
    public void Finds_what_was_added_and_nothing_else()
    {
        using var registry = new SchemeRegistry(Party.Server);
        var ckks = new FakeBackend(Scheme.Ckks, (_, _) => null);
        var shares = new FakeBackend(Scheme.Shares, (_, _) => null);
        var enter = new FakeConversion(Scheme.Plain, Scheme.Ckks, (_, _) => null);
        var cross = new FakeConversion(Scheme.Ckks, Scheme.Shares, (_, _) => null);
        registry.Add(ckks, enter);
        registry.Add(shares, cross);

        Assert.AreEqual(Party.Server, registry.Role);
        CollectionAssert.AreEqual(new IBackend[] { ckks, shares }, registry.Backends.ToArray());
        Assert.AreSame(ckks, registry.Backend(Scheme.Ckks));
        Assert.AreSame(shares, registry.Backend(Scheme.Shares));
        Assert.IsNull(registry.Backend(Scheme.Paillier));
        Assert.AreSame(enter, registry.Conversion(Scheme.Plain, Scheme.Ckks));
        Assert.AreSame(cross, registry.Conversion(Scheme.Ckks, Scheme.Shares));
        Assert.IsNull(registry.Conversion(Scheme.Ckks, Scheme.Plain));
        Assert.IsNull(registry.Conversion(Scheme.Shares, Scheme.Ckks));
    }

    [TestMethod]
    public void A_scheme_has_one_backend()
    {
        using var registry = new SchemeRegistry(Party.Client);
        registry.Add(new FakeBackend(Scheme.Ckks, (_, _) => null));
        ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() => registry.Add(new FakeBackend(Scheme.Ckks, (_, _) => null)));
        StringAssert.Contains(e.Message, "Ckks");
        Assert.HasCount(1, registry.Backends);
    }

    [TestMethod]
    public void Backends_are_disposed_of_with_the_registry()
    {
        FakeBackend[] backends = [new(Scheme.Ckks, (_, _) => null), new(Scheme.Shares, (_, _) => null)];
        var registry = new SchemeRegistry(Party.Client);
        foreach (FakeBackend backend in backends)
        {
            registry.Add(backend);
        }

        registry.Dispose();
        Assert.IsTrue(backends.All(backend => backend.IsDisposed));
    }
}
