#:project ../Hybrid.Paillier/Hybrid.Paillier.csproj
#:project ../Hybrid.Seal/Hybrid.Seal.csproj
#:project ../Hybrid.Mpc/Hybrid.Mpc.csproj

// Comparing the cost of ciphertexts and shares: what a network of two layers is expected to take over three links, and what it takes.
// Run it from the repository's root:  dotnet run samples/comparing-cost.cs
using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Mpc;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tensors;

var input = new Dictionary<string, Tensor<double>> { ["x"] = Filled(1, 784) };
var dealer = new InProcessDealer();

Console.WriteLine("link     layers    expected    measured    bytes up   bytes down  ways");
foreach (LinkProfile link in new[] { LinkProfile.Lan, LinkProfile.Wan, LinkProfile.Mobile })
{
    foreach (Scheme? scheme in new Scheme?[] { Scheme.Shares, Scheme.Ckks, null })
    {
        TensorProgram program = Network();
        var options = new SessionOptions { Link = link, Pin = scheme, Schemes = schemes => Use(schemes, link) };
        // The link is made as slow as its profile says.
        await using LocalProgram parties = await LocalProgram.StartAsync(program, options, options, ShapedLink.CreatePair(link));
        ProgramRun run = (await parties.RunAsync(input)).Client;
        for (int again = 0; again < 2; again++)
            run = (await parties.RunAsync(input)).Client;
        string name = scheme?.ToString() ?? "chosen";
        Console.WriteLine(
            $"{link.Name,-8} {name,-8} {parties.Plan.Seconds(link) * 1e3,7:0.0} ms {run.WallSeconds * 1e3,8:0.0} ms {run.BytesSent,11:N0} {run.BytesReceived,12:N0} {parties.Plan.Flights,5}");
    }
}

static TensorProgram Network()
{
    var program = new TensorProgram();
    SecretTensor x = program.Input("x", Party.Client, new Shape(1, 784), bound: 1);
    SecretTensor hidden = x.MatMul(program.Private("first", Party.Server, Filled(784, 128))).Relu();
    hidden.MatMul(program.Private("second", Party.Server, Filled(128, 10))).Reveal(Party.Client, "scores");
    return program;
}

void Use(SchemeRegistry schemes, LinkProfile link)
{
    schemes.UseCkks(new CkksOptions());
    schemes.UseShares(new SharesOptions { Dealer = dealer, Link = link });
}

static Tensor<double> Filled(int rows, int columns)
{
    double[] values = [.. Enumerable.Range(0, rows * columns).Select(i => ((i * 37 % 100) - 50) / 1000.0)];
    return Tensor.Create(values, [rows, columns]);
}
