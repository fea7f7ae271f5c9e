using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Graph;

/// <summary>Ranges and refusals that are easily got wrong.</summary>
[TestClass]
public sealed class OpRangeTests
{
    private static readonly Conv2dGeometry Padded = new() { PadTop = 2, PadLeft = 2, PadBottom = 2, PadRight = 2 };

    [TestMethod]
    public void Padding_brings_zeros_into_a_convolution()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(1, 1, 3, 3), 0, new WordRange(5, 10));
        Node k = graph.Input("k", Party.Server, new Shape(1, 1, 2, 2), 0, new WordRange(2, 3));
        Assert.AreEqual(new WordRange(40, 120), graph.Add(new Conv2dOp(new Conv2dGeometry()), x, k).Range);
        Assert.AreEqual(new WordRange(0, 120), graph.Add(new Conv2dOp(Padded), x, k).Range);
    }

    [TestMethod]
    public void A_window_of_padding_alone_has_no_greatest()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(1, 1, 3, 3), 0, new WordRange(5, 10));
        Assert.AreEqual(x.Range, graph.Add(new MaxPoolOp(3, 3, Padded), x).Range);
        Sentences.Refused<ParameterException>(() => graph.Add(new MaxPoolOp(2, 3, Padded), x), "one window is all padding");
        Sentences.Refused<ParameterException>(() => graph.Add(new MaxPoolOp(3, 2, Padded), x), "one window is all padding");
    }

    [TestMethod]
    public void A_mean_of_nothing_is_refused()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(0, 3), 0, new WordRange(5, 10));
        Sentences.Refused<ParameterException>(() => graph.Add(new ReduceMeanOp(new IntegerList(0), false), x), "where there is nothing");
        Assert.AreEqual(new Shape(0), graph.Add(new ReduceMeanOp(new IntegerList(1), false), x).Shape);
    }

    [TestMethod]
    public void Functions_of_positive_numbers_refuse_what_never_is()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(3), 8, new WordRange(-10, 0));
        foreach (Op op in new Op[] { new UnaryOp(UnaryFunction.Log), new UnaryOp(UnaryFunction.Sqrt), new UnaryOp(UnaryFunction.Reciprocal), new PowerOp(0.5), new PowerOp(-1) })
            Sentences.Refused<ParameterException>(() => graph.Add(op, x), "function of positive numbers");
        Assert.AreEqual(new Shape(3), graph.Add(new PowerOp(2), x).Shape);
    }

    [TestMethod]
    public void A_quotient_whose_product_is_too_wide_is_refused()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(3), 16, WordRange.OfBits(110));
        Node y = graph.Input("y", Party.Client, new Shape(3), 16, WordRange.OfBits(20));
        Sentences.Refused<ParameterException>(() => graph.Add(new DivideOp(), x, y), "127 is the limit");
    }
}
