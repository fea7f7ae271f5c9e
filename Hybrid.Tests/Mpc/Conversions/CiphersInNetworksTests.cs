using System.Numerics.Tensors;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Mpc;
using Hybrid.Paillier;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc.Backend;
using Hybrid.Tests.Paillier.Backend;

namespace Hybrid.Tests.Mpc.Conversions;

/// <summary>Layers in ciphertexts, with shares before and after.</summary>
[TestClass]
public sealed class CiphersInNetworksTests
{
    private const double Unit = 1.0 / (1 << 16);

    [TestMethod]
    [DataRow(Scheme.Paillier, 1)]
    [DataRow(Scheme.Paillier, 5)]
    [DataRow(Scheme.Ckks, 1)]
    [DataRow(Scheme.Ckks, 5)]
    public async Task A_product_between_shares_is_that_of_the_reference(Scheme cipher, int rows)
    {
        const int Seed = 511;
        var random = new Random(Seed);
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(rows, 6), 4);
        SecretTensor y = program.Input("y", Party.Server, new Shape(rows, 6), 4);
        SecretTensor product = (x + y).Relu().MatMul(program.Private("w", Party.Server, LocalRun.Numbers(random, -1, 1, 6, 4))).On(cipher);
        (product + program.Private("c", Party.Server, LocalRun.Numbers(random, -1, 1, 4))).Relu().Reveal(Party.Client);
        await CheckAsync(program, cipher, LocalRun.Numbers(random, -3, 3, rows, 6), LocalRun.Numbers(random, -3, 3, rows, 6));
    }

    [TestMethod]
    [DataRow(Scheme.Paillier)]
    [DataRow(Scheme.Ckks)]
    public async Task A_product_that_ends_in_ciphertexts_is_opened_from_there(Scheme cipher)
    {
        const int Seed = 512;
        var random = new Random(Seed);
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(2, 6), 4);
        SecretTensor y = program.Input("y", Party.Server, new Shape(2, 6), 4);
        (x + y).Relu().MatMul(program.Private("w", Party.Server, LocalRun.Numbers(random, -1, 1, 6, 4))).On(cipher).Reveal(Party.Client);
        await CheckAsync(program, cipher, LocalRun.Numbers(random, -3, 3, 2, 6), LocalRun.Numbers(random, -3, 3, 2, 6));
    }

    [TestMethod]
    public async Task Products_in_both_ciphers_meet_in_shares()
    {
        const int Seed = 513;
        var random = new Random(Seed);
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(2, 4), 4);
        SecretTensor y = program.Input("y", Party.Server, new Shape(2, 4), 4);
        SecretTensor first = x.MatMul(program.Private("v", Party.Server, LocalRun.Numbers(random, -1, 1, 4, 4))).On(Scheme.Ckks);
        SecretTensor second = (first + y).Relu().MatMul(program.Private("w", Party.Server, LocalRun.Numbers(random, -1, 1, 4, 4))).On(Scheme.Paillier);
        (second.Relu() + x).Reveal(Party.Client);
        ProgramRun run = await CheckAsync(program, Scheme.Paillier, LocalRun.Numbers(random, -3, 3, 2, 4), LocalRun.Numbers(random, -3, 3, 2, 4));
        CollectionAssert.IsSubsetOf(new[] { Scheme.Paillier, Scheme.Ckks, Scheme.Shares }, run.Steps.Select(step => step.Step.To).ToArray());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    public async Task A_product_on_shares_after_one_in_ciphertexts_takes_no_round_of_its_own(int rows)
    {
        const int Seed = 516;
        var random = new Random(Seed);
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(rows, 6), 4);
        SecretTensor first = x.MatMul(program.Private("v", Party.Server, LocalRun.Numbers(random, -1, 1, 6, 50))).On(Scheme.Ckks).Relu();
        first.MatMul(program.Private("w", Party.Server, LocalRun.Numbers(random, -1, 1, 50, 3))).On(Scheme.Shares).Reveal(Party.Client);
        var shares = new SharesOptions { Dealer = new InProcessDealer(), Link = LinkProfile.Wan };
        ProgramRun run = await LocalRun.CheckAsync(
            program, Schemes(shares), new Dictionary<string, Tensor<double>> { ["x"] = LocalRun.Numbers(random, -3, 3, rows, 6) }, new Dictionary<string, Tensor<double>>(), _ => 60 * Unit, "relu between");

        // c, then d with either way of the operand, both ways each; the operand would else be a fifth message.
        StepTrace stretch = run.Steps.Single(step => step.Step is { From: Scheme.Shares, To: Scheme.Shares });
        Assert.AreEqual(4, stretch.Messages);
    }

    [TestMethod]
    [DataRow(Scheme.Paillier)]
    [DataRow(Scheme.Ckks)]
    public async Task A_value_that_enters_two_products_in_ciphertexts_is_encrypted_for_each(Scheme cipher)
    {
        const int Seed = 515;
        var random = new Random(Seed);
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(2, 4), 4);
        SecretTensor y = program.Input("y", Party.Server, new Shape(2, 4), 4);
        SecretTensor[] products = [.. new[] { x, x, x + y }.SelectMany(value => new[] { value, value }).Select((value, i) =>
            value.MatMul(program.Private($"w{i}", Party.Server, LocalRun.Numbers(random, -1, 1, 4, 3))).On(cipher))];
        // So is one that has come out of ciphertexts.
        SecretTensor[] more = [.. products.Take(2).Select((_, i) => products[0].MatMul(program.Private($"v{i}", Party.Server, LocalRun.Numbers(random, -1, 1, 3, 3))).On(cipher))];
        products.Concat(more).Aggregate((sum, product) => sum + product).Relu().Reveal(Party.Client);
        await CheckAsync(program, cipher, LocalRun.Numbers(random, -3, 3, 2, 4), LocalRun.Numbers(random, -3, 3, 2, 4));
    }

    [TestMethod]
    public async Task A_convolution_between_shares_is_that_of_the_reference()
    {
        const int Seed = 514;
        var random = new Random(Seed);
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(1, 2, 6, 5), 4);
        SecretTensor y = program.Input("y", Party.Server, new Shape(1, 2, 6, 5), 4);
        SecretTensor kernels = program.Private("k", Party.Server, LocalRun.Numbers(random, -1, 1, 3, 2, 3, 3));
        (x + y).Relu().Conv2d(kernels, new Conv2dGeometry { PadTop = 1, PadLeft = 1 }).On(Scheme.Ckks).Relu().Reveal(Party.Client);
        await CheckAsync(program, Scheme.Ckks, LocalRun.Numbers(random, -3, 3, 1, 2, 6, 5), LocalRun.Numbers(random, -3, 3, 1, 2, 6, 5));
    }

    [TestMethod]
    public async Task A_convolution_in_paillier_is_refused_by_its_name()
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(1, 1, 4, 4), 4);
        x.Conv2d(program.Private("k", Party.Server, LocalRun.Numbers(new Random(1), -1, 1, 1, 1, 3, 3))).On(Scheme.Paillier).Reveal(Party.Client);
        ParameterException e = await Assert.ThrowsExactlyAsync<ParameterException>(() => LocalProgram.StartAsync(program, Schemes()));
        Core.Sentences.Check(e, "Paillier cannot compute Conv");
    }

    private static async Task<ProgramRun> CheckAsync(TensorProgram program, Scheme cipher, Tensor<double> x, Tensor<double> y)
    {
        ProgramRun run = await LocalRun.CheckAsync(
            program, Schemes(), new Dictionary<string, Tensor<double>> { ["x"] = x }, new Dictionary<string, Tensor<double>> { ["y"] = y }, _ => 3 * Unit, $"{cipher}");
        Assert.IsTrue(run.Steps.Any(step => step.Step.From == cipher && step.Step.To == cipher), "nothing was computed in ciphertexts");
        return run;
    }

    private static Action<SchemeRegistry> Schemes(SharesOptions? options = null)
    {
        SharesOptions shares = options ?? new SharesOptions { Dealer = new InProcessDealer() };
        return schemes =>
        {
            schemes.UseShares(shares);
            schemes.UsePaillier(new PaillierOptions { Key = schemes.Role == Party.Client ? Connected.Key : null });
            schemes.UseCkks();
        };
    }
}
