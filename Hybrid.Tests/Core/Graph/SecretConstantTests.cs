using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Graph;

/// <summary>Constants that neither party knows, in programs and in graphs.</summary>
[TestClass]
public sealed class SecretConstantTests
{
    private static readonly Tensor<double> Weights = Tensor.Create<double>([0.5, -1, 2, 0.25, -0.75, 1], [3, 2]);

    [TestMethod]
    public void A_constant_has_the_fraction_bits_that_it_was_split_with()
    {
        foreach (int bits in new[] { 0, 8, 16, 24 })
        {
            var program = new TensorProgram();
            SecretTensor weights = Secret(program, Weights, bits);
            Assert.AreEqual(bits, weights.Node.FractionBits);
            Assert.IsTrue(weights.IsConstant && weights.Node.IsSecret && weights.Node.PublicIntegers is null);
            Assert.AreEqual("weights (3, 2), Secret", weights.ToString());
            Assert.AreEqual(2.0, weights.Bound);
            Assert.HasCount(1, program.Graph.Nodes);

            // A factor as it is, however many they are.
            SecretTensor x = program.Input("x", Party.Client, new Shape(2, 3), 4);
            Assert.AreEqual(16 + bits, x.MatMul(weights).Node.FractionBits);
            Assert.AreEqual(16 + bits, (program.Input("y", Party.Server, new Shape(1, 2), 4) * weights).Node.FractionBits);
            Assert.IsFalse(program.Graph.Nodes.Any(node => node.Op is TruncateOp or ScaleUpOp));

            // A term scaled up to the finer of the two, and elsewhere with the program's.
            Assert.AreEqual(Math.Max(16, bits), (program.Input("z", Party.Server, new Shape(3, 2), 4) + weights).Node.FractionBits);
            Assert.AreEqual(16, weights.Relu().Node.FractionBits);
            CollectionAssert.AreEqual(
                bits < 16 ? new[] { "ScaleUp", "ScaleUp" } : bits > 16 ? ["ScaleUp", "Truncate"] : Array.Empty<string>(),
                program.Graph.Nodes.Where(node => node.Op is TruncateOp or ScaleUpOp).Select(node => node.Op.Name).ToArray());
        }
    }

    [TestMethod]
    public void Parties_with_one_share_each_write_the_same_graph_as_who_has_none()
    {
        (ConstantShare client, ConstantShare server) = ConstantShare.Split(Weights, 12);
        byte[][] graphs = [.. new Func<TensorProgram, SecretTensor>[]
        {
            program => program.Secret("weights", client),
            program => program.Secret("weights", server),
            program => program.Secret("weights", server, client),
            program => program.Secret("weights", new Shape(3, 2), 12, client.Bound, client.Norm),
        }.Select(secret =>
        {
            var program = new TensorProgram();
            program.Input("x", Party.Client, new Shape(2, 3), 4).MatMul(secret(program)).Reveal(Party.Client);
            return GraphFormat.Write(program.Graph);
        })];
        foreach (byte[] graph in graphs)
            CollectionAssert.AreEqual(graphs[0], graph);
        OpGraph read = GraphFormat.Read(graphs[0], "A graph");
        Node secret = read.Nodes.Single(node => node.Op is ConstantOp);
        Assert.IsTrue(secret.IsSecret);
        Assert.AreEqual((12, new Shape(3, 2), (Int128)2 << 12, (Int128)4 << 12), (secret.FractionBits, secret.Shape, secret.Magnitude, ((ConstantOp)secret.Op).NormBound));
    }

    [TestMethod]
    public void Bindings_hold_the_shares_that_were_given_under_the_graphs_numbers()
    {
        (ConstantShare client, ConstantShare server) = ConstantShare.Split(Weights);
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(1, 3), 4);
        SecretTensor known = program.Private("known", Party.Server, Weights);
        _ = x.MatMul(known);
        SecretTensor own = program.Secret("own", client);
        SecretTensor none = program.Secret("none", new Shape(3, 2), 16, 1);
        SecretTensor both = program.Secret("both", client, server);
        foreach ((SecretTensor tensor, Party[] holders) in new (SecretTensor, Party[])[] { (own, [Party.Client]), (both, [Party.Client, Party.Server]) })
        {
            ConstantBinding binding = program.Bindings[((ConstantOp)tensor.Node.Op).Number];
            Assert.AreSame(tensor.Node, binding.Constant);
            CollectionAssert.AreEqual(holders, new[] { Party.Client, Party.Server }.Where(party => binding.Share(party) is not null).ToArray());
        }

        Assert.IsFalse(program.Bindings.ContainsKey(((ConstantOp)none.Node.Op).Number));
        Assert.AreEqual(3, program.Bindings.Count);

        // The same program for another number of rows has the same constants, with what was given for them first.
        var again = new TensorProgram(program.Options, program.Bindings);
        _ = again.Input("x", Party.Client, new Shape(5, 3), 4).MatMul(again.Private("known", Party.Server, new Shape(3, 2), 2, 4));
        SecretTensor same = again.Secret("own", new Shape(3, 2), 16, client.Bound, client.Norm);
        Assert.AreSame(client, again.Bindings[((ConstantOp)same.Node.Op).Number].Share(Party.Client));
        _ = again.Secret("none", new Shape(3, 2), 16, 1);
        Assert.AreEqual(2, again.Bindings.Count);
    }

    [TestMethod]
    public void A_product_that_could_wrap_is_refused_by_the_bounds()
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(1, 64), Math.ScaleB(1, 44));
        SecretTensor wide = program.Secret("wide", new Shape(64, 2), 60, 2);
        Sentences.Refused<ParameterException>(() => _ = x.MatMul(wide), "use fewer fraction bits or tighter bounds");
        Assert.AreEqual(76, x.MatMul(program.Secret("tight", new Shape(64, 2), 60, 2, norm: 4)).Node.FractionBits);
        foreach ((Func<SecretTensor> act, string problem) in new (Func<SecretTensor>, string)[]
        {
            (() => program.Secret("w", new Shape(4, 2), 63, 1), "63 fraction bits"),
            (() => program.Secret("w", new Shape(4, 2), 60, 4), "beyond 2^61"),
            (() => program.Secret("w", new Shape(4, 2), 16, double.NegativeInfinity), "was given the bound"),
            (() => program.Secret("w", new Shape(), 16, 1), "at least one dimension"),
            (() => program.Secret("w", Share(Party.Client), Share(Party.Client)), "not the two shares of one constant"),
            (() => program.Private("w", Party.Server, new Shape(4, 2), double.NaN).Relu(), "w was given the bound NaN"),
        })
        {
            Assert.IsTrue(Sentences.Refused<ParameterException>(() => act(), problem).Fault is ParameterFault.OutOfRange or ParameterFault.Mismatch, problem);
        }

        Sentences.Refused<ParameterException>(() => wide.On(Scheme.Shares), "wide cannot be pinned");
    }

    private static ConstantShare Share(Party holder) => new(holder, new Shape(2), 16, new ulong[2], 1);

    private static SecretTensor Secret(TensorProgram program, Tensor<double> values, int fractionBits)
    {
        (ConstantShare client, ConstantShare server) = ConstantShare.Split(values, fractionBits);
        return program.Secret("weights", client, server);
    }
}
