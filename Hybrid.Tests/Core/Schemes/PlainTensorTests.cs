using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Schemes;

[TestClass]
public sealed class PlainTensorTests
{
    private static readonly Node Input = new OpGraph().Input("x", Party.Client, new Shape(2, 2), new FixedPointFormat(4, 4));

    [TestMethod]
    public void Only_the_owners_end_has_the_values()
    {
        using var here = new PlainTensor(Input, Party.Client, PlainIntegers.Of<long>(Input, [1, 2, 3, 4]));
        using var there = new PlainTensor(Input, Party.Client);
        CollectionAssert.AreEqual(new Int128[] { 1, 2, 3, 4 }, here.Integers.ToArray());
        Assert.AreEqual((Scheme.Plain, Party.Client), (there.Scheme, there.Owner));
        InvalidOperationException e = Assert.ThrowsExactly<InvalidOperationException>(() => there.Integers.Length);
        Assert.AreEqual("x is in the clear at the client only.", e.Message);
    }

    [TestMethod]
    public void There_are_as_many_values_as_the_shape_has_elements()
    {
        using var three = new PlainIntegers(new OpGraph().Input("y", Party.Client, new Shape(3), new FixedPointFormat(4, 4)));
        Assert.ThrowsExactly<ArgumentException>(() => new PlainTensor(Input, Party.Client, three));
    }

    [TestMethod]
    public void Values_are_wiped_with_the_tensor()
    {
        PlainIntegers integers = PlainIntegers.Of<long>(Input, [1, 2, 3, 4]);
        var tensor = new PlainTensor(Input, Party.Client, integers);
        tensor.Dispose();
        tensor.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => integers.Words.Length);
        Assert.ThrowsExactly<ObjectDisposedException>(() => tensor.Integers.Words.Length);
    }
}
