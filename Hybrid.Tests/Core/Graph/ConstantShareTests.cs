using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Security;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc;

namespace Hybrid.Tests.Core.Graph;

/// <summary>Constants split between two parties: what comes back, what one share tells, and what is refused.</summary>
[TestClass]
public sealed class ConstantShareTests
{
    private const byte Seed = 31;

    [TestMethod]
    [DataRow(0)]
    [DataRow(16)]
    [DataRow(40)]
    [DataRow(58)]
    public void Both_shares_are_the_tensor_to_half_a_unit(int fractionBits)
    {
        var random = new RandomWords(Seed);
        double[] values = random.NextReals(2 * 3 * 5, bound: 7);
        Tensor<double> tensor = Tensor.Create(values, [2, 3, 5]);
        (ConstantShare client, ConstantShare server) = ConstantShare.Split(tensor, fractionBits, random: random.Source);
        using (client)
        {
            using (server)
            {
                Assert.AreEqual((Party.Client, Party.Server), (client.Holder, server.Holder));
                Assert.AreEqual((fractionBits, new Shape(2, 3, 5)), (server.FractionBits, client.Shape));
                Tensor<double> back = ConstantShare.Reconstruct(server, client);
                CollectionAssert.AreEqual(new nint[] { 2, 3, 5 }, back.Lengths.ToArray());
                double[] flat = [.. back];
                for (int i = 0; i < flat.Length; i++)
                    Assert.AreEqual(values[i], flat[i], Math.ScaleB(0.5, -fractionBits) + 1e-14, $"seed {Seed}, element {i}");
            }
        }
    }

    [TestMethod]
    public void Words_from_elsewhere_come_back()
    {
        using var one = new ConstantShare(Party.Client, new Shape(3), 2, [5, ulong.MaxValue, 1UL << 63], 8);
        using var other = new ConstantShare(Party.Server, new Shape(3), 2, [1, 4, (1UL << 63) - 7], 8);
        CollectionAssert.AreEqual(new[] { 1.5, 0.75, -1.75 }, ConstantShare.Reconstruct(one, other).ToArray());
        var words = new ulong[4];
        one.CopyTo(words);
        CollectionAssert.AreEqual(new ulong[] { 5, ulong.MaxValue, 1UL << 63, 0 }, words);
        Assert.ThrowsExactly<ArgumentException>(() => one.CopyTo(new ulong[2]));
    }

    [TestMethod]
    public void One_share_looks_uniform_whatever_the_tensor()
    {
        const int Count = 30_000;
        foreach (double value in new[] { 0.0, 1, -1000 })
        {
            Tensor<double> tensor = Tensor.Create(Enumerable.Repeat(value, Count).ToArray(), [Count]);
            (ConstantShare client, ConstantShare server) = ConstantShare.Split(tensor, random: new RandomWords(Seed).Source);
            using (client)
            {
                using (server)
                {
                    foreach (ConstantShare share in new[] { client, server })
                    {
                        var words = new ulong[Count];
                        share.CopyTo(words);
                        ChiSquare.AssertUniform(words, $"seed {Seed}, of {value}: {share}");
                    }
                }
            }
        }
    }

    [TestMethod]
    public void Every_split_is_another_one()
    {
        Tensor<double> tensor = Tensor.Create<double>([1, 2, 3, 4], [2, 2]);
        (ConstantShare one, _) = ConstantShare.Split(tensor);
        (ConstantShare two, _) = ConstantShare.Split(tensor);
        (ulong[] first, ulong[] second) = (new ulong[4], new ulong[4]);
        one.CopyTo(first);
        two.CopyTo(second);
        CollectionAssert.AreNotEqual(first, second);
    }

    [TestMethod]
    public void A_slice_is_split_in_its_own_order()
    {
        Tensor<double> tensor = Tensor.Create(new double[] { 1, 2, 3, 4, 5, 6 }, [2, 3]);
        (ConstantShare client, ConstantShare server) = ConstantShare.Split(tensor.AsReadOnlyTensorSpan(Range.All, 1..3), 0);
        CollectionAssert.AreEqual(new double[] { 2, 3, 5, 6 }, ConstantShare.Reconstruct(client, server).ToArray());
    }

    [TestMethod]
    public void Bounds_are_powers_of_two_and_public()
    {
        // Columns of magnitudes 4 and 6.5; elements up to 5.
        Tensor<double> matrix = Tensor.Create<double>([1, -5, -3, 1.5], [2, 2]);
        (ConstantShare client, ConstantShare server) = ConstantShare.Split(matrix);
        Assert.AreEqual((8.0, 8.0), (client.Bound, client.Norm));
        Assert.AreEqual((8.0, 8.0), (server.Bound, server.Norm));
        (ConstantShare wide, _) = ConstantShare.Split(matrix, bound: 10);
        Assert.AreEqual((16.0, 32.0), (wide.Bound, wide.Norm));
        (ConstantShare stated, _) = ConstantShare.Split(matrix, bound: 10, norm: 20);
        Assert.AreEqual((16.0, 32.0), (stated.Bound, stated.Norm));
        (ConstantShare sums, _) = ConstantShare.Split(matrix, norm: 30);
        Assert.AreEqual((8.0, 32.0), (sums.Bound, sums.Norm));
        using var kernels = new ConstantShare(Party.Client, new Shape(2, 3, 2, 2), 8, new ulong[24], 0.5);
        Assert.AreEqual((0.5, 8.0), (kernels.Bound, kernels.Norm));
        using var bias = new ConstantShare(Party.Client, new Shape(7), 8, new ulong[7], 3);
        Assert.AreEqual((4.0, 4.0), (bias.Bound, bias.Norm));
    }

