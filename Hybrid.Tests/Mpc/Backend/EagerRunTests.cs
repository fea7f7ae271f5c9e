using System.Collections.Immutable;
using System.Numerics.Tensors;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Mpc;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tensors;

namespace Hybrid.Tests.Mpc.Backend;

/// <summary>Programs run op by op show each op's scheme, scale, bound, values and error.</summary>
[TestClass]
public sealed class EagerRunTests
{
    [TestMethod]
    public async Task Every_op_is_shown_with_its_scheme_scale_bound_and_error()
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(2, 3), bound: 4);
        SecretTensor weights = program.Private("weights", Party.Server, Tensor.Create([0.5, -0.25, 1, 0.75, -1, 0.125], [3, 2]));
        SecretTensor hidden = (x - 1).MatMul(weights).On(Scheme.Ckks).Relu();
        (hidden * hidden).Reveal(Party.Client, "y");

        var inputs = new Dictionary<string, Tensor<double>> { ["x"] = Tensor.Create([1.5, -2, 3, 0.25, 2, -1], [2, 3]) };
        var dealer = new InProcessDealer();
        ImmutableArray<InspectedOp> ops = await EagerRun.InspectAsync(
            program,
            schemes =>
            {
                schemes.UseCkks(new CkksOptions());
                schemes.UseShares(new SharesOptions { Dealer = dealer });
            },
            inputs);

        CollectionAssert.AreEqual(
            new[] { Scheme.Plain, Scheme.Ckks, Scheme.Shares, Scheme.Shares, Scheme.Shares }, ops.Select(op => op.Scheme).ToArray(), string.Join("\n", ops));
        // (0.5, -3, 2) by the weights: 0.25 - 2.25... computed by hand: 0.5·0.5 − 3·1 + 2·(−1) and −0.25·0.5 − 3·0.75 + 2·0.125.
        InspectedOp product = ops[1];
        Assert.AreEqual((0.5 * 0.5) + (-3 * 1) + (2 * -1), product.Values[0, 0], 1e-3);
        Assert.AreEqual((0.5 * -0.25) + (-3 * 0.75) + (2 * 0.125), product.Values[0, 1], 1e-3);
        foreach (InspectedOp op in ops)
        {
            Assert.IsLessThan(1e-3, op.Error, op.ToString());
            Assert.IsTrue(op.Values.All(value => Math.Abs(value) <= op.Bound), op.ToString());
            Assert.AreEqual(Math.Pow(2, op.Op.FractionBits), op.Scale);
        }
    }

    [TestMethod]
    public async Task An_input_that_was_not_given_is_named()
    {
        var program = new TensorProgram();
        program.Input("patients", Party.Client, new Shape(1, 2)).Relu().Reveal(Party.Client);
        ParameterException refusal = await Assert.ThrowsExactlyAsync<ParameterException>(
            () => EagerRun.InspectAsync(program, schemes => schemes.UseCkks(new CkksOptions()), new Dictionary<string, Tensor<double>>()));
        StringAssert.Contains(refusal.Message, "patients");
    }
}
