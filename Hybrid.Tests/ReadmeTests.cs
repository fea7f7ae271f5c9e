using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Mpc;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Functions;
using Hybrid.Numerics;
using Hybrid.Paillier;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tensors;

namespace Hybrid.Tests;

/// <summary>The README's code is the code of this file, which runs.</summary>
[TestClass]
public sealed partial class ReadmeTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task The_session_in_the_readme_runs()
    {
        // The paths in the README are relative to the repository; here the samples lie beside the tests.
        Assert.AreEqual(171, await SessionAsync(path => Path.Combine(AppContext.BaseDirectory, path)));
    }

    [TestMethod]
    public void The_ciphertexts_in_the_readme_run() => Assert.AreEqual("1*3 + 2*-4 + 5*10 = 45", Ciphertexts());

    [TestMethod]
    public void The_slots_in_the_readme_run() => Assert.AreEqual("0.5*3 - 1.5*2 + 2*0.25 + 4*1 = 3.0000", Slots());

    private const int Rounds = 12;

    [TestMethod]
    public async Task The_shares_in_the_readme_run() => Assert.AreEqual($"sigmoid of the greatest product: 0.9526, {Rounds} rounds", await SharesAsync());

    [TestMethod]
    public async Task The_program_in_the_readme_runs() => Assert.AreEqual("y = 0.651, 0.349 by Ckks and Shares", await ProgramAsync());

    [TestMethod]
    public async Task The_split_model_in_the_readme_runs() => Assert.AreEqual("y = 0.750, 0.125 by Shares", await SplitAsync());

    [TestMethod]
    public void The_readme_shows_this_code()
    {
        string readme = Squeeze(File.ReadAllText(Path.Combine(Root(), "README.md")));
        string source = File.ReadAllText(Source());
        MatchCollection blocks = ShownCode().Matches(source);
        Assert.HasCount(6, blocks);
        foreach (Match block in blocks)
        {
            string shown = Squeeze(SamplePath().Replace(block.Groups[1].Value, "$1"));
            Assert.Contains(shown, readme, "README.md does not show the code between README and END in ReadmeTests.cs.");
        }
    }

    private static async Task<string> ProgramAsync()
    {
        // README
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(1, 3), bound: 8);
        SecretTensor weights = program.Private("weights", Party.Server, Tensor.Create([0.5, -1, 2, 0.25, -0.75, 1], [3, 2]));
        SecretTensor hidden = (x.MatMul(weights).On(Scheme.Ckks) + 0.5).Relu();
        hidden.Softmax().Reveal(Party.Client, "y");

        var dealer = new InProcessDealer();
        await using LocalProgram parties = await LocalProgram.StartAsync(program, schemes =>
        {
            schemes.UseCkks(new CkksOptions());
            schemes.UseShares(new SharesOptions { Dealer = dealer });
        });
        var inputs = new Dictionary<string, Tensor<double>> { ["x"] = Tensor.Create([1, 0.5, 1], [1, 3]) };
        (ProgramRun client, _) = await parties.RunAsync(inputs);
        string learnt = $"y = {client["y"][0, 0]:0.000}, {client["y"][0, 1]:0.000} by {string.Join(" and ", parties.Plan.Schemes)}";
        // END
        return learnt;
    }

    private static async Task<string> SplitAsync()
    {
        var dealer = new InProcessDealer();
        // README
        (ConstantShare ours, ConstantShare theirs) = ConstantShare.Split(Tensor.Create([0.5, -1, 2, 0.25, -0.75, 1], [3, 2]));

        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(1, 3), bound: 8);
        SecretTensor weights = program.Secret("weights", ours, theirs);
        x.MatMul(weights).Reveal(Party.Client, "y");
        // END
        await using LocalProgram parties = await LocalProgram.StartAsync(program, schemes => schemes.UseShares(new SharesOptions { Dealer = dealer }));
        (ProgramRun client, _) = await parties.RunAsync(new Dictionary<string, Tensor<double>> { ["x"] = Tensor.Create([1, 0.5, 1], [1, 3]) });
        return $"y = {client["y"][0, 0]:0.000}, {client["y"][0, 1]:0.000} by {string.Join(" and ", parties.Plan.Schemes)}";
    }

    private async Task<int> SessionAsync(Func<string, string> sample)
    {
        // README
        LinearModel model = LinearModel.Load(sample("samples/breast-cancer.json"));
        DataTable patients = DataTable.Load(sample("samples/breast-cancer-test.csv"));

        await using LocalSession session = await LocalSession.StartAsync(model, schemes => schemes.UsePaillier(), patients.Rows);
        Prediction prediction = await session.Client.PredictAsync(patients.Select(model.Features));

        string first = $"{model.Labels[prediction.Labels[0]]}, {prediction.Values[0, 0]:0.0000}";
        PhaseCost cost = prediction.Cost;
        string traffic = $"{cost.BytesUp} bytes up, {cost.BytesDown} bytes down, {cost.Rounds} round";
        // END
        TestContext.WriteLine($"{first}; {traffic}");
        Assert.AreEqual("benign, 0.9987", first);
        Assert.AreEqual(1, cost.Rounds);
        return prediction.Labels.Count;
    }

    private static string Ciphertexts()
    {
        // README
        using PaillierPrivateKey key = PaillierPrivateKey.Generate();
        using var encryptor = new PaillierEncryptor(key);
        CiphertextVector x = encryptor.Encrypt(1, 2, 5);

        var evaluator = new PaillierEvaluator(key.PublicKey);
        PaillierWeights weights = PaillierWeights.Compile([3, -4, 10], rows: 1, columns: 3);
        CiphertextVector product = evaluator.Multiply(weights, x);

        using var randomiser = new PaillierRandomiser(key.PublicKey, weightBits: 5, expectedCount: 1);
        CiphertextVector reply = randomiser.Randomise(product);
        string result = $"1*3 + 2*-4 + 5*10 = {new PaillierDecryptor(key).DecryptIntegers(reply)[0]}";
        // END
        return result;
    }

    private static string Slots()
    {
        // README
        var context = new CkksContext(CkksParameters.Degree8192());
        using var generator = new CkksKeyGenerator(context);
        using SecretKey secretKey = generator.SecretKey;
        var encoder = new CkksEncoder(context);
        using var encryptor = new CkksEncryptor(generator.CreatePublicKey());
        Ciphertext x = encryptor.Encrypt(encoder.Encode([0.5, -1.5, 2, 4], scale: Math.Pow(2, 40)));

        Plaintext weights = encoder.Encode([3, 2, 0.25, 1], scale: Math.Pow(2, 40));
        Ciphertext sum = new CkksEvaluator(context).DotProduct(x, weights, count: 4, generator.CreateGaloisKeys([1, 2]));

        double dot = encoder.Decode(new CkksDecryptor(secretKey).Decrypt(sum))[0];
        string outcome = $"0.5*3 - 1.5*2 + 2*0.25 + 4*1 = {dot:0.0000}";
        // END
        return outcome;
    }

    private static async Task<string> SharesAsync()
    {
        // README
        var circuit = new Circuit();
        Wire mine = circuit.Input(owner: 0, new Shape(3), fractionBits: 16, WordRange.OfBits(24));
        Wire yours = circuit.Input(owner: 1, new Shape(3), fractionBits: 16, WordRange.OfBits(24));
        Opening opening = circuit.Open(mine.Multiply(yours).Sigmoid().Max(axis: 0), "greatest", to: 0);

        await using LocalParties parties = await LocalParties.OpenAsync();
        IReadOnlyList<CircuitResults> results = await parties.RunAsync(
            circuit, [new CircuitInputs().Set(mine, [1 << 16, 2 << 16, -3 << 16]), new CircuitInputs().Set(yours, [3 << 16, -1 << 16, 1 << 15])]);
        string greatest = $"sigmoid of the greatest product: {results[0].Numbers(opening)[0]:0.0000}, {circuit.Cost.Rounds} rounds";
        // END
        return greatest;
    }

    [GeneratedRegex(@"// README\s(.*?)// END", RegexOptions.Singleline)]
    private static partial Regex ShownCode();

    [GeneratedRegex("""sample\(("[^"]*")\)""")]
    private static partial Regex SamplePath();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    private static string Squeeze(string text) => Blanks().Replace(text, " ").Trim();

    private static string Root()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Hybrid.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory ?? throw new DirectoryNotFoundException("The tests run from inside the repository.");
    }

    private static string Source([CallerFilePath] string path = "") => path;
}
