using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Planning;

[TestClass]
public sealed class SurplusTests
{
    [TestMethod]
    public void A_value_that_is_only_truncated_comes_at_the_upper_end_of_words()
    {
        var graph = new OpGraph();
        Node product = Product(graph, 8, Int128.One << 20);
        Node[] uses = [graph.Truncate(product, 8)];
        // 2^12 times 2^20, and eight units of what is cut off beside it.
        Assert.AreEqual(Int128.One << 32, product.Magnitude);
        Surplus surplus = Surplus.Of(product, uses);
        Assert.AreEqual(new Surplus(29, 37), surplus);
        Assert.AreEqual(7 * Math.ScaleB(1, 37), surplus.Allowance);
        Assert.AreEqual(product.Magnitude * (Int128.One << 29) + (7 * (Int128.One << 37)), surplus.RangeOf(product).High);
        Assert.IsLessThanOrEqualTo(WordRange.Widest.High, surplus.RangeOf(product).High);
        Assert.AreEqual(new WordRange(-surplus.RangeOf(product).High, surplus.RangeOf(product).High), surplus.RangeOf(product));
    }

    [TestMethod]
    public void What_comes_never_leaves_what_truncations_and_comparisons_take()
    {
        var random = new Random(614);
        for (int i = 0; i < 2000; i++)
        {
            var graph = new OpGraph();
            int fraction = random.Next(0, 30);
            Node product = Product(graph, fraction, (Int128)Math.Pow(2, 50 * random.NextDouble()));
            Node[] uses = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => graph.Truncate(product, random.Next(0, product.FractionBits)))];
            Surplus surplus = Surplus.Of(product, uses);
            WordRange range = surplus.RangeOf(product);
            Assert.IsTrue(!surplus.IsAny || (range.Low >= WordRange.Widest.Low && range.High <= WordRange.Widest.High), $"{product} at {i}");
            foreach (TruncateOp truncation in uses.Select(use => (TruncateOp)use.Op))
            {
                int lost = truncation.Bits + surplus.ExtraBits;
                Assert.IsLessThanOrEqualTo(62, lost);
                // The truncated value less any number in its range, as comparisons by the same opening need it.
                WordRange left = range.Truncated(lost);
                Assert.IsTrue(!surplus.IsAny || (left - left).Bits <= 64 - lost, $"{product} at {i}");
                Assert.IsTrue(!surplus.IsAny || surplus.LostBits <= lost, $"{product} at {i}");
            }
        }
    }

    [TestMethod]
    public void What_else_is_done_with_a_value_wants_it_exact()
    {
        var graph = new OpGraph();
        Node product = Product(graph, 8, 100);
        Node truncated = graph.Truncate(product, 8);
        Node sum = graph.Add(new NegateOp(), product);
        Assert.IsTrue(Surplus.Of(product, [truncated]).IsAny);
        Assert.AreEqual(Surplus.None, Surplus.Of(product, [truncated, sum]));
        Assert.AreEqual(Surplus.None, Surplus.Of(product, [sum]));
        Assert.AreEqual(Surplus.None, Surplus.Of(product, []));
        Assert.AreEqual(product.Range, Surplus.None.RangeOf(product));
        Assert.AreEqual(0, Surplus.None.Allowance);
        // Of several truncations what all of them cut off counts.
        Assert.AreEqual(new Surplus(43, 43 + 6), Surplus.Of(product, [truncated, graph.Truncate(product, 10)]));
    }

    [TestMethod]
    public void Only_what_comes_from_ciphertexts_carries_more()
    {
        var graph = new OpGraph();
        Node product = Product(graph, 8, 100);
        Node truncated = graph.Truncate(product, 8);
        Surplus surplus = Surplus.Of(product, [truncated]);
        Assert.AreEqual(surplus, new Stretch([truncated], [truncated], _ => surplus).Entering(product));
        Assert.AreEqual(Surplus.None, new Stretch([truncated], [truncated]).Entering(product));
        var chain = new Stretch([product.Inputs[0], product], Scheme.Plain, Scheme.Shares, surplus);
        Assert.AreEqual(surplus, chain.Leaving);
        var step = new PlanStep(1, product, Scheme.Ckks, Scheme.Shares, chain, Quote.Free);
        StringAssert.Contains(step.ToString(), $"times 2^{surplus.ExtraBits}");
    }

    // Of inputs within 2^12 and weights of a norm.
    private static Node Product(OpGraph graph, int fraction, Int128 norm)
    {
        Node x = graph.Input("x", Party.Client, new Shape(2, 3), new FixedPointFormat(fraction, Math.Max(0, 12 - fraction)));
        return graph.MatMul(x, graph.Constant("W", Visibility.Private(Party.Server), new Shape(3, 3), 8, norm));
    }
}