    [TestMethod]
    public void Nothing_of_the_words_is_in_the_text_and_nothing_is_left_of_them()
    {
        var share = new ConstantShare(Party.Server, new Shape(2), 3, [0xDEAD, 987_654_321], 1);
        Assert.AreEqual("the server's share of a constant of shape (2), f = 3, within 1, norm 1", share.ToString());
        share.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => share.CopyTo(new ulong[2]));
        share.Dispose();
    }

    [TestMethod]
    public void What_is_no_share_is_refused_in_a_sentence()
    {
        Refused(ParameterFault.Mismatch, () => Share(words: 5), "The client's share of a constant of shape (2, 3) has 6 words; it was given 5");
        Refused(ParameterFault.Mismatch, () => Share(words: 7), "has 6 words; it was given 7");
        Refused(ParameterFault.OutOfRange, () => Share(fractionBits: 63), "63 fraction bits", "use 0 to 62");
        Refused(ParameterFault.OutOfRange, () => Share(fractionBits: -1), "-1 fraction bits");
        Refused(ParameterFault.OutOfRange, () => Share(holder: Party.Dealer), "dealer", "client and server hold one each");
        Refused(ParameterFault.OutOfRange, () => Share(bound: double.NaN), "A constant of shape (2, 3) was given the bound NaN");
        Refused(ParameterFault.OutOfRange, () => Share(bound: -1), "the bound -1");
        Refused(ParameterFault.OutOfRange, () => Share(norm: double.PositiveInfinity), "give a number that is not negative");
        Refused(ParameterFault.OutOfRange, () => Share(norm: 1e300), "beyond 120 bits", "give a tighter one");
        Refused(ParameterFault.OutOfRange, () => Share(bound: Math.ScaleB(1, 45) + 1), "with 16 fraction bits, is beyond 2^61", "use fewer fraction bits or a tighter bound");
        Share(bound: Math.ScaleB(1, 45)).Dispose();
        Refused(ParameterFault.OutOfRange, () => new ConstantShare(Party.Client, new Shape(), 16, [1], 1), "at least one dimension and one element");
        Refused(ParameterFault.OutOfRange, () => new ConstantShare(Party.Client, new Shape(2, 0), 16, [], 1), "at least one dimension and one element");
    }

    [TestMethod]
    public void What_cannot_be_split_is_refused_and_no_value_is_named()
    {
        Tensor<double> tensor = Tensor.Create<double>([1, 77, -3, 2], [2, 2]);
        Refused(ParameterFault.OutOfRange, () => Split(tensor, bound: 60), "The tensor of shape (2, 2) exceeds the bound that was published for its elements", "publish a larger one");
        Refused(ParameterFault.OutOfRange, () => Split(tensor, norm: 60), "in column 1");
        Refused(ParameterFault.OutOfRange, () => Split(Tensor.Create<double>([1, double.NaN], [2])), "Element 1 (counted row by row) is not a number");
        Refused(ParameterFault.OutOfRange, () => Split(Tensor.Create<double>([1, 1e15], [2])), "Element 1 (counted row by row) is too large");
        Refused(ParameterFault.OutOfRange, () => Split(Tensor.Create<double>([1, Math.ScaleB(1, 45) + 1], [2])), "beyond 2^61");
        Refused(ParameterFault.OutOfRange, () => Split(tensor, fractionBits: 70), "70 fraction bits");
        Refused(ParameterFault.OutOfRange, () => Split(Tensor.Create<double>([], [0, 3])), "at least one dimension and one element");
    }

    [TestMethod]
    public void Shares_that_do_not_belong_together_are_refused()
    {
        using ConstantShare client = Share();
        using ConstantShare server = Share(holder: Party.Server);
        Assert.HasCount(6, ConstantShare.Reconstruct(client, server).ToArray());
        foreach (ConstantShare other in new[]
        {
            client, Share(holder: Party.Server, fractionBits: 15), Share(holder: Party.Server, bound: 3), Share(holder: Party.Server, norm: 99), new ConstantShare(Party.Server, new Shape(3, 2), 16, new ulong[6], 1, 2),
        })
        {
            Refused(ParameterFault.Mismatch, () => ConstantShare.Reconstruct(client, other), "These are not the two shares of one constant: the client's share", "as they were split");
        }
    }

    private static ConstantShare Share(Party holder = Party.Client, int fractionBits = 16, int words = 6, double bound = 1, double? norm = null) =>
        new(holder, new Shape(2, 3), fractionBits, new ulong[words], bound, norm);

    private static (ConstantShare Client, ConstantShare Server) Split(Tensor<double> tensor, int fractionBits = 16, double? bound = null, double? norm = null) => ConstantShare.Split(tensor, fractionBits, bound, norm, OsRandom.Instance);

    private static void Refused(ParameterFault fault, Func<object> act, params ReadOnlySpan<string> parts) =>
        Assert.AreEqual(fault, Sentences.Refused<ParameterException>(() => act(), parts).Fault);
}
