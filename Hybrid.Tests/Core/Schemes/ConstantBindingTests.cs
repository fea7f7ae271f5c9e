using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Schemes;

[TestClass]
public sealed class ConstantBindingTests
{
    [TestMethod]
    public void A_matrix_is_bounded_by_columns()
    {
        Node weights = Constant(10, 2, 3);
        var binding = new ConstantBinding(weights, [10, -4, 0, 0, 6, -10]);
        CollectionAssert.AreEqual(new long[] { 10, -4, 0, 0, 6, -10 }, binding.Integers.ToArray());
        Assert.AreSame(weights, binding.Constant);
        foreach ((long[] integers, int column) in new[]
        {
            (new long[] { 10, 0, 0, 1, 0, 0 }, 0),
            (new long[] { 0, -11, 0, 0, 0, 0 }, 1),
            (new long[] { 0, 0, -5, 0, 0, 6 }, 2),
            (new long[] { 0, 0, long.MinValue, 0, 0, 0 }, 2),
            (new long[] { long.MaxValue, 0, 0, long.MaxValue, 0, 0 }, 0),
        })
        {
            ParameterException e = Assert.ThrowsExactly<ParameterException>(() => new ConstantBinding(weights, integers));
            Assert.AreEqual(ParameterFault.OutOfRange, e.Fault);
            StringAssert.Contains(e.Message, $"K exceeds the bound that was published for it in column {column}");
            Assert.IsFalse(e.Message.Contains("11", StringComparison.Ordinal), "No value may stand in a message.");
        }
    }

    [TestMethod]
    public void Others_are_bounded_by_elements()
    {
        Node bias = Constant(10, 3);
        CollectionAssert.AreEqual(new long[] { 10, -10, 10 }, new ConstantBinding(bias, [10, -10, 10]).Integers.ToArray());
        Assert.ThrowsExactly<ParameterException>(() => new ConstantBinding(bias, [0, 11, 0]));
        Assert.ThrowsExactly<ParameterException>(() => new ConstantBinding(bias, [0, 0, -11]));
    }

    [TestMethod]
    public void The_widest_integers_are_bounded_without_wrapping()
    {
        Node weights = Constant((Int128)long.MaxValue * 3, 3, 1);
        Assert.AreEqual(3, new ConstantBinding(weights, [long.MaxValue, -long.MaxValue, long.MaxValue]).Integers.Length);
        Assert.ThrowsExactly<ParameterException>(() => new ConstantBinding(weights, [long.MaxValue, long.MinValue, long.MaxValue]));
    }

    [TestMethod]
    public void Only_as_many_integers_as_a_constant_has_can_be_bound()
    {
        foreach (int count in new[] { 0, 5, 7 })
        {
            ParameterException e = Assert.ThrowsExactly<ParameterException>(() => new ConstantBinding(Constant(10, 2, 3), new long[count]));
            Assert.AreEqual(ParameterFault.Mismatch, e.Fault);
            StringAssert.Contains(e.Message, "(2, 3)");
        }

        Node input = new OpGraph().Input("x", Party.Client, new Shape(2), new FixedPointFormat(0, 1));
        Assert.ThrowsExactly<ArgumentException>(() => new ConstantBinding(input, new long[2]));
    }

    [TestMethod]
    public void What_is_prepared_is_prepared_once_for_each_type()
    {
        var binding = new ConstantBinding(Constant(10, 3), [1, 2, 3]);
        int calls = 0;
        var results = new object[64];
        Parallel.For(0, results.Length, i => results[i] = binding.Prepared(same =>
        {
            Interlocked.Increment(ref calls);
            return same.Integers.ToArray();
        }));
        Assert.AreEqual(1, calls);
        Assert.IsTrue(results.All(result => ReferenceEquals(result, results[0])));
        Assert.AreEqual("3", binding.Prepared(same => $"{same.Integers.Length}"));
    }

    private static Node Constant(Int128 bound, params int[] lengths) => new OpGraph().Constant("K", Visibility.Private(Party.Server), new Shape(lengths), 0, bound);
}
