using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Schemes;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Schemes;

[TestClass]
public sealed class PlainIntegersTests
{
    private static readonly Node Narrow = new OpGraph().Input("x", Party.Client, new Shape(2, 2), new FixedPointFormat(20, 42));

    // 62 bits times 62 bits.
    private static readonly Node Wide = Squared();

    [TestMethod]
    public void Ranges_decide_how_wide_they_are()
    {
        using var narrow = new PlainIntegers(Narrow);
        using var wide = new PlainIntegers(Wide);
        Assert.IsTrue(narrow.AreWords);
        Assert.IsFalse(wide.AreWords);
        Assert.ThrowsExactly<InvalidOperationException>(() => narrow.Wide.Length);
        Assert.ThrowsExactly<InvalidOperationException>(() => wide.Words.Length);
    }

    [TestMethod]
    public void Either_width_holds_the_same()
    {
        Int128[] integers = [0, -1, 1L << 62, -(1L << 62)];
        foreach (Node node in new[] { Narrow, Wide })
        {
            using PlainIntegers held = PlainIntegers.Of<Int128>(node, integers);
            using PlainIntegers copy = held.CopyFor(node);
            using PlainIntegers fromWords = PlainIntegers.Of<long>(node, [.. integers.Select(integer => (long)integer)]);
            using var single = new PlainIntegers(node);
            var numbers = new double[4];
            held.Decode(20, numbers);
            for (int i = 0; i < integers.Length; i++)
            {
                single[i] = integers[i];
                Assert.AreEqual(integers[i], held[i]);
                Assert.AreEqual(integers[i], single[i]);
                Assert.AreEqual((double)integers[i] / (1 << 20), numbers[i]);
            }

            CollectionAssert.AreEqual(integers, held.ToArray());
            CollectionAssert.AreEqual(integers, copy.ToArray());
            CollectionAssert.AreEqual(integers, fromWords.ToArray());
        }
    }

    [TestMethod]
    public void More_than_words_hold_stays_whole()
    {
        Int128 long1 = (Int128.One << 120) + 3;
        using PlainIntegers held = PlainIntegers.Of<Int128>(Wide, [long1, -long1, 5, -5]);
        CollectionAssert.AreEqual(new[] { long1, -long1, 5, -5 }, held.ToArray());
        var numbers = new double[4];
        held.Decode(0, numbers);
        Assert.AreEqual(Math.ScaleB(1, 120), numbers[0]);
    }

    [TestMethod]
    public void Another_number_of_integers_is_refused() =>
        Assert.ThrowsExactly<ArgumentException>(() => PlainIntegers.Of<long>(Narrow, [1, 2, 3]));

    [TestMethod]
    public void Borrowed_memory_comes_back_wiped()
    {
        using var pool = new SecretPool();
        var graph = new OpGraph();
        Node large = graph.Input("x", Party.Client, new Shape(4096), new FixedPointFormat(20, 20));
        using (var integers = new PlainIntegers(large, pool))
            integers.Words.Fill(-1);
        using var again = new PlainIntegers(large, pool);
        Assert.IsFalse(again.Words.ContainsAnyExcept(0));
    }

    private static Node Squared()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(2, 2), new FixedPointFormat(40, 22));
        return graph.Add(new MultiplyOp(), x, x);
    }
}
