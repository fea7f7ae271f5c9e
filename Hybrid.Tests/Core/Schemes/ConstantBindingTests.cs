using System.Numerics.Tensors;
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
    public void A_share_is_any_words_and_not_checked_against_the_bounds()
    {
        Node secret = Secret(2, 3);
        ulong[] words = [0, 1, ulong.MaxValue, 1UL << 63, 0x123456789ABCDEF0, 42];
        using var share = new ConstantShare(Party.Server, new Shape(2, 3), 4, words, 2);
        var binding = new ConstantBinding(secret, share);
        Assert.AreSame(share, binding.Share(Party.Server));
        Assert.IsNull(binding.Share(Party.Client));
        Sentences.Check(Assert.ThrowsExactly<InvalidOperationException>(() => _ = binding.Integers), "K is a constant that neither party knows");
        Sentences.Refused<ParameterException>(() => binding.Revealed(), "The values of K are known to neither party", "give the program the client's and the server's");
    }

    [TestMethod]
    public void Both_shares_are_bound_where_one_process_has_them()
    {
        (ConstantShare client, ConstantShare server) = ConstantShare.Split(Tensor.Create<double>([1, -2, 0.5, 1.5, -1, 2], [2, 3]), 4);
        using (client)
        {
            using (server)
            {
                Node secret = Secret(2, 3);
                var binding = new ConstantBinding(secret, server, client);
                Assert.AreSame(client, binding.Share(Party.Client));
                Assert.AreSame(server, binding.Share(Party.Server));
                CollectionAssert.AreEqual(new long[] { 16, -32, 8, 24, -16, 32 }, binding.Revealed());
                Sentences.Refused<ParameterException>(() => _ = new ConstantBinding(secret, client, client), "not the two shares of one constant");
            }
        }
    }

    [TestMethod]
    public void Shares_and_integers_are_bound_to_what_they_are_of()
    {
        using var share = new ConstantShare(Party.Server, new Shape(3), 0, new ulong[3], 8);
        Sentences.Refused<ParameterException>(() => _ = new ConstantBinding(Secret(2, 3), new long[6]), "K is a constant that neither party knows", "bind a party's share");
        Sentences.Refused<ParameterException>(() => _ = new ConstantBinding(Constant(8, 3), share), "K is Private(server)", "bind its integers");
        foreach (ConstantShare other in new[]
        {
            new ConstantShare(Party.Client, new Shape(3, 2), 4, new ulong[6], 2),
            new ConstantShare(Party.Client, new Shape(2, 3), 5, new ulong[6], 1),
            new ConstantShare(Party.Client, new Shape(2, 3), 4, new ulong[6], 4),
            new ConstantShare(Party.Client, new Shape(2, 3), 4, new ulong[6], 2, norm: 2),
        })
        {
            using (other)
            {
                ParameterException e = Sentences.Refused<ParameterException>(() => _ = new ConstantBinding(Secret(2, 3), other), "K is a constant of shape (2, 3), f = 4, and was given the client's share");
                Assert.AreEqual(ParameterFault.Mismatch, e.Fault);
            }
        }
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

    // Within 2, in units of 1/16; columns within 4.
    private static Node Secret(params int[] lengths) => new OpGraph().Constant("K", Visibility.Secret, new Shape(lengths), 4, 64, 32);
}
